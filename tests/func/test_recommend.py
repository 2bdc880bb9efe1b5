"""`penstock recommend` on a shop that the graph has built."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.champions import crown_built
from tests.shop import PROJECT
from tests.workspace import run

RECOMMEND = ("penstock", "recommend", PROJECT)


def test_a_list_has_titles_scores_and_reasons(shop: Path) -> None:
    said = run(shop, *RECOMMEND, "7", "--top", "3", "--explain").stdout
    assert f"{PROJECT} · user 7, had 12 · " in said
    told = json.loads(run(shop, *RECOMMEND, "7", "--top", "3", "--json").stdout)
    assert len(told["items"]) == 3 and told["candidate"] in ("ease", "item-knn")
    for line in told["items"]:
        assert line["title"] in said and f"{line['score']:.4f}" in said
        assert len(line["because"]) == 3
        assert all(f"{one['share']:+.4f} {one['title']}" in said for one in line["because"])


def test_a_newcomer_is_told_why_the_list_is_what_it_is(shop: Path) -> None:
    said = run(shop, *RECOMMEND, "newcomer", "--without-category", "Drama").stdout
    assert "nobody knows user 'newcomer': the list is of what is trending" in said
    assert "trending" in said.splitlines()[2]


def test_the_champion_answers(shop: Path, copy_of: Callable[[Path], Path]) -> None:
    root = copy_of(shop)
    version = crown_built(root, PROJECT, "item-knn")
    said = run(root, *RECOMMEND, "7").stdout
    assert f"item-knn, the champion ({version.key[:8]})" in said


def test_a_mistake_ends_in_the_fix(shop: Path) -> None:
    done = run(shop, *RECOMMEND, "7", "--item", "Film 44", check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "by title: 144 (Film 44)\n  fix: " in done.stderr
