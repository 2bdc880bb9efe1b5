"""Words and how often they come: what every tokeniser here learns from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"\w+|[^\w\s]+")


def words_of(text: str) -> list[str]:
    """Runs of letters, digits and underscores, and runs of other signs; spaces are left out."""
    return WORD.findall(text)


def count_words(lines: Iterable[str]) -> Counter[str]:
    """How often each word comes in all lines."""
    return Counter(word for line in lines for word in words_of(line))
