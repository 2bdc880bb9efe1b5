"""The files of deploy/: what they start is there, what they publish is loopback's."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workspace import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
OURS = ("prefect", "mlflow", "reports", "serve", "deploy", "worker")
POOLS = ("docker", "kubernetes")
PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


def services() -> dict[str, dict[str, Any]]:
    return dict(COMPOSE["services"])


def words(value: Any) -> Iterator[str]:
    """Every string in a document."""
    if isinstance(value, dict):
        for one in value.values():
            yield from words(one)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)
    elif isinstance(value, str):
        yield value


def test_compose_starts_what_penstock_up_starts_on_a_database() -> None:
    assert services().keys() == {"postgres", *OURS}


def test_every_port_is_published_on_loopback() -> None:
    published = [port for one in services().values() for port in one.get("ports", ())]
    assert len(published) == 4
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_no_secret_stands_in_the_file() -> None:
    said = list(words(COMPOSE))
    assert services()["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${")
    urls = [one for one in said if "@postgres" in one]
    assert len(urls) == 3
    assert all(":${POSTGRES_PASSWORD}@" in one for one in urls)


def test_every_server_is_asked_whether_it_is_well_and_waited_for() -> None:
    for name in ("postgres", *OURS[:4]):
        assert services()[name]["healthcheck"]["test"][0] == "CMD"
    for one in services().values():
        for other, what in one.get("depends_on", {}).items():
            assert other in services()
            has_check = "healthcheck" in services()[other]
            assert (what["condition"] == "service_healthy") == has_check


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_that_the_image_has(name: str) -> None:
    commands = [services()[name]["command"]]
    commands += [services()[name]["healthcheck"]["test"][1:]] if name in OURS[:4] else []
    for program, *rest in commands:
        if program == "python":
            assert importlib.util.find_spec(rest[1]) is not None
        else:
            assert shutil.which(program)


def test_every_setting_of_prefect_is_one_that_it_knows() -> None:
    from prefect.settings.legacy import _get_settings_fields
    from prefect.settings.models.root import Settings

    known = set(_get_settings_fields(Settings))
    said = {key for one in services().values() for key in one.get("environment", {})}
    ours = {key for key in said if key.startswith("PREFECT_")}
    assert len(ours) >= 8
    assert ours <= known


def test_the_server_has_the_settings_that_penstock_up_gives_it() -> None:
    from penstock.services.plan import NOBODY_FORGOTTEN, ONE_AHEAD

    environment = services()["prefect"]["environment"]
    assert {**environment, **ONE_AHEAD, **NOBODY_FORGOTTEN} == environment


@pytest.mark.parametrize("kind", POOLS)
def test_a_template_of_a_pool_names_only_variables_that_it_declares(kind: str) -> None:
    template = json.loads((DEPLOY / "pools" / f"{kind}.json").read_text())
    used = {
        name for one in words(template["job_configuration"]) for name in PLACEHOLDER.findall(one)
    }
    assert used == template["variables"]["properties"].keys()


@pytest.mark.parametrize("kind", POOLS)
def test_a_template_of_a_pool_sets_what_its_kind_of_worker_takes(kind: str) -> None:
    """Held against the template that Prefect ships for the kind."""
    import prefect.server

    views = Path(prefect.server.__file__).parent / "api" / "collections_data" / "views"
    shipped = json.loads((views / "aggregate-worker-metadata.json").read_text())
    theirs = shipped[f"prefect-{kind}"][kind]["default_base_job_configuration"]
    ours = json.loads((DEPLOY / "pools" / f"{kind}.json").read_text())
    assert ours["job_configuration"].keys() <= theirs["job_configuration"].keys()
    assert {"command", "env", "name", "labels"} <= ours["job_configuration"].keys()


def test_the_image_holds_what_runs_need_and_not_the_users_data() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    kept = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"]
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
    assert {f"!{name}" for line in copied for name in line.split()} == set(kept)


def test_nothing_in_the_images_runs_as_root() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    last = {stage: base for base, stage in re.findall(r"^FROM (\S+) AS (\S+)$", text, re.MULTILINE)}
    assert (last["serve"], last["run"]) == ("base", "base")
    own = text[text.index("AS base") : text.index("FROM base AS serve")]
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE) == ["1000"]
    assert "USER 1000" in own


@pytest.mark.curriculum("O12", of="deploy/Dockerfile")
def test_the_linter_of_dockerfiles_finds_nothing() -> None:
    done = subprocess.run(
        ["hadolint", DEPLOY / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
