"""The page in a real browser, and the plots in a real DVC."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest

from penstock.core.contracts import Chart
from penstock.pages.plots import write_plots
from penstock.pages.report import render_report
from tests.browser import asked, browse, browser, faults
from tests.example_report import example_charts, example_page, many_page
from tests.workspace import ROOT, commit, run


@browser
def test_a_browser_draws_the_page_without_a_complaint(tmp_path):
    shot = tmp_path / "page.png"
    _, said = browse(tmp_path, render_report(example_page()), f"--screenshot={shot}")
    assert "CONSOLE" not in said
    from matplotlib.image import imread

    seen = imread(shot)[..., :3]
    assert seen.shape[:2] == (2000, 1280)
    shades = (seen * 255).astype(np.int64) @ [65536, 256, 1]
    assert len(np.unique(shades)) > 50


@browser
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_does_not_scroll_sideways(tmp_path, width):
    measure = "document.body.dataset.wide = frame.contentDocument.documentElement.scrollWidth"
    wide = asked(tmp_path, render_report(many_page(20)), measure, "wide", width)
    assert int(wide) <= width


@browser
@pytest.mark.parametrize("width", [700, 1200])
@pytest.mark.parametrize("page", [example_page(), many_page(20)], ids=["six", "twenty"])
def test_no_words_lie_over_each_other(tmp_path, page, width):
    assert faults(tmp_path, render_report(page), width) == []


@browser
def test_words_over_each_other_are_seen(tmp_path):
    words = '<svg aria-label="a"><text x="9" y="20">one</text><text x="12" y="22">two</text></svg>'
    assert faults(tmp_path, f"<!doctype html><body>{words}</body>") == ["a: one / two"]


@browser
def test_a_script_that_came_in_with_the_data_would_not_run(tmp_path):
    page = render_report(example_page())
    attack = "<script>document.body.dataset.hit = 'yes'</script></body>"
    document, said = browse(tmp_path, page.replace("</body>", attack), "--dump-dom")
    assert 'data-hit="yes"' not in document
    assert "Content Security Policy" in said


def test_dvc_draws_each_file_with_the_template_of_the_house(tmp_path):
    shutil.copytree(ROOT / ".dvc" / "plots", tmp_path / ".dvc" / "plots")
    (tmp_path / ".dvc" / "config").write_text("[core]\n    analytics = false\n")
    options = re.search(r'"reports/\$\{key\}/plots": (\{.*?\})', (ROOT / "dvc.yaml").read_text())
    assert options
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  evaluate:\n    cmd: 'true'\n"
        f"    plots: [{{plots: {options[1][:-1]}, cache: false}}}}]\n"
    )
    write_plots(example_charts()[:1], tmp_path / "plots")
    commit(tmp_path, "before")
    moved = [Chart("pr", "Moved", "recall", "precision", {"a": ([0.0, 1.0], [0.5, 0.25])})]
    write_plots(moved, tmp_path / "plots")
    spec = json.loads(
        run(tmp_path, "dvc", "plots", "diff", "HEAD", "--targets", "plots", "--show-vega").stdout
    )
    points = spec["data"]["values"]
    assert {point["rev"] for point in points} == {"HEAD", "workspace"}
    assert [(p["x"], p["y"]) for p in points if p["rev"] == "workspace"] == [
        ("0", "0.5"),
        ("1", "0.25"),
    ]
    assert "<DVC_METRIC" not in json.dumps(spec)
