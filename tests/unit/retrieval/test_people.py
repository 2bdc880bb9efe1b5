from __future__ import annotations

import numpy as np

from penstock.retrieval.catalogue import Catalogue
from penstock.retrieval.people import People
from tests.unit.models.ranking.given import judged
from tests.unit.models.ranking.learnt import had
from tests.unit.retrieval.given import first_user


def people() -> People:
    return People(judged(), Catalogue.of(judged().data.tables["items"]))


def test_histories_are_those_of_the_view() -> None:
    everybody, users = people(), judged().data.tables["users"]["user"].tolist()
    for user, mine in zip(users, had(judged()), strict=True):
        assert everybody.had(user).tolist() == np.flatnonzero(mine).tolist()
    assert len(everybody.had("nobody")) == 0


def test_what_is_taken_is_added_once_and_in_order() -> None:
    everybody, before = people(), people().had(first_user()).tolist()
    new = next(place for place in range(45) if place not in before)
    assert everybody.take(first_user(), new) and not everybody.take(first_user(), new)
    assert everybody.had(first_user()).tolist() == sorted([*before, new])
    assert everybody.take("newcomer", 7) and everybody.take("newcomer", 2)
    assert everybody.had("newcomer").tolist() == [2, 7]
    assert people().had(first_user()).tolist() == before


def test_a_sample_is_of_those_who_had_something() -> None:
    some = people().some(10)
    assert len(some) == 10 and all(len(mine) for mine in some)
    assert len(people().some(10_000)) == (had(judged()).sum(axis=1) > 0).sum()
