"""What the documentation says is true: its commands run, its names and blocks are ours."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from penstock.core.config import CandidateParams, Params, ProjectParams, load_params
from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.engine.check import check_params
from penstock.engine.meta import read_meta
from penstock.serving.settings import ServingSettings
from penstock.sources.opening import open_source
from tests.commands import has_key, problem
from tests.docs import (
    PAGES,
    ROOT,
    Command,
    anchors,
    block_after,
    blocks,
    commands,
    first_column,
    links,
    mentioned_commands,
    spans,
    yaml_blocks,
)
from tests.workspace import run, write_payments

# What is checked and not run, by how it begins, with the reason.
NOT_RUN = {
    "$EDITOR": "opens an editor",
    ".venv/bin/python -m pytest": "a test, which runs by itself",
    ".venv/bin/uv pip install": "asks a package index",
    "docker build": "needs a Docker daemon; tests/soak/test_install.py takes the same steps",
    "docker compose": "needs a Docker daemon; tests/func/test_deploy_files.py reads the file",
    "dvc remote add --default bucket": "there is no such bucket",
    "export": "a shell's own; what it names is no server of ours",
    "kubectl": "needs a cluster; tests/func/test_deploy_k8s.py holds the files to its schemas",
    "make": "sets up .venv from a package index; `make fresh` runs these in a clone",
    "mlflow ui": "a server",
    "penstock deploy": "needs a server; tests/func/test_deployments.py runs it",
    "penstock experiment": "nobody was served in a workspace that was just built",
    "penstock lineage ID": "needs a prediction, as replay does",
    "penstock lineage fraud --prediction": "the row is one of the reader's own",
    "penstock replay": "needs a prediction; tests/e2e/test_trace_served.py has some",
    "penstock rollback": "nobody is champion in a workspace that was just built",
    "penstock score": "nobody is champion yet; tests/func/test_score_file.py crowns one",
    "penstock key": "names keys of the reader's own; tests/e2e/test_serve.py makes some",
    "penstock serve": "a server; tests/e2e/test_serve.py starts it and calls what the page calls",
    "penstock up": "servers; tests/func/test_up.py starts them",
    "prefect deployment run": "needs a server; tests/func/test_deployments.py does the same",
    "prefect server start": "a server",
    "prefect work-pool create": "needs a server; tests/func/test_deployments.py does the same",
    "python -c": "HASH names a folder that only a stop of the gate makes",
    "python flows/pipeline.py": "tests/func/test_flow.py runs it",
    "python flows/sweep.py": "tests/func/test_sweep_flow.py runs it",
    "source": "a shell's own",
}
BANK = "docs/add-a-project.md"  # its commands are about a project that the page writes
FRAUD = "docs/fraud.md"  # the reader's own payments: tests/e2e/test_fraud_docs.py has some
DIGITS = "docs/digits.md"  # tests/e2e/test_digits.py has its images
SHOP = "docs/recommend.md"  # its commands are about a log of the reader's own
PATH = re.compile(r"[\w.*@-]+(/[\w.*@-]+)+/?|[\w-]+/")
NAME = re.compile(r"\b[A-Z][A-Z0-9]*\b")  # in a path: the reader's to fill in


@pytest.fixture(scope="module")
def workspace(built_workspace_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One built workspace for the commands of all pages, in their order."""
    root = tmp_path_factory.mktemp("docs") / "checkout"
    return Path(shutil.copytree(built_workspace_source, root, symlinks=True))


def reason(command: Command) -> str | None:
    """Why a command is not run; None where it is."""
    said = [why for start, why in NOT_RUN.items() if f"{command} ".startswith(f"{start} ")]
    return said[0] if said else None


def play(root: Path, page: str, shelf: Path) -> list[str]:
    """Run the commands of `page`; what each said."""
    said = []
    for command in commands(page):
        if reason(command) is None:
            words = [word.replace("/mnt/shelf", str(shelf)) for word in command.words]
            done = run(root, *words, check=False)
            assert done.returncode == 0, f"{command.place}\n{done.stdout}{done.stderr}"
            said.append(done.stdout)
    return said


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in (BANK, SHOP, FRAUD, DIGITS)]
)
def test_every_command_of_a_page_runs(page: str, workspace: Path, tmp_path: Path) -> None:
    play(workspace, page, tmp_path)


def test_the_project_that_a_page_writes_is_built_and_nothing_else(
    built_workspace: Path, tmp_path: Path
) -> None:
    folder = built_workspace / "src" / "penstock" / "projects" / "bank"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Payments."""\n')
    for part, page in (("schema", BANK), ("suite", "docs/the-gate.md"), ("features", BANK)):
        words = "offers two functions" if part == "suite" else f"**`{part}.py`**"
        (folder / f"{part}.py").write_text(block_after(page, words, "python"))
    [block] = [value for _, value in yaml_blocks(BANK) if "projects" in value]
    _merge(built_workspace / "params.yaml", block)
    inbox = built_workspace / block["projects"]["bank"]["source"]["path"]
    write_payments(inbox)
    rows = pd.read_csv(inbox)
    time = pd.Timestamp("2026-01-01") + pd.to_timedelta(rows["Time"], unit="s")
    bank = {"payment": rows.index, "time": time, "amount": rows["Amount"], "label": rows["Class"]}
    pd.DataFrame(bank).to_csv(inbox, index=False)
    said = "".join(play(built_workspace, BANK, tmp_path))
    ran = set(re.findall(r"Running stage '(\S+)'", said))
    assert {"validate@bank", "train@bank-xgboost", "evaluate@bank"} <= ran
    assert all("@bank" in address for address in ran)
    assert "reports/bank/index.html" in said
    assert run(built_workspace, "git", "status", "--porcelain").stdout.count("\n") == len(
        run(built_workspace, "git", "diff", "--cached", "--name-only").stdout.split()
    )


def test_a_log_of_one_s_own_is_built_and_gives_lists(
    shop: Path, copy_of: Callable[[Path], Path], tmp_path: Path
) -> None:
    root = copy_of(shop)
    [block] = [value for _, value in yaml_blocks(SHOP)]
    _merge(root / "params.yaml", block)
    said = play(root, SHOP, tmp_path)
    plain, why, _, newcomer, one = said[-5:]
    assert plain.startswith("recommendation · user 7, had 12 · ")
    assert "since the user had" in why and "user newcomer, had 2 · " in newcomer
    assert "Film 5" in one
    table = block_after(SHOP, "A list for one user", "").splitlines()
    assert table[0].startswith("recommendation · user ")
    assert table[1].split() == why.splitlines()[1].split()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_one_that_exists(page: str) -> None:
    told = [*commands(page), *mentioned_commands(page)]
    wrong = {command.place: said for command in told if (said := problem(command))}
    assert not wrong


def test_what_is_not_run_is_still_told_somewhere() -> None:
    told = [f"{command} " for page in PAGES for command in commands(page)]
    assert [start for start in NOT_RUN if not any(t.startswith(f"{start} ") for t in told)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.relative_to(ROOT).as_posix()), link


@pytest.mark.parametrize("page", PAGES)
def test_every_file_and_key_that_a_page_names_is_there(
    page: str, built_workspace_source: Path
) -> None:
    package = ROOT / "src" / "penstock"
    bases = (ROOT, package, built_workspace_source)
    tops = {one.name for base in (ROOT, package, built_workspace_source) for one in base.iterdir()}
    for line, span in spans(page):
        where = f"{page}, line {line}: {span}"
        if re.fullmatch(r"(projects|candidates)(\.[\w-]+)+", span):
            assert has_key(span), where
        elif PATH.fullmatch(span) and span.split("/")[0] in tops - {".penstock", ".venv"}:
            pattern = NAME.sub("*", span).rstrip("/")
            assert any(any(base.glob(pattern)) for base in bases), where


@pytest.mark.parametrize("page", PAGES)
def test_every_yaml_block_is_accepted_by_those_who_read_it(page: str, tmp_path: Path) -> None:
    for block, value in yaml_blocks(page):
        shutil.copy2(ROOT / "params.yaml", tmp_path / "params.yaml")
        if "meta" in value:
            read_meta(value["meta"], "meta")
        elif "source" in value:
            open_source(ROOT, "fraud", value["source"])
        elif value.keys() <= {"projects", "candidates"}:
            _merge(tmp_path / "params.yaml", value)
            load_params(tmp_path)
        elif value.keys() == {"serving"}:
            parse(ServingSettings, value["serving"], "serving")
        elif value.keys() <= {"promotion", "sweeps"}:
            _merge(tmp_path / "params.yaml", value)
            check_params(tmp_path)
        else:
            known = load_params(tmp_path)
            for key in value.keys() - known.candidates.keys():  # the page says: list it
                project, name = value[key]["project"], value[key]["name"]
                assert (
                    f"List `{name}` under `projects.{project}.candidates`"
                    in (ROOT / page).read_text()
                ), block
                names = [*known.projects[project].candidates, name]
                _merge(tmp_path / "params.yaml", {"projects": {project: {"candidates": names}}})
            _merge(tmp_path / "params.yaml", {"candidates": value})
            check_params(tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_every_python_block_runs(page: str) -> None:
    for block in blocks(page, "python"):
        names: dict[str, Any] = {"__name__": "docs"}
        exec(compile(block.text, f"{page}, line {block.line}", "exec"), names)


def test_the_message_that_is_shown_for_two_mistakes_is_the_one_that_comes(tmp_path: Path) -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text())
    params["projects"]["fraud"]["judging"]["bootstrap"] = 2
    params["candidates"]["fraud-tree"]["params"] = {"max_dept": 6}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    with pytest.raises(ParamsError) as told:
        check_params(tmp_path)
    assert block_after("docs/configure.md", "told before", "").strip() == str(told.value).strip()


def test_the_tables_of_settings_name_every_key() -> None:
    page = "docs/configure.md"
    assert first_column(page, "A project") == set(ProjectParams.model_fields)
    assert first_column(page, "A candidate") == set(CandidateParams.model_fields)
    keys = {name.partition(".")[0] for name in first_column(page, "The whole file")}
    assert keys == set(Params.model_fields)


def test_the_table_of_lint_rules_names_every_rule() -> None:
    lint = ROOT / "src" / "penstock" / "engine" / "lint"
    code = "".join(file.read_text() for file in lint.glob("*.py"))
    rules = set(re.findall(r'Problem\(\s*"([a-z-]+)"', code))
    assert first_column("docs/configure.md", "What `penstock lint` finds in the graph") == rules


def _merge(path: Path, blocks: dict[str, dict[str, Any]]) -> None:
    """Lay blocks of projects and candidates over those of params.yaml, key by key."""
    params = yaml.safe_load(path.read_text())
    for part, named in blocks.items():
        for name, block in named.items():
            params[part][name] = {**params[part].get(name, {}), **block}
    path.write_text(yaml.safe_dump(params, sort_keys=False))
