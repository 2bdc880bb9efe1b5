"""Which kept model params.yaml means by its challenger."""

from __future__ import annotations

import re

from penstock.effects.champions import Store
from penstock.serving.rollout.errors import NoChallenger

DIGITS = re.compile(r"[0-9a-f]{6,64}")


def challenger_key(store: Store, project: str, named: str) -> str:
    """The whole key of the model that is meant: a candidate that waits, else a key's first digits.

    Of several that wait under one name, the one that was trained through the latest day.

    Raises:
        NoChallenger: there is none such, or several keys begin so.
        BadFile, StoreUnreachable: the store can't be read.
    """
    waiting = store.challengers(project)
    found = [one.key for one in waiting if one.candidate == named]
    if found:
        return found[-1]
    names = [one.candidate for one in waiting]
    if not DIGITS.fullmatch(named):
        raise NoChallenger(project, named, "no candidate of that name waits", names)
    kept = store.versions(project)
    begin = [key for key in kept if key.startswith(named)]
    if len(begin) != 1:
        count = "no kept model's key begins" if not begin else f"{len(begin)} keys begin"
        raise NoChallenger(project, named, f"{count} so", [*names, *kept])
    return begin[0]
