"""Learning merges: the pair of neighbours that comes most often becomes one piece, again and again.

Source: Sennrich, Haddow and Birch 2016, algorithm 1. A heap holds pairs by what they counted when
they were pushed; one whose count has changed since goes back with its count of now.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

Pair = tuple[int, int]


class Pieces:
    """Pieces by number and number by piece."""

    def __init__(self, pieces: Sequence[str] = ()) -> None:
        self.listed = list(pieces)
        self.number = {piece: place for place, piece in enumerate(pieces)}

    def __len__(self) -> int:
        return len(self.listed)

    def add(self, piece: str) -> int:
        """The number of a piece, the next free one where it is new."""
        if piece not in self.number:
            self.number[piece] = len(self.listed)
            self.listed.append(piece)
        return self.number[piece]


def learn_merges(
    counts: Mapping[str, int], size: int, special: Sequence[str], prefix: str = ""
) -> tuple[Pieces, list[tuple[str, str]]]:
    """Pieces, at most `size` of them, and the merges that made them in their order.

    Of pairs that come equally often the one with the smaller numbers is merged first. Numbers go to
    `special`, then to single characters by code point, then to what was merged.

    Args:
        counts: how often each word comes.
        prefix: of pieces that do not begin a word.
    """
    pieces = Pieces(special)
    for character in sorted({character for word in counts for character in word}):
        pieces.add(character)
    words = [[pieces.add(c if not i else prefix + c) for i, c in enumerate(w)] for w in counts]
    weights = list(counts.values())
    pairs: Counter[Pair] = Counter()
    where: defaultdict[Pair, set[int]] = defaultdict(set)
    for place, word in enumerate(words):
        for pair in itertools.pairwise(word):
            pairs[pair] += weights[place]
            where[pair].add(place)
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    merges: list[tuple[str, str]] = []
    while heap and len(pieces) < size:
        count, pair = heapq.heappop(heap)
        if -count != pairs[pair]:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
            continue
        left, right = (pieces.listed[one] for one in pair)
        made = pieces.add(left + right.removeprefix(prefix))
        merges.append((left, right))
        changed: set[Pair] = set()
        for place in where.pop(pair):
            before, after = words[place], merge(words[place], pair, made)
            words[place] = after
            for old in itertools.pairwise(before):
                pairs[old] -= weights[place]
            for new in itertools.pairwise(after):
                pairs[new] += weights[place]
                where[new].add(place)
                changed.add(new)
        for one in sorted(changed):
            heapq.heappush(heap, (-pairs[one], one))
    return pieces, merges


def merge(word: Sequence[int], pair: Pair, made: int) -> list[int]:
    """The word with every occurrence of the pair, from the left, as one piece."""
    found: list[int] = []
    place = 0
    while place < len(word):
        if tuple(word[place : place + 2]) == pair:
            found.append(made)
            place += 2
        else:
            found.append(word[place])
            place += 1
    return found
