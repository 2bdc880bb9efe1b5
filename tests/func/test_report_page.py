"""The page in a real browser, and the plots in a real DVC."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import numpy as np
import pytest

from penstock.core.contracts import Chart
from penstock.pages.plots import write_plots
from penstock.pages.report import render_report
from tests.example_report import example_charts, example_page
from tests.workspace import ROOT, commit, run

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome")
                if (found := shutil.which(name))), None)  # fmt: skip
browser = pytest.mark.skipif(BROWSER is None, reason="no chromium on this machine")


def browse(folder: Path, page: str, *flags: str) -> tuple[str, str]:
    """The document after it was laid out, and what the browser had to say."""
    (folder / "index.html").write_text(page, encoding="utf-8")
    done = subprocess.run(
        [
            str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}",
            "--window-size=1280,2000", *flags, (folder / "index.html").as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout, done.stderr


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
    # In a frame, since a browser's window has a least width of its own.
    measure = "document.body.dataset.wide = this.contentDocument.documentElement.scrollWidth"
    frame = (
        f'<iframe style="width:{width}px;height:900px;border:0" onload="{measure}" '
        f'srcdoc="{escape(render_report(example_page()))}"></iframe>'
    )
    document, _ = browse(tmp_path, f"<!doctype html><body>{frame}</body>", "--dump-dom")
    wide = re.search(r'data-wide="(\d+)"', document)
    assert wide
    assert int(wide[1]) <= width


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
