"""Word vectors: gradients against torch, and what they learn from a small world of words."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError
from penstock.scratch.words.cbow import NOBODY, ContinuousBagOfWords
from penstock.scratch.words.negative_sampling import loss_and_gradients
from penstock.scratch.words.skip_gram import SkipGram
from penstock.scratch.words.vectors import WordVectors
from penstock.scratch.words.windows import Vocabulary, neighbours
from tests.unit.scratch.against_torch import agree, drawn, numbers, seeds

BOTH = [
    pytest.param(SkipGram, marks=pytest.mark.curriculum("L07")),
    pytest.param(ContinuousBagOfWords, marks=pytest.mark.curriculum("L08")),
]
PEOPLE = {"king": ("royal", "man"), "queen": ("royal", "woman"), "lad": ("common", "man"),
          "lass": ("common", "woman")}  # fmt: skip
SAID = {
    "royal": ["throne", "crown", "palace"],
    "common": ["field", "village", "plough"],
    "man": ["beard", "he", "father"],
    "woman": ["gown", "she", "mother"],
}


def world(sentences: int, seed: int = 0) -> list[list[str]]:
    """Of each person, words of both traits."""
    random = np.random.default_rng(seed)
    told = []
    for name in random.choice(list(PEOPLE), sentences):
        rank, kind = PEOPLE[name]
        words = [name, random.choice(SAID[rank]), random.choice(SAID[kind])]
        told.append([str(word) for word in random.permutation(words)])
    return told


@pytest.mark.curriculum("L07", "L08")
@drawn
@given(batch=st.integers(1, 5), negatives=st.integers(1, 4), size=st.integers(1, 6), seed=seeds)
def test_loss_and_gradients_are_torchs(batch: int, negatives: int, size: int, seed: int) -> None:
    given_ = [numbers(seed, batch, size), numbers(seed + 1, batch, size)]
    given_.append(numbers(seed + 2, batch, negatives, size))

    def theirs(h: torch.Tensor, v: torch.Tensor, u: torch.Tensor) -> list[torch.Tensor]:
        with torch.enable_grad():
            x = [one.detach().requires_grad_() for one in (h, v, u)]
            near, far = (x[0] * x[1]).sum(1), torch.einsum("bd,bkd->bk", x[0], x[2])
            sig = torch.nn.functional.logsigmoid
            loss = -(sig(near) + sig(-far).sum(1)).mean()
            loss.backward()
        return [loss.detach(), *(one.grad for one in x)]

    def ours(h: object, v: object, u: object) -> list[np.ndarray]:
        loss, *gradients = loss_and_gradients(*given_)
        return [np.asarray(loss), *gradients]

    agree(ours, theirs, *given_)


@pytest.mark.parametrize("made", BOTH)
def test_words_that_share_company_are_near_each_other(made: type[WordVectors]) -> None:
    model = made(size=12, window=2, passes=8, learning_rate=0.05).fit(world(3000))
    assert model.losses[-1] < 0.75 * model.losses[0]
    for company in SAID.values():
        near = {word for word, _ in model.nearest(company[0], 2)}
        assert near == set(company[1:])


@pytest.mark.parametrize("made", BOTH)
def test_king_is_to_queen_as_lad_is_to_lass(made: type[WordVectors]) -> None:
    model = made(size=12, window=2, passes=8, learning_rate=0.05).fit(world(3000))
    people = [(w, c) for w, c in model.analogy("king", "queen", "lad", 16) if w in PEOPLE]
    assert people[0][0] == "lass"


@pytest.mark.parametrize("made", BOTH)
def test_the_same_seed_gives_the_same_vectors(made: type[WordVectors]) -> None:
    one, other = (made(size=4, passes=1).fit(world(50)) for _ in range(2))
    assert (one.vectors == other.vectors).all()


@pytest.mark.parametrize("made", BOTH)
def test_a_step_moves_only_the_words_it_names(made: type[WordVectors]) -> None:
    model = made(size=3, window=1, passes=1, learning_rate=1e-300).fit(world(20))
    before = model.vectors.copy()
    given_ = np.array([[0, NOBODY]]) if made is ContinuousBagOfWords else np.array([0])
    model.contexts += 1.0
    model.step(given_, np.array([1]), np.array([[2, 3]]), 0.1)
    moved = np.flatnonzero((model.vectors != before).any(axis=1))
    assert moved.tolist() == [0]
    changed = np.flatnonzero((np.abs(model.contexts - 1) > 1e-9).any(axis=1))
    assert changed.tolist() == [1, 2, 3]


def test_neighbours_end_with_the_sentence() -> None:
    centre, context = neighbours(np.array([5, 6, 7]), 1)
    assert list(zip(centre.tolist(), context.tolist(), strict=True)) == [
        (0, 1),
        (1, 0),
        (1, 2),
        (2, 1),
    ]


def test_noise_is_flatter_than_the_counts_and_sums_to_one() -> None:
    vocabulary = Vocabulary([["a"] * 16 + ["b"]])
    np.testing.assert_allclose(vocabulary.noise(), [8 / 9, 1 / 9])


def test_what_can_not_be_meant_is_refused() -> None:
    with pytest.raises(SettingError, match="two words at least 3 times each"):
        SkipGram(least=3).fit([["a", "b", "a"]])
    with pytest.raises(SettingError, match="all from 1"):
        SkipGram(size=0)
    with pytest.raises(SettingError, match="a word of the training text, got 'z'"):
        SkipGram(size=2, passes=1).fit([["a", "b"]]).nearest("z")
