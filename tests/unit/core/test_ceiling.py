"""Figures that no candidate is expected to pass, as params.yaml gives them."""

from __future__ import annotations

import pytest

from penstock.core.config import PublishedFigures
from penstock.core.errors import ParamsError
from penstock.core.settings import parse

GIVEN = {"source": "a book", "figures": {"tree": {"test": {"roc_auc": 0.8}}}}
CEILING = {"source": "who knows all", "figures": {"test": {"roc_auc": 0.884}}}


def test_a_ceiling_stands_beside_what_was_published_and_may_be_left_out():
    found = parse(PublishedFigures, GIVEN | {"ceiling": CEILING}, "published")
    assert found.ceiling is not None
    assert found.ceiling.figures["test"]["roc_auc"] == 0.884
    assert parse(PublishedFigures, GIVEN, "published").ceiling is None


def test_a_ceiling_by_candidate_is_refused_with_the_key_that_is_wrong():
    wrong = CEILING | {"figures": {"tree": {"test": {"roc_auc": 0.884}}}}
    with pytest.raises(ParamsError, match=r"published\.ceiling\.figures\.tree\.test"):
        parse(PublishedFigures, GIVEN | {"ceiling": wrong}, "published")
