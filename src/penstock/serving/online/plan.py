"""What is to be done before states may serve."""

from __future__ import annotations

from typing import Literal

from penstock.serving.online.states_file import Facts

Plan = Literal["serve", "begin", "make", "catch up", "foreign"]


def plan(facts: Facts | None, key: str, data: str | None) -> Plan:
    """Whether states serve as they are, begin with nothing, are made of the data, or follow it.

    Args:
        facts: what they have seen; None where there are none.
        key: of the features that they are to serve.
        data: sha256 of the table of events; None where it is not here.

    Returns:
        `foreign` where they are of other features and can't be made anew.
    """
    if facts is None:
        return "make" if data else "begin"
    if facts.key != key:
        return "make" if data else "foreign"
    if data is None or facts.data == data:
        return "serve"
    return "make" if facts.latest is None else "catch up"
