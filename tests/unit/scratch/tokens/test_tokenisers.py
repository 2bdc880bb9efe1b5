"""Each tokeniser against Hugging Face's, trained on, or given, the same."""

from __future__ import annotations

from itertools import pairwise, product
from math import exp, log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.scratch.errors import SettingError
from penstock.scratch.tokens.bpe import BytePairEncoding
from penstock.scratch.tokens.comparing import measure
from penstock.scratch.tokens.lattice import best_cut, expected_counts
from penstock.scratch.tokens.unigram import Unigram
from penstock.scratch.tokens.wordpiece import INSIDE, WordPiece
from tests.curriculum import held
from tests.unit.scratch.against_torch import drawn
from tests.workspace import ROOT

TEXT = (ROOT / "LICENSE").read_text().splitlines()
OTHER = "A licensor's Contributions, re-distributed (2026): naïve café — ünknown ☃ words?!"
alphabet = st.text("abc d.", max_size=30)


def theirs(model: object, trainer: object, lines: list[str]) -> object:
    from tokenizers import Tokenizer, pre_tokenizers

    made = Tokenizer(model)
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    if trainer is not None:
        made.train_from_iterator(lines, trainer)
    return made


def bpe_of(lines: list[str], size: int) -> object:
    from tokenizers import models, trainers

    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=["[UNK]"], show_progress=False)
    return theirs(models.BPE(unk_token="[UNK]"), trainer, lines)


@pytest.mark.curriculum("L14")
@pytest.mark.parametrize("size", [80, 300, 900])
def test_byte_pairs_are_learnt_and_cut_as_by_hugging_face(size: int) -> None:
    ours, other = BytePairEncoding(size).fit(TEXT), bpe_of(TEXT, size)
    held("Hugging Face tokenizers", 0)
    assert ours.pieces == sorted(other.get_vocab(), key=other.get_vocab().get)
    for line in [*TEXT, OTHER]:
        assert ours.encode(line) == other.encode(line).ids
        assert ours.decode(ours.encode(line)) == other.encode(line).tokens


@pytest.mark.curriculum("L14")
@drawn
@given(lines=st.lists(alphabet, min_size=1, max_size=6), size=st.integers(8, 30), text=alphabet)
def test_byte_pairs_of_drawn_texts_are_hugging_faces(
    lines: list[str], size: int, text: str
) -> None:
    ours, other = BytePairEncoding(size).fit(lines), bpe_of(lines, size)
    assert ours.cut(text) == other.encode(text).tokens


@pytest.mark.curriculum("L15")
def test_word_pieces_are_cut_as_by_hugging_face_with_the_same_pieces() -> None:
    from tokenizers import models

    ours = WordPiece(600).fit(TEXT)
    held("Hugging Face tokenizers", 0)
    vocabulary = {piece: number for number, piece in enumerate(ours.pieces)}
    other = theirs(models.WordPiece(vocabulary, unk_token="[UNK]"), None, [])
    for line in [*TEXT, OTHER, "x" * 101]:
        assert ours.encode(line) == other.encode(line).ids


@pytest.mark.curriculum("L15")
def test_word_pieces_are_learnt_as_by_hugging_face_where_no_counts_tie() -> None:
    from tokenizers import models, trainers

    lines = ["aab " * 40 + "abac " * 23 + "bcab " * 9 + "cacab " * 4]
    ours = WordPiece(14).fit(lines)
    trainer = trainers.WordPieceTrainer(
        vocab_size=14, special_tokens=["[UNK]"], show_progress=False
    )
    other = theirs(models.WordPiece(unk_token="[UNK]"), trainer, lines)
    assert set(ours.pieces) == set(other.get_vocab())
    assert any(len(piece.removeprefix(INSIDE)) > 1 for piece in ours.pieces)


@pytest.mark.curriculum("L16")
def test_the_likeliest_cut_is_hugging_faces_with_the_same_pieces() -> None:
    from tokenizers import models

    ours = Unigram(250).fit(TEXT)
    held("Hugging Face tokenizers", 0)
    pieces = [("<unk>", 0.0), *ours.scores.items()]
    other = theirs(models.Unigram(pieces, 0, False), None, [])
    for line in TEXT:
        assert ours.cut(line) == other.encode(line).tokens


@pytest.mark.curriculum("L16")
def test_the_pieces_tell_the_text_as_well_as_hugging_faces_do() -> None:
    from tokenizers import models, trainers

    ours = Unigram(250).fit(TEXT)
    trainer = trainers.UnigramTrainer(
        vocab_size=251, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False
    )
    other = theirs(models.Unigram(), trainer, TEXT)
    text = " ".join(TEXT)
    both = [measure(cut, text) for cut in (ours.cut, lambda word: other.encode(word).tokens)]
    assert both[0].bytes_per_piece > both[1].bytes_per_piece > 2


@pytest.mark.curriculum("L16")
def test_maximising_never_makes_the_text_less_likely() -> None:
    told = Unigram(10_000).fit(TEXT).likelihoods
    assert len(told) == 2 and told[1] >= told[0]


@pytest.mark.curriculum("L16")
@drawn
@given(word=st.text("ab", min_size=1, max_size=6), seed=st.integers(0, 99))
def test_a_lattice_counts_what_listing_all_cuts_counts(word: str, seed: int) -> None:
    pieces = ["a", "b", "ab", "ba", "aab", "bb"]
    score = dict(
        zip(pieces, np.log(np.random.default_rng(seed).dirichlet(np.ones(6))), strict=True)
    )
    ways = []
    for cuts in product([False, True], repeat=len(word) - 1):
        places = [0, *(i + 1 for i, one in enumerate(cuts) if one), len(word)]
        way = [word[a:b] for a, b in pairwise(places)]
        if all(piece in score for piece in way):
            ways.append((sum(score[piece] for piece in way), way))
    total, counts = expected_counts(word, score, 3)
    assert total == pytest.approx(log(sum(exp(one) for one, _ in ways)))
    for piece in pieces:
        expected = sum(exp(one - total) * way.count(piece) for one, way in ways)
        assert counts.get(piece, 0.0) == pytest.approx(expected)
    assert sum(score[one] for one in best_cut(word, score, 3, -50.0)) == pytest.approx(max(ways)[0])


@pytest.mark.curriculum("L17")
def test_learnt_pieces_beat_characters_and_keep_frequent_words_whole() -> None:
    text = " ".join(TEXT)
    kinds = {
        "characters": list,
        "bpe": BytePairEncoding(600).fit(TEXT).cut,
        "wordpiece": WordPiece(600).fit(TEXT).cut,
        "unigram": Unigram(600).fit(TEXT).cut,
    }
    told = {name: measure(cut, text) for name, cut in kinds.items()}
    assert told["characters"].bytes_per_piece == pytest.approx(1.0, abs=0.01)
    for name in ("bpe", "wordpiece", "unigram"):
        assert told[name].bytes_per_piece > 2.9 and told[name].unknown == 0
        assert told[name].whole > 0.6
    assert measure(kinds["bpe"], "☃☃ snow").unknown > 0


def test_settings_that_mean_nothing_are_refused() -> None:
    for made in (BytePairEncoding, WordPiece):
        with pytest.raises(SettingError, match="a size from 2, got 1"):
            made(1)
    with pytest.raises(SettingError, match="from 1"):
        Unigram(0)
    with pytest.raises(SettingError, match="the characters, got 3"):
        Unigram(3).fit(["abcd"])


def test_fitting_twice_gives_the_same(tmp_path: Path) -> None:
    assert Unigram(200).fit(TEXT).scores == Unigram(200).fit(TEXT).scores
    assert BytePairEncoding(200).fit(TEXT).merges == BytePairEncoding(200).fit(TEXT).merges
