"""Pictures in a real browser, light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from penstock.pages.report import render_report
from tests.browser import asked, browse, browser, faults
from tests.example_pictures import illustrated_page

PAGE = illustrated_page()
SEEN = """
const drawn = [...frame.contentDocument.querySelectorAll('img')];
document.body.dataset.seen = drawn.filter(one => one.complete && one.naturalWidth == 28).length;
"""
TONE = """
const first = frame.contentDocument.querySelector('.ink img');
document.body.dataset.tone = getComputedStyle(first).filter;
"""


@browser
def test_every_picture_is_drawn_and_nobody_complains(tmp_path: Path) -> None:
    assert asked(tmp_path, render_report(PAGE), SEEN, "seen") == "9"
    shot = tmp_path / "page.png"
    _, said = browse(tmp_path, render_report(PAGE), f"--screenshot={shot}")
    assert "CONSOLE" not in said
    from matplotlib.image import imread

    assert np.unique(imread(shot)[..., :3].reshape(-1, 3), axis=0).shape[0] > 50


@browser
@pytest.mark.parametrize("width", [360, 1200])
def test_words_keep_apart_and_the_page_does_not_scroll_sideways(tmp_path: Path, width: int) -> None:
    html = render_report(PAGE)
    assert faults(tmp_path, html, max(width, 700)) == []
    measure = "document.body.dataset.wide = frame.contentDocument.documentElement.scrollWidth"
    assert int(asked(tmp_path, html, measure, "wide", width)) <= width


@browser
def test_ink_is_dark_on_a_light_page(tmp_path: Path) -> None:
    assert asked(tmp_path, render_report(PAGE), TONE, "tone") == "none"
