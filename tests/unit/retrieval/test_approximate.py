from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from penstock.retrieval.approximate import Approximate, open_index, recall
from penstock.retrieval.errors import NoIndexLibrary, UnfitRequest
from penstock.retrieval.exact import Exact
from tests.workspace import ROOT

ITEMS, SIZE = 4000, 12


def world(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors in heaps, as items of one taste are, and queries between them."""
    random = np.random.default_rng(seed)
    heaps = random.normal(size=(40, SIZE))
    vectors = heaps[random.integers(0, 40, ITEMS)] + 0.4 * random.normal(size=(ITEMS, SIZE))
    queries = heaps[random.integers(0, 40, 200)] + 0.4 * random.normal(size=(200, SIZE))
    return vectors, queries


@pytest.mark.curriculum("L13")
def test_it_finds_what_it_says_and_looks_into_few_cells() -> None:
    vectors, queries = world()
    index = Approximate(vectors, queries, k=10, exact_up_to=100)
    truth = Exact(vectors).search(queries[100:], 10)[0]
    found = index.search(queries[100:], 10)[0]
    shared = [np.isin(mine, its).mean() for mine, its in zip(truth, found, strict=True)]
    assert index.recall == pytest.approx(np.mean(shared), abs=0.02)
    assert index.recall > 0.9 and index.probes < index.cells / 2
    fewer = Approximate(vectors, queries, k=10, least_recall=0.5, exact_up_to=100)
    assert fewer.probes < index.probes and fewer.recall < index.recall
    assert recall(fewer, queries, 10) >= 0.5


def test_scores_and_order_are_those_of_exact_search() -> None:
    vectors, queries = world()
    vectors[17] = vectors[3]
    index = Approximate(vectors, queries, k=10, exact_up_to=100)
    places, scores = index.search(queries, 10)
    every, of_every = Exact(vectors).search(queries, ITEMS)
    for row in range(len(queries)):
        told = dict(zip(every[row].tolist(), of_every[row].tolist(), strict=True))
        assert [told[place] for place in places[row].tolist()] == scores[row].tolist()
        assert places[row].tolist() == sorted(places[row].tolist(), key=lambda p: (-told[p], p))


def test_filters_leave_full_lists() -> None:
    vectors, queries = world()
    index = Approximate(vectors, queries, k=10, exact_up_to=100)
    random = np.random.default_rng(1)
    for share in (0.5, 0.01, 0.002):
        allowed = random.random(ITEMS) < share
        had = random.random((200, ITEMS)) < 0.02
        had[0] = True  # the first has had all
        hidden = sparse.csr_array(had)
        places, scores = index.search(queries, 10, allowed, hidden)
        truth, of_truth = Exact(vectors).search(queries, 10, allowed, hidden)
        assert ((places >= 0) == (truth >= 0)).all()
        for row in range(len(queries)):
            mine = places[row][places[row] >= 0]
            assert allowed[mine].all() and not had[row, mine].any()
        if share < 0.02:  # so few are searched exactly
            assert np.array_equal(places, truth) and np.array_equal(scores, of_truth)


def test_the_same_vectors_give_the_same_index_in_another_process() -> None:
    code = (
        "import faiss, sys; faiss.omp_set_num_threads(int(sys.argv[1]))\n"
        "from tests.unit.retrieval.test_approximate import *\n"
        "vectors, queries = world(); index = Approximate(vectors, queries, 10, exact_up_to=100)\n"
        "print(index.probes, index.recall, index.search(queries, 10)[0].tolist())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code, threads], cwd=ROOT, capture_output=True, check=True
        ).stdout
        for threads in ("1", "2")
    ]
    assert said[0] == said[1] and said[0]


def test_the_size_of_the_catalogue_chooses() -> None:
    vectors, queries = world()
    assert isinstance(open_index(vectors, queries), Exact)
    found = open_index(vectors, queries, k=10, exact_up_to=ITEMS - 1)
    assert isinstance(found, Approximate) and len(found) == ITEMS


def test_without_the_library_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "faiss", None)
    vectors, queries = world()
    with pytest.raises(NoIndexLibrary, match=r"fix: pip install 'penstock\[ann\]'"):
        open_index(vectors, queries, exact_up_to=1000)


def test_queries_that_cannot_tune_it_are_refused() -> None:
    vectors, queries = world()
    with pytest.raises(UnfitRequest, match="queries: expected two or more, found 1"):
        Approximate(vectors, queries[:1])
    with pytest.raises(UnfitRequest, match=r"floats \[rows, 12\]"):
        Approximate(vectors, queries[:, :3])
