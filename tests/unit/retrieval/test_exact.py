from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from penstock.retrieval import exact
from penstock.retrieval.approximate import Approximate
from penstock.retrieval.errors import UnfitRequest
from penstock.retrieval.exact import Exact


def indexed(vectors: np.ndarray) -> Approximate:
    return Approximate(vectors, vectors[:10], k=2, exact_up_to=5)


def literal(vectors: np.ndarray, query: np.ndarray, k: int, hidden: set[int]) -> list[int]:
    """Products added up one number at a time, in Python."""
    scores = []
    for item, vector in enumerate(vectors):
        total = 0.0
        for one, other in zip(query.tolist(), vector.tolist(), strict=True):
            total += one * other
        scores.append((-total, item))
    return [item for _, item in sorted(scores) if item not in hidden][:k]


@settings(max_examples=40, deadline=None)  # the first call compiles
@given(st.integers(0, 10**6), st.sampled_from([np.float32, np.float64]), st.booleans())
def test_the_best_are_those_of_a_sort_of_all(
    seed: int, dtype: type[np.floating], whole: bool
) -> None:
    random = np.random.default_rng(seed)
    vectors, queries = random.normal(size=(80, 6)), random.normal(size=(5, 6))
    if whole:  # many ties
        vectors, queries = np.round(vectors), np.round(queries)
    vectors, queries = vectors.astype(dtype), queries.astype(dtype)
    allowed = random.random(80) < random.choice([0.8, 0.15, 0.03])
    had = sparse.csr_array(random.random((5, 80)) < 0.1)
    places, scores = Exact(vectors).search(queries, 7, allowed, had)
    for row, query in enumerate(queries):
        hidden = set(np.flatnonzero(~allowed)) | set(
            had.indices[had.indptr[row] : had.indptr[row + 1]]
        )
        wanted = literal(vectors, query, 7, hidden)
        assert places[row].tolist() == wanted + [-1] * (7 - len(wanted))
        told = scores[row, : len(wanted)]
        assert told == pytest.approx(vectors[wanted] @ query, abs=1e-5)
        assert (np.diff(told) <= 0).all() and (scores[row, len(wanted) :] == -np.inf).all()


def test_scores_that_float32_cannot_tell_apart_are_told_apart() -> None:
    vectors = np.ones((500, 3))
    vectors[321, 1] += 1e-12
    assert Exact(vectors).search(np.ones((1, 3)), 2)[0].tolist() == [[321, 0]]


def test_blocks_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    vectors, queries = random.normal(size=(300, 16)), random.normal(size=(40, 16))
    had = sparse.csr_array(random.random((40, 300)) < 0.05)
    index = Exact(vectors)
    whole = index.search(queries, 9, None, had)
    monkeypatch.setattr(exact, "CELLS", 300 * 7)
    assert [len(places) for places, _ in index.blocks(queries, 9)] == [7, 7, 7, 7, 7, 5]
    for one, other in zip(whole, index.search(queries, 9, None, had), strict=True):
        assert np.array_equal(one, other)


def test_fewer_items_than_asked_for_leave_places_empty() -> None:
    places, scores = Exact(np.eye(3)).search(np.ones((1, 3)), 4, np.array([True, False, True]))
    assert places.tolist() == [[0, 2, -1, -1]] and scores.tolist() == [[1, 1, -np.inf, -np.inf]]
    assert Exact(np.eye(3)).search(np.zeros((0, 3)), 2)[0].shape == (0, 2)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (np.zeros(3), r"expected float32 or float64 \[rows, size\], found float64 \[3\]"),
        (np.zeros((2, 3), dtype=int), "found int64"),
        (np.array([[0.0], [np.nan]]), "finite numbers, found others in row 1"),
    ],
)
def test_vectors_that_cannot_be_are_refused(rows: np.ndarray, said: str) -> None:
    with pytest.raises(UnfitRequest, match=rf"(?s)vectors of items: .*{said}.*\n  fix: "):
        Exact(rows)


@pytest.mark.parametrize("kind", [Exact, indexed])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"queries": np.ones((1, 2))}, r"queries: expected floats \[rows, 3\], found float64"),
        ({"k": 0}, "1 or more, found 0"),
        ({"allowed": np.ones(3, bool)}, r"allowed: expected bool \[40\], found bool \[3\]"),
        ({"allowed": np.ones(40)}, r"allowed: expected bool \[40\], found float64 \[40\]"),
        ({"hidden": sparse.csr_array((2, 40))}, r"expected \[1 queries, 40 items\], found \[2, "),
    ],
)
def test_a_search_that_cannot_be_meant_is_refused(
    kind: Callable[[np.ndarray], Exact | Approximate], asked: dict[str, Any], said: str
) -> None:
    index = kind(np.random.default_rng(0).normal(size=(40, 3)))
    with pytest.raises(UnfitRequest, match=rf"{said}(?s:.*)\n  fix: "):
        index.search(**{"queries": np.ones((1, 3)), "k": 1} | asked)
