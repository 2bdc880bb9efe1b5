"""A list for one user by what a workspace holds: who answers, the titles, what is told besides."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from penstock.core.config import load_params
from penstock.core.dataset import save
from penstock.core.errors import DatasetError, ModelFileError, UnknownName
from penstock.core.files import sha256_of_file
from penstock.effects.answering import CantAnswer, NoneCanAnswer, NotARanking, answering
from penstock.effects.champions import Pointer, Store, TrainEntry, Version
from penstock.effects.recommend import Receipt, Wish, recommend
from penstock.retrieval.errors import UnfitRequest, UnknownCategory, UnknownItem
from penstock.retrieval.filters import Filters
from penstock.retrieval.opening import open_retriever
from penstock.scoring.contract import CONTRACT, read_contract
from tests.shop import PROJECT, blocks
from tests.unit.models.ranking.given import DATA
from tests.unit.retrieval.given import first_user, keep, model

BUILT = {"popularity": "popularity", "ease": "ease", "item-knn": "item_knn", "markov": "markov"}
BEST = ["blend", "markov", "ease", "item-knn", "popularity"]
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The shop as a build leaves it, evidence left out; the ensemble and Markov are ahead."""
    save(DATA, tmp_path / "data" / PROJECT / "features")
    for name, kind in BUILT.items():
        keep(tmp_path / "models" / PROJECT / name, kind, model(kind, tmp_path / "fit"))
    figures = {
        name: {"stratified": {"ndcg@5": {"mean": 0.5 - place / 10}}}
        for place, name in enumerate(BEST)
    }
    reports = tmp_path / "reports" / PROJECT
    reports.mkdir(parents=True)
    (reports / "metrics.json").write_text(json.dumps(figures))
    write(tmp_path)
    return tmp_path


def write(root: Path, edit: Edit = lambda params: None) -> None:
    params = {"seed": 0, "threads": 1, **blocks({"kind": "tables", "mode": "live", "tables": {}})}
    markov = {"project": PROJECT, "name": "markov", "task": "ranking", "model": "markov"}
    params["candidates"][f"{PROJECT}-markov"] = markov
    params["projects"][PROJECT]["candidates"].append("markov")
    edit(params)
    (root / "params.yaml").write_text(yaml.safe_dump(params))


def ask(root: Path, user: str, candidate: str | None = None, **wish: Any) -> Receipt:
    return recommend(root, load_params(root), PROJECT, user, Wish(**wish), candidate)


def crown(root: Path, name: str, digit: str = "a") -> Store:
    """Make what lies in models/P the champion."""
    folder, store = root / "models" / PROJECT / name, Store.open(root)
    contract, key = read_contract(folder), digit * 64
    version = Version(
        project=PROJECT,
        candidate=name,
        task="ranking",
        model=contract.model,
        key=key,
        trained_through=None,
        seed=0,
        lock_revision=None,
        train_entry=TrainEntry(address=f"train@{PROJECT}-{name}", deps={}, params={}, outs={}),
        raw={},
        features="ab.dir",
        source=None,
        files={**contract.files, CONTRACT: sha256_of_file(folder / CONTRACT)},
    )
    store.keep(PROJECT, version, folder)
    now = store.pointer(PROJECT)
    pointer = Pointer(
        project=PROJECT, key=key, candidate=name, trained_through=None, decision=None, previous=()
    )
    store.point(PROJECT, pointer, now.key if now else None)
    return store


def test_the_first_of_the_leaderboard_that_can_answers(root: Path) -> None:
    receipt = ask(root, str(first_user()), top=7)
    assert receipt["candidate"] == "ease"
    assert receipt["chosen"] == (
        "best of the leaderboard on 'stratified' that answers single requests "
        "(blend, markov: in batches only)"
    )
    models = root / "models" / PROJECT
    served = open_retriever(
        root / "data" / PROJECT / "features", models / "ease", models / "popularity"
    )
    answer = served.recommend(first_user(), 7)
    for line, one in zip(receipt["items"], answer.items, strict=True):
        assert (line["item"], line["score"], line["lane"]) == (one.item, one.score, one.lane)
        assert line["title"] == f"Film {one.item - 100}"
        assert {why["item"]: why["share"] for why in line["because"]} == one.reasons
        assert all(why["title"] == f"Film {why['item'] - 100}" for why in line["because"])
    assert receipt["known"] and receipt["had"] == 12 and not receipt["notes"]
    assert json.loads(json.dumps(receipt)) == receipt


def test_the_champion_answers_though_models_hold_another_by_now(root: Path) -> None:
    before = ask(root, str(first_user()))
    crown(root, "ease")
    (root / "reports" / PROJECT / "metrics.json").unlink()
    for file in (root / "models" / PROJECT / "ease").rglob("*.safetensors"):
        file.unlink()
    receipt = ask(root, str(first_user()))
    assert receipt["chosen"] == "the champion (aaaaaaaa)"
    assert receipt["items"] == before["items"]


def test_a_champion_that_answers_no_requests_leaves_it_to_the_best_that_does(root: Path) -> None:
    crown(root, "markov")
    assert ask(root, "1")["candidate"] == "ease"


def test_a_candidate_that_is_named_answers(root: Path) -> None:
    crown(root, "ease")
    receipt = ask(root, "1", "item-knn")
    assert (receipt["candidate"], receipt["chosen"]) == ("item-knn", "as asked")


@pytest.mark.parametrize("user", ["nobody", "987654"])
def test_a_user_of_whom_nothing_is_known_gets_what_is_trending_and_is_told(
    root: Path, user: str
) -> None:
    receipt = ask(root, user, top=3)
    assert [line["lane"] for line in receipt["items"]] == ["trending"] * 3
    assert not receipt["known"] and receipt["had"] == 0
    told = "nobody knows user 'nobody'" if user == "nobody" else "nobody knows user 987654"
    assert receipt["notes"] == [
        f"{told}: the list is of what is trending",
        "trending: by what is popular, the same for everybody",
    ]


def test_what_a_newcomer_takes_counts_and_is_not_kept(root: Path) -> None:
    receipt = ask(root, "newcomer", took=("103", "106"), top=4)
    assert receipt["had"] == 2 and not receipt["notes"]
    assert {why["item"] for line in receipt["items"] for why in line["because"]} <= {103, 106}
    assert not {103, 106} & {line["item"] for line in receipt["items"]}
    assert ask(root, "newcomer")["had"] == 0


def test_one_item_is_explained_to_the_last_share_shown_or_not(root: Path) -> None:
    seen = int(DATA.tables["interactions"].query(f"user == {first_user()}")["item"].iloc[0])
    for item in (seen, ask(root, str(first_user()))["items"][0]["item"]):
        receipt = ask(root, str(first_user()), item=str(item))
        [line] = receipt["items"]
        assert line["item"] == item and len(line["because"]) > 3
        assert sum(one["share"] for one in line["because"]) == pytest.approx(line["score"])


def test_a_shorter_list_says_which_rule_left_out_how_many(root: Path) -> None:
    rules = Filters(any_of=frozenset({"Western"}), since=1990)
    receipt = ask(root, "nobody", filters=rules, top=10)
    assert len(receipt["items"]) == 2 and receipt["asked"] == 10
    assert receipt["left_out"] == {"not of Western": 30, "not known to be of 1990 or later": 13}
    assert receipt["notes"][1].startswith("2 of 10: of 45 items 30 not of Western, 13 not known")


def test_places_for_new_items_that_nothing_fills_are_told(root: Path) -> None:
    receipt = ask(root, str(first_user()), top=5, fresh=2)
    assert len(receipt["items"]) == 5
    assert receipt["notes"] == ["0 of 2 places for new items: the rules allow no more"]


@pytest.mark.parametrize(
    ("wish", "error", "said"),
    [
        ({"took": ("999",)}, UnknownItem, r"no item 999 in the catalogue; it holds 45, as 100, "),
        ({"item": "Film 4"}, UnknownItem, r"by title: 104 \(Film 4\), 140 \(Film 40\), "),
        ({"filters": Filters(any_of=frozenset({"Westrn"}))}, UnknownCategory, "mean 'Western'"),
        ({"filters": Filters(since=2000, until=1990)}, UnfitRequest, "the earlier first"),
        ({"top": 2, "fresh": 3}, UnfitRequest, "expected 0 to 2, found 3"),
    ],
)
def test_what_cannot_be_meant_is_told_with_the_fix(
    root: Path, wish: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=rf"{said}(?s:.*)\n  fix: "):
        ask(root, "1", **wish)


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("eas", UnknownName, "did you mean 'ease'"),
        ("blend", CantAnswer, r"is an ensemble(?s:.*)fix: .* --candidate ease   \(or: item-knn\)"),
        ("markov", CantAnswer, "of model 'markov', which ranks in batches only"),
    ],
)
def test_a_candidate_that_cannot_answer_is_told(
    root: Path, name: str, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        ask(root, "1", name)


def other_task(params: dict[str, Any]) -> None:
    params["projects"]["fraud"] = params["projects"][PROJECT] | {
        "task": "classification",
        "candidates": ["tree"],
        "ensembles": {},
    }
    tree = {"project": "fraud", "name": "tree", "task": "classification", "model": "tree"}
    params["candidates"]["fraud-tree"] = tree


def less(*names: str) -> Edit:
    """params.yaml without some candidates, and without the ensemble."""

    def edit(params: dict[str, Any]) -> None:
        project = params["projects"][PROJECT]
        project["candidates"] = [one for one in project["candidates"] if one not in names]
        project["ensembles"] = {}
        for name in names:
            del params["candidates"][f"{PROJECT}-{name}"]

    return edit


def test_a_project_that_cannot_answer_is_told(root: Path) -> None:
    write(root, other_task)
    with pytest.raises(NotARanking, match=rf"'classification'(?s:.*)\n  fix: .*: {PROJECT}"):
        answering(root, load_params(root), "fraud")
    with pytest.raises(UnknownName, match="did you mean 'recommendation'"):
        answering(root, load_params(root), "recomendation")
    write(root, less("ease", "item-knn"))
    with pytest.raises(NoneCanAnswer, match=r"answers single requests\n  fix: .*model ease or "):
        ask(root, "1")
    write(root, less("popularity"))
    with pytest.raises(NoneCanAnswer, match=r"nothing is known\n  fix: .*recent_popularity or pop"):
        ask(root, "1")


def test_what_is_not_built_is_told(root: Path) -> None:
    (root / "reports" / PROJECT / "metrics.json").unlink()
    with pytest.raises(DatasetError, match=rf"fix: dvc repro evaluate@{PROJECT}"):
        ask(root, "1")
    (root / "models" / PROJECT / "ease" / CONTRACT).unlink()
    with pytest.raises(ModelFileError, match=r"no contract\.json in it\n  fix: dvc repro"):
        ask(root, "1", "ease")
    (root / "data" / PROJECT / "features" / "manifest.json").unlink()
    with pytest.raises(DatasetError, match="fix: dvc repro"):
        ask(root, "1", "ease")
