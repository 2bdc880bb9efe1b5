"""What a flow run shows beside its graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from penstock.core.files import write_json
from penstock.engine.artifacts import artifact_key, page_link, plan_rows, stage_page
from penstock.engine.meta import StageMeta
from penstock.engine.outcome import Outcome, Result
from penstock.engine.plan import Planned
from penstock.engine.stages import Stage

OUTS = ("reports/river/metrics.json", "reports/river/index.html", "reports/river/summary.json")
EVALUATE = Stage("evaluate@river", "true", (), (), OUTS, StageMeta(), ())
LOCK = """\
schema: '2.0'
stages:
  evaluate@river:
    cmd: "true"
    outs:
    - {path: reports/river/metrics.json, md5: 0a1b}
    - {path: reports/river/index.html, md5: 2c3d}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dvc.lock").write_text(LOCK)
    scores = {"tree": {"test": {"auc": 0.9, "loss": 0.1}}, "blend": {"test": {"auc": 0.8}}}
    write_json(tmp_path / "reports" / "river" / "summary.json", scores)
    return tmp_path


def test_a_plan_says_of_each_stage_whether_it_is_stale_and_why() -> None:
    plan = [
        Planned("ingest@river", "stale", "deps: data modified"),
        Planned("train@river-tree", "maybe", "upstream: ingest@river"),
        Planned("ingest@lake", "current", ""),
    ]
    assert plan_rows(plan) == [
        {"stage": "ingest@river", "stale?": "yes", "why": "deps: data modified"},
        {
            "stage": "train@river-tree",
            "stale?": "if its upstream changes",
            "why": "upstream: ingest@river",
        },
        {"stage": "ingest@lake", "stale?": "no", "why": ""},
    ]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("stage", "train@Fraud-tree_2"), "stage-train-fraud-tree-2"),
        (("leaderboard", "größe"), "leaderboard-gr-e"),
        (("stage", "sub/dvc.yaml:x"), "stage-sub-dvc-yaml-x"),
    ],
)
def test_a_key_holds_lower_case_digits_and_single_dashes(words: tuple[str, ...], key: str) -> None:
    assert artifact_key(*words) == key


def test_a_stage_that_ended_well_shows_hashes_figures_pages_and_time(root: Path) -> None:
    result = Result(Outcome.RAN, "its command ran", seconds=1.25)
    page = stage_page(root, root, EVALUATE, result, None)
    assert page.startswith("# evaluate@river: Ran, 1.2 s\n\nits command ran\n")
    assert "| `reports/river/metrics.json` | `0a1b` |" in page
    assert "| `reports/river/summary.json` | `–` |" in page
    assert "## Split “test”" in page
    assert "| candidate | auc | loss |" in page
    assert "| blend | 0.8 | – |\n| tree | 0.9 | 0.1 |" in page
    assert "- `reports/river/index.html`" in page


def test_a_stage_that_failed_shows_its_last_words_and_nothing_of_an_earlier_run(
    root: Path,
) -> None:
    result = Result(Outcome.FAILED, "exit status 1\nno such ```river```", seconds=0.5)
    page = stage_page(root, root, EVALUATE, result, None)
    assert page == (
        "# evaluate@river: Failed, 0.5 s\n\nexit status 1\n\n```\nno such '''river'''\n```\n"
    )


def test_pages_are_links_where_they_are_served_and_paths_elsewhere(tmp_path: Path) -> None:
    url, path = "http://127.0.0.1:4280/", "reports/river/gate.html"
    link = "[reports/river/gate.html](http://127.0.0.1:4280/reports/river/gate.html)"
    assert page_link(tmp_path, tmp_path, path, url) == link
    tree = tmp_path / ".penstock" / "worktrees" / "nightly"
    assert page_link(tree, tmp_path, path, url) == f"[{path}]({url}worktrees/nightly/{path})"
    assert page_link(tree, tmp_path, path, None) == f"`.penstock/worktrees/nightly/{path}`"


def test_a_lock_that_cannot_be_read_costs_the_hashes_alone(root: Path) -> None:
    (root / "dvc.lock").write_text("stages: [")
    page = stage_page(root, root, EVALUATE, Result(Outcome.CACHED, "nothing changed"), None)
    assert "| `reports/river/metrics.json` | `–` |" in page
