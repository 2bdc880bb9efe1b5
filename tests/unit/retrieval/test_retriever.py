from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from penstock.core.contracts import View
from penstock.retrieval.answers import Answer, Lane
from penstock.retrieval.errors import NotServable, UnfitRequest, UnknownItem
from penstock.retrieval.filters import Filters
from penstock.retrieval.retriever import Retriever
from tests.unit.models.ranking.given import fitted, judged
from tests.unit.models.ranking.learnt import grown
from tests.unit.retrieval.given import NEW, SERVED, first_user, model, retriever, stocked

ANYTHING = Filters(new_to_user=False, in_stock=False)
every_model = pytest.mark.parametrize("name", SERVED)


def ids(answer: Answer, lane: Lane | None = None) -> list[Any]:
    return [one.item for one in answer.items if lane in (None, one.lane)]


@every_model
def test_answers_are_the_model_s_ranking(name: str, tmp_path: Path) -> None:
    view, fitted = judged(), model(name, tmp_path)
    ranking, served = fitted.rank(view, 10), retriever(name, tmp_path, view)
    users, items = view.data.tables["users"]["user"], view.data.tables["items"]["item"]
    for row, user in enumerate(users.to_numpy()[ranking.users].tolist()):
        answer = served.recommend(user, 10)
        assert answer.shortfall is None and answer.user == user
        assert ids(answer, Lane.MODEL) == items.to_numpy()[ranking.items[row]].tolist()
        told = [one.score for one in answer.items]
        assert told == pytest.approx(ranking.scores[row], abs=1e-6)


@every_model
def test_shares_sum_to_the_score_and_the_reasons_are_the_largest(name: str, tmp_path: Path) -> None:
    served, user = retriever(name, tmp_path), first_user()
    answer = served.recommend(user, 48, ANYTHING)
    lanes = {one.lane for one in answer.items}
    assert lanes == {Lane.MODEL, Lane.CONTENT}
    for shown in answer.items:
        told = served.explain(user, shown.item)
        assert (told.lane, told.item, told.user) == (shown.lane, shown.item, user)
        assert told.score == pytest.approx(shown.score, abs=1e-11)
        assert sum(told.shares.values()) == pytest.approx(told.score, abs=1e-11)
        strength = [abs(share) for share in told.shares.values()]
        assert strength == sorted(strength, reverse=True)
        largest = sorted((share for share in told.shares.values() if share > 0), reverse=True)[:3]
        assert list(shown.reasons.values()) == pytest.approx(largest)
        assert all(told.shares[item] == pytest.approx(s) for item, s in shown.reasons.items())


@every_model
def test_shares_are_those_that_the_model_tells(name: str, tmp_path: Path) -> None:
    fitted = model(name, tmp_path)
    if not hasattr(fitted, "explain"):
        return
    view, user = judged(), first_user()
    served = retriever(name, tmp_path, view)
    for item in view.data.tables["items"]["item"].tolist()[:12]:
        theirs = fitted.explain(view, user, item)
        if fitted.taken[fitted.items.get_loc(item)]:
            assert served.explain(user, item).shares == pytest.approx(theirs, abs=1e-11)


@every_model
def test_what_a_user_took_since_counts_as_in_a_view_that_grew(name: str, tmp_path: Path) -> None:
    user, news = first_user(), [121, 133, 140]
    served = retriever(name, tmp_path, judged())
    before = served.recommend(user, 10)
    for item in news:
        served.take(user, item)
        served.take(user, item)  # once more is no more
        served.recommend(user, 2)
    after = retriever(name, tmp_path, grown(judged(), user, news)).recommend(user, 10)
    assert served.recommend(user, 10) == after != before
    assert not set(ids(after)) & set(news)


@every_model
def test_a_user_who_came_later_is_served_like_one_with_the_same_history(
    name: str, tmp_path: Path
) -> None:
    served, rows = retriever(name, tmp_path), judged().data.tables["interactions"]
    for item in rows.loc[rows["user"] == first_user(), "item"].tolist():
        served.take("newcomer", item)
    assert served.recommend("newcomer", 10).items == served.recommend(first_user(), 10).items


def test_a_user_of_whom_nothing_is_known_gets_what_is_trending(tmp_path: Path) -> None:
    view = judged()
    served, trending = retriever("ease", tmp_path, view), fitted("recent_popularity", tmp_path)
    answer = served.recommend("nobody", 10)
    order = np.argsort(-trending.kept["trend"], kind="stable")[:10]
    assert ids(answer, Lane.TRENDING) == trending.items[order].tolist()
    assert all(not one.reasons for one in answer.items)
    told = served.explain("nobody", ids(answer)[0])
    assert (told.lane, told.shares) == (Lane.TRENDING, {})
    assert told.score == answer.items[0].score
    # Even all of it: what nobody took of late stands last.
    assert len(served.recommend("nobody", 45).items) == 45


def test_items_that_are_new_come_by_content_as_many_as_are_asked_for(tmp_path: Path) -> None:
    served = retriever("ease", tmp_path)
    answer = served.recommend(first_user(), 10, ANYTHING, fresh=2)
    assert len(answer.items) == 10 and len(ids(answer, Lane.CONTENT)) == 2
    assert set(ids(answer, Lane.CONTENT)) <= set(NEW)
    assert not set(ids(answer, Lane.MODEL)) & set(NEW)
    shown = [one for one in answer.items if one.lane == Lane.CONTENT]
    assert shown[0].score >= shown[1].score and shown[0].reasons
    content, place = served.catalogue.content(), served.catalogue.place
    rows = judged().data.tables["interactions"]
    had = [place(item) for item in rows.loc[rows["user"] == first_user(), "item"].unique()]
    likeness = {item: float((content[had] @ content[place(item)]).mean()) for item in NEW}
    assert ids(answer, Lane.CONTENT) == sorted(NEW, key=lambda item: -likeness[item])[:2]
    assert shown[0].score == pytest.approx(likeness[shown[0].item], abs=1e-12)


def test_a_user_who_had_only_new_items_is_served_by_content(tmp_path: Path) -> None:
    served = retriever("ials", tmp_path)
    served.take("newcomer", NEW[0])
    answer = served.recommend("newcomer", 5)
    assert [one.lane for one in answer.items] == [Lane.CONTENT] * 5
    first = served.catalogue.place(answer.items[0].item)
    assert served.catalogue.categories["Western"][first]
    assert all(list(one.reasons) == [NEW[0]] for one in answer.items)


@every_model
def test_lists_hold_exactly_as_many_as_are_asked_for_or_say_why_not(
    name: str, tmp_path: Path
) -> None:
    served, view = retriever(name, tmp_path), stocked(judged())
    total = len(view.data.tables["items"])
    for user in [*view.data.tables["users"]["user"].tolist()[:10], "nobody"]:
        for filters in (
            Filters(),
            Filters(any_of=frozenset({"Western"})),
            Filters(any_of=frozenset({"Documentary"}), viewer_age=17, since=1952),
            Filters(none_of=frozenset({"War"}), until=1970),
            Filters(since=2100),
        ):
            for count in (1, 7, 20):
                answer = served.recommend(user, count, filters, fresh=min(count, 2))
                allowed, _ = filters.apply(served.catalogue, served._people.had(user))
                places = [served.catalogue.place(item) for item in ids(answer)]
                assert len(set(places)) == len(places) and allowed[places].all()
                assert len(places) == min(count, allowed.sum())
                assert (answer.shortfall is None) is (len(places) == count)
                if answer.shortfall:
                    assert answer.shortfall.found == len(places)
                    assert len(places) + sum(answer.shortfall.left_out.values()) == total


def test_a_shortfall_says_which_rules_left_out_how_many(tmp_path: Path) -> None:
    served = retriever("ease", tmp_path)
    short = served.recommend("nobody", 10, Filters(any_of=frozenset({"Documentary"}))).shortfall
    assert str(short) == "1 of 10: of 48 items 9 out of stock, 38 not of Documentary"


def test_stock_counts_from_the_next_answer_on(tmp_path: Path) -> None:
    served = retriever("slim", tmp_path, judged())
    first = ids(served.recommend(first_user(), 3))
    served.catalogue.restock(first[0], False)
    assert ids(served.recommend(first_user(), 2)) == first[1:]
    served.catalogue.restock(first[0], True)
    assert ids(served.recommend(first_user(), 3)) == first


def test_beyond_the_limit_lists_are_full_too(tmp_path: Path) -> None:
    view = stocked(judged())
    served = retriever("ials", tmp_path, view, exact_up_to=12)
    for user in view.data.tables["users"]["user"].tolist()[:20]:
        answer = served.recommend(user, 15)
        assert len(answer.items) == 15 and len(ids(answer, Lane.MODEL)) > 5


def test_what_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    served, view = retriever("ease", tmp_path), stocked(judged())
    trending = fitted("recent_popularity", tmp_path)
    with pytest.raises(UnfitRequest, match=r"1 or more, found 0\n  fix: "):
        served.recommend(1, 0)
    with pytest.raises(UnfitRequest, match=r"a whole number, 1 or more, found 2.5\n  fix: "):
        served.recommend(1, 2.5)  # type: ignore[arg-type]
    with pytest.raises(UnfitRequest, match=r"fresh: expected 0 to 3, found 4\n  fix: "):
        served.recommend(1, 3, fresh=4)
    with pytest.raises(UnknownItem, match=r"no item 10000 in the catalogue"):
        served.explain(1, 10_000)
    with pytest.raises(UnknownItem, match="fix: name one by its id, or add its row"):
        served.take(1, "x")
    with pytest.raises(NotServable, match="take one of recent_popularity, popularity"):
        Retriever(model("ease", tmp_path), view, model("ease", tmp_path))
    with pytest.raises(NotServable, match="BPR"):
        Retriever(fitted("bpr", tmp_path), view, trending)


def test_a_view_of_nobody_is_served_by_what_is_trending(tmp_path: Path) -> None:
    view = judged()
    tables = {name: table.iloc[:0] for name, table in view.data.tables.items() if name != "items"}
    tables["items"] = view.data.tables["items"]
    nobody = View(type(view.data)(tables), view.signature)
    served = Retriever(model("ease", tmp_path), nobody, fitted("recent_popularity", tmp_path))
    assert len(ids(served.recommend(1, 4), Lane.TRENDING)) == 4
