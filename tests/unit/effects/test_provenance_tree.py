"""The way back as a person reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from penstock.effects.champions.version import State
from penstock.effects.provenance.hop import File, Hop, compare, worst
from penstock.effects.provenance.tree import print_tree

REVISION = Hop("revision", "1" * 40, "ok")


def way(features: State = "ok", training: State = "ok", revision: Hop = REVISION) -> Hop:
    below = Hop("features", "data/P/features", features, made_from=(revision,))
    return Hop("training", "train@P-C", training, made_from=(below,))


def champion(below: Hop, model: State = "ok") -> Hop:
    files = {"model/model.json": File("a" * 64, model)}
    kept = Hop("model", f"models/{'b' * 64}", model, "", {"key": "b" * 64}, files, (below,))
    return Hop("champion", "P.json", None, facts={"project": "P"}, made_from=(kept,))


def printed(hop: Hop) -> str:
    console = Console(width=80)
    with console.capture() as told:
        print_tree(hop, console)
    return told.get()


def test_a_tree_tells_each_hop_and_file_with_its_state() -> None:
    told = printed(champion(way(features="other"), model="gone"))
    assert f"model  models/{'b' * 12}…  gone" in told
    assert f"model/model.json  gone  sha256 {'a' * 12}" in told
    assert "features  data/P/features  other" in told
    assert "fix: penstock rollback P" in told
    assert f"as it was then: git checkout {'1' * 40} && dvc checkout" in told


@pytest.mark.parametrize(
    ("below", "advice"),
    [
        (way(), "every hop is here as it was recorded"),
        (way(features="gone", revision=replace(REVISION, state="gone")), "records: dvc checkout"),
        (
            way(features="gone", training="other", revision=Hop("revision", "none", None)),
            "no commit holds that dvc.lock",
        ),
    ],
)
def test_the_last_line_says_what_can_be_brought_back_and_how(below: Hop, advice: str) -> None:
    assert advice in printed(champion(below)).splitlines()[-1]


def test_what_two_have_in_common_is_told_once() -> None:
    two = tuple(Hop("candidate", name, "ok", made_from=(way(),)) for name in ("one", "two"))
    told = printed(Hop("prediction", "row 1", "ok", made_from=two))
    assert told.count("features  data") == 1
    assert told.count("as above") == 1


def test_a_thing_is_as_bad_as_its_worst_part() -> None:
    assert compare("a", "a") == worst(["ok", "ok"]) == "ok"
    assert compare("a", "b") == worst(["ok", "other"]) == "other"
    assert compare("a", None) == worst(["other", "gone", "ok"]) == worst([]) == "gone"
