"""A run as lines."""

from __future__ import annotations

from penstock.cli.run_table import brief


def test_of_several_reasons_the_first_is_told_and_the_rest_counted() -> None:
    assert brief("deps: a modified; deps: b modified; params: c new") == (
        "deps: a modified (and 2 more)"
    )
    assert brief("upstream: join") == "upstream: join"
    assert brief("") == ""
