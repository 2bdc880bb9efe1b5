"""What a person sees of a run: the Prefect UI that `penstock up` serves, in a real browser.

The browser is the distribution's Chromium (`apt-get install chromium`). Where there is none the
tests are skipped, unless PENSTOCK_REQUIRE_BROWSER is set: then its absence is a failure.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.penstock_up import Up, clean_environment, penstock_up
from tests.toy_graph import make_toy
from tests.workspace import ROOT

EDGES = {("fetch@a", "join"), ("fetch@b", "join"), ("join", "sign")}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with penstock_up(make_toy(tmp_path_factory.mktemp("ui") / "toy")) as one:
        one.wait_until_up()
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if path is None:
        if os.environ.get("PENSTOCK_REQUIRE_BROWSER"):
            pytest.fail("no chromium, and PENSTOCK_REQUIRE_BROWSER is set")
        pytest.skip("no chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        # Chromium's own sandbox refuses to run as root, as containers do.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        one = play.chromium.launch(executable_path=path, args=options)
        yield one
        one.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    one = browser.new_page(viewport={"width": 1500, "height": 1100})
    one.set_default_timeout(30_000)
    yield one
    one.close()


def run_flow(up: Up) -> str:
    """The id of a run that has ended."""
    before = {run["id"] for run in up.runs()}
    subprocess.run(
        [sys.executable, str(ROOT / "flows" / "pipeline.py")],
        cwd=up.root,
        env=clean_environment(PREFECT_API_URL=up.api),
        check=False,
        capture_output=True,
    )
    [new] = {run["id"] for run in up.runs()} - before
    return str(new)


def open_run(page: Any, up: Up, run: str) -> dict[str, Any]:
    """Open the page of a run; the graph that the page has asked for."""
    with page.expect_response(lambda one: "graph-v2" in one.url and one.ok) as found:
        page.goto(f"{up.urls['prefect']}/runs/flow-run/{run}")
    return dict(found.value.json())


def colours(canvas: Any) -> int:
    """How many colours are drawn; an empty canvas has a handful."""
    image = Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")
    return len(image.getcolors(maxcolors=1 << 20) or ())


def open_tab(page: Any, name: str) -> None:
    page.locator(".p-tab", has_text=name).first.click()


def states_on(page: Any) -> dict[str, str]:
    """What the tab of task runs shows of each stage: its line, with the name of its state."""
    open_tab(page, "Task Runs")
    lines = {}
    for name in ("fetch@a", "fetch@b", "join", "sign"):
        link = page.get_by_role("link", name=name, exact=True)
        lines[name] = page.locator(".p-list-item").filter(has=link).inner_text()
    return lines


def test_the_page_of_a_run_draws_the_stage_graph_and_names_the_states(
    page: Any, up: Up, tmp_path: Path
) -> None:
    (up.root / "fail-b").touch()
    graph = open_run(page, up, run_flow(up))
    (up.root / "fail-b").unlink()
    nodes = dict(graph["nodes"])
    labels = {key: node["label"] for key, node in nodes.items()}
    edges = {(labels[key], labels[one["id"]]) for key in nodes for one in nodes[key]["children"]}
    assert edges >= EDGES
    canvas = page.locator("canvas").first
    canvas.wait_for(state="visible")
    page.wait_for_timeout(3_000)  # it is drawn frame by frame
    page.screenshot(path=tmp_path / "run.png")
    assert colours(canvas) > 50
    shown = states_on(page)
    page.screenshot(path=tmp_path / "tasks.png")
    assert "Ran" in shown["fetch@a"]
    assert "Failed" in shown["fetch@b"]
    assert "Not ready" in shown["join"]
    assert "Not ready" in shown["sign"]


def test_what_had_not_changed_is_named_cached(page: Any, up: Up) -> None:
    run_flow(up)
    (up.root / "source-b.txt").write_text("other water\n")
    open_run(page, up, run_flow(up))
    shown = states_on(page)
    assert "Cached" in shown["fetch@a"]
    assert "Ran" in shown["fetch@b"]
    assert "Ran" in shown["sign"]


def test_the_plan_is_an_artifact_of_the_run(page: Any, up: Up) -> None:
    open_run(page, up, run_flow(up))
    open_tab(page, "Artifacts")
    page.get_by_text("plan", exact=True).first.wait_for()
