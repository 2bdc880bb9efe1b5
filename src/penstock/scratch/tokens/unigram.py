"""The unigram tokeniser: pieces with probabilities, pruned from many to as many as are wanted.

Source: Kudo 2018, section 3.2. Expectation and maximisation in turns; then the pieces whose loss
would cost the text least are dropped, a quarter at a time. Single characters always stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import inf, log

from penstock.scratch.errors import SettingError
from penstock.scratch.tokens.lattice import best_cut, expected_counts
from penstock.scratch.tokens.splitting import count_words, words_of

KEPT = 0.75  # of the pieces, in each round of pruning
SEEDS = 10  # times the size: how many pieces training starts from
ROUNDS = 2  # of expectation and maximisation before each pruning
UNKNOWN_BELOW = 10.0  # an unknown character's score, below that of the rarest piece


class Unigram:
    """Each text is cut into its likeliest pieces.

    Attributes:
        scores: piece → logarithm of its probability, the likeliest first.
        likelihoods: log-probability of the training text after each step of maximisation.
    """

    def __init__(self, size: int, longest: int = 16) -> None:
        if size < 1 or longest < 1:
            raise SettingError("Unigram", "a size and a longest piece from 1", (size, longest))
        self.size, self.longest = size, longest
        self.scores: dict[str, float] = {}
        self.likelihoods: list[float] = []

    def fit(self, lines: Iterable[str]) -> Unigram:
        """Learn pieces and their probabilities from text.

        Raises:
            SettingError: the text has more different characters than pieces are wanted.
        """
        counts = count_words(lines)
        characters = {character for word in counts for character in word}
        if len(characters) > self.size:
            raise SettingError(
                "Unigram", f"a size from {len(characters)}, the characters", self.size
            )
        scores, self.likelihoods = _seeds(counts, characters, SEEDS * self.size, self.longest), []
        while True:
            for _ in range(ROUNDS):
                scores = self._maximised(counts, scores, characters)
            if len(scores) <= self.size:
                break
            keep = max(self.size, int(KEPT * len(scores)))
            scores = _pruned(counts, scores, characters, keep, self.longest)
        self.scores = dict(sorted(scores.items(), key=lambda one: (-one[1], one[0])))
        return self

    def cut(self, text: str) -> list[str]:
        """The likeliest pieces of a text."""
        least = min(self.scores.values()) - UNKNOWN_BELOW
        return [
            piece
            for word in words_of(text)
            for piece in best_cut(word, self.scores, self.longest, least)
        ]

    def _maximised(
        self, counts: Mapping[str, int], scores: Mapping[str, float], characters: set[str]
    ) -> dict[str, float]:
        expected: defaultdict[str, float] = defaultdict(float)
        total = 0.0
        for word, times in counts.items():
            likelihood, pieces = expected_counts(word, scores, self.longest)
            total += times * likelihood
            for piece, count in pieces.items():
                expected[piece] += times * count
        self.likelihoods.append(total)
        kept = {piece: expected[piece] for piece in scores if expected[piece] > 1e-12}
        rare = min(kept.values())
        kept |= dict.fromkeys(characters - kept.keys(), rare)
        mass = sum(kept.values())
        return {piece: log(count / mass) for piece, count in kept.items()}


def _seeds(
    counts: Mapping[str, int], characters: set[str], size: int, longest: int
) -> dict[str, float]:
    """Every character, and the parts of words that cover most of the text."""
    parts: Counter[str] = Counter()
    for word, times in counts.items():
        for start in range(len(word)):
            for end in range(start + 1, min(start + longest, len(word)) + 1):
                parts[word[start:end]] += times
    many = [part for part, times in parts.items() if len(part) > 1 and times > 1]
    many.sort(key=lambda part: (-parts[part] * len(part), part))
    chosen = [*sorted(characters), *many[:size]]
    mass = sum(parts[part] for part in chosen)
    return {part: log(parts[part] / mass) for part in chosen}


def _pruned(
    counts: Mapping[str, int],
    scores: Mapping[str, float],
    characters: set[str],
    keep: int,
    longest: int,
) -> dict[str, float]:
    """The characters, and the pieces without which the best cuts would lose most."""
    used: Counter[str] = Counter()
    for word, times in counts.items():
        for piece in best_cut(word, scores, longest, -inf):
            used[piece] += times
    loss = {}
    for piece in scores.keys() - characters:
        others = dict(_parts(piece, scores, longest))
        instead = sum(others[part] for part in best_cut(piece, others, longest, -inf))
        loss[piece] = used[piece] * (scores[piece] - instead)
    ordered = sorted(loss, key=lambda piece: (-loss[piece], piece))
    kept = characters | set(ordered[: keep - len(characters)])
    return {piece: score for piece, score in scores.items() if piece in kept}


def _parts(piece: str, scores: Mapping[str, float], longest: int) -> Iterable[tuple[str, float]]:
    """What a piece could be cut into instead, itself left out."""
    for start in range(len(piece)):
        for end in range(start + 1, min(start + longest, len(piece)) + 1):
            part = piece[start:end]
            if part != piece and part in scores:
                yield part, scores[part]
