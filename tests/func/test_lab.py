"""The verb, and its pages in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.browser import browser, faults
from tests.workspace import ROOT, run


def test_the_verb_draws_what_is_named_and_an_index(tmp_path: Path) -> None:
    told = run(
        ROOT,
        "python",
        "-m",
        "penstock.cli",
        "lab",
        "penalties",
        "--json",
        "--output",
        str(tmp_path),
    )
    assert json.loads(told.stdout) == {"penalties": str(tmp_path / "penalties.html")}
    assert {path.name for path in tmp_path.iterdir()} == {"penalties.html", "index.html"}


def test_topics_are_listed() -> None:
    listed = run(ROOT, "python", "-m", "penstock.cli", "lab", "--list").stdout.split()
    assert "clusters" in listed and listed == sorted(listed)


@browser
@pytest.mark.parametrize("name", ["penalties", "clusters", "boundaries", "gradient-descent"])
def test_no_words_of_a_figure_meet(name: str, tmp_path: Path) -> None:
    from penstock.pages.curriculum.coverage import read_coverage
    from penstock.pages.lab.page import lab_page

    assert faults(tmp_path, lab_page(name, read_coverage(ROOT))) == []
