"""How text is cut."""

from __future__ import annotations

from pathlib import Path

from penstock.core.contracts import Chart
from penstock.pages.lab.topic import Figure, Topic
from penstock.scratch.tokens.bpe import BytePairEncoding
from penstock.scratch.tokens.comparing import measure
from penstock.scratch.tokens.unigram import Unigram
from penstock.scratch.tokens.wordpiece import WordPiece

SIZES = (120, 160, 200, 300, 400)


def text() -> list[str]:
    """Lines of this library's own docstrings and code."""
    folder = Path(__file__).parents[3] / "scratch"
    files = sorted((folder / "nn").glob("*.py")) + sorted((folder / "optim").glob("*.py"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def figures() -> list[Figure]:
    lines = text()[:900]
    whole = " ".join(lines)
    kinds = {"byte pairs": BytePairEncoding, "WordPiece": WordPiece, "unigram": Unigram}
    told = {
        name: [measure(kind(size).fit(lines).cut, whole) for size in SIZES]
        for name, kind in kinds.items()
    }
    short = {name: (SIZES, [one.bytes_per_piece for one in told[name]]) for name in kinds}
    words = {name: (SIZES, [one.whole for one in told[name]]) for name in kinds}
    return [
        Chart("short", "Bytes a piece", "pieces known", "bytes", short,
              caption="On the code of this library itself."),
        Chart("whole", "Words that stay whole", "pieces known", "share", words),
    ]  # fmt: skip


TOPIC = Topic(
    "Tokens",
    "A model reads pieces. Frequent words stay whole, rare ones fall into parts, and nothing is "
    "unknown.",
    [
        ("merge argmax count(a, b)", "byte pairs: again and again"),
        ("longest piece that fits", "WordPiece, from the left"),
        ("max Π p(piece)", "unigram: the likeliest cut, by Viterbi"),
    ],
    figures,
    ("L14", "L15", "L16", "L17"),
    [("scratch/models/char_lstm.py", "reads single characters: the longest way to say anything")],
    ["Which cut makes a language model learn faster, at one budget?"],
)
