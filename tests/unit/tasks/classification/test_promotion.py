"""Which rows may decide, from when on, and what guards say."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.promotion import Window
from penstock.core.settings import parse
from penstock.tasks.classification import trials
from penstock.tasks.classification.promotion import (
    PromotionSettings,
    judge,
    judged,
    problems,
    trained_through,
    windows,
)
from penstock.tasks.classification.trials import ProtocolSettings
from penstock.tasks.later import NoLaterUnits

START = np.datetime64("2018-04-01", "us")
HOUR = np.timedelta64(1, "h")
SIGNATURE = Signature((Input("x"),), {"id": "row", "time": "time", "entity": "card", "target": "y"})
PROTOCOL = parse(
    ProtocolSettings,
    {
        "unit": "card",
        "leads_on": "test",
        "daily_top": 3,
        "splits": {
            "test": {"kind": "prequential", "train_days": 4, "delay_days": 3, "starts": [date.max]}
        },
    },
    "protocol",
)
ALL_NIGHT = {"night": {"tolerance": 0.0}}
WINDOW = Window(date(2018, 4, 14), date(2018, 4, 27), None)  # of `feed()`, and of its evidence


def settings(**changes):
    terms = {"metric": "average_precision", "floor": 0.5, "min_days": 4, "label_delay_days": 3}
    return parse(PromotionSettings, {**terms, "bootstrap": 100, **changes}, "promotion.p")


def feed(days=30, known=27, daily=40, seed=0):
    """Twenty rows a day of as many cards; labels are known for the first `known` days."""
    random = np.random.default_rng(seed)
    day = np.repeat(np.arange(days), daily)
    frame = pd.DataFrame({"row": np.arange(len(day)) * 3})
    frame["time"] = START + (day * 24 + np.tile(np.arange(daily) % 24, days)) * HOUR
    frame["card"] = random.integers(0, 400, len(day))
    frame["x"] = random.random(len(day)).astype(np.float32)
    frame["night"] = (frame["time"].dt.hour < 7).astype("int8")
    label = pd.array((random.random(len(day)) < 0.1).astype(int), dtype="Int8")
    label[day >= known] = pd.NA
    labels = pd.DataFrame({"row": frame["row"], "y": label})
    notes = {"signature": SIGNATURE.to_notes()}
    return Dataset({"features": frame, "labels": labels}, notes=notes)


def days_of(view):
    return sorted(set(view.data.tables["features"]["time"].dt.date.astype(str)))


def test_the_final_fit_tells_what_it_has_seen_from_the_rows_themselves():
    data = feed(known=20)
    *_, final = trials.trials(
        data,
        parse(
            ProtocolSettings,
            PROTOCOL.model_dump() | {"splits": {"test": {
                "kind": "prequential", "train_days": 4, "delay_days": 3, "test_days": 4,
                "starts": ["2018-04-02"]}}},
            "protocol",
        ),
        seed=0,
    )  # fmt: skip
    assert trained_through(data, PROTOCOL) == final.trained_through == "2018-04-20T23:00:00.000000"


def test_days_count_from_the_first_whole_one_after_training_and_delay():
    (window,) = windows(feed(known=14), [["2018-04-10T23:00:00"]], PROTOCOL, settings())
    assert (window.first, window.last) == (date(2018, 4, 14), date(2018, 4, 14))
    # Four days from the 14th on, and three until the label of the last one is known.
    assert window.opens == date(2018, 4, 20)
    assert "known through 2018-04-14; expected 4 labelled days from 2018-04-14" in window.problem


def test_the_day_that_is_named_is_the_first_on_which_it_opens():
    for known, opens in ((16, False), (17, True)):
        # At the end of day d of April, labels are known through day d - 3.
        data = feed(days=known + 3, known=known)
        (window,) = windows(data, [["2018-04-10T23:00:00"]], PROTOCOL, settings())
        assert (window.problem == "") is opens
        assert window.opens == date(2018, 4, 20)


def test_both_models_must_not_have_seen_the_days():
    groups = [["2018-04-02T00:00:00"], ["2018-04-02T00:00:00", "2018-04-09T12:00:00"]]
    alone, both = windows(feed(), groups, PROTOCOL, settings())
    assert alone.first == date(2018, 4, 6)
    assert both.first == date(2018, 4, 13)


def test_judged_rows_are_labelled_later_and_of_cards_not_known_to_be_compromised():
    data = feed(known=20)
    seen = "2018-04-06T23:00:00"
    (window,) = windows(data, [[seen]], PROTOCOL, settings())
    view = judged(data, window, PROTOCOL, settings())
    assert view.target is None
    assert days_of(view) == [f"2018-04-{day}" for day in range(10, 21)]
    rows = view.data.tables["features"]
    label = data.tables["labels"].set_index("row")["y"]
    assert label[rows["row"]].notna().all()
    # A literal reading: from four training days before the delay on, a card whose fraud was known.
    frame = data.tables["features"].assign(y=data.tables["labels"]["y"].to_numpy())
    day = frame["time"].dt.normalize()
    expected = []
    for today in pd.date_range("2018-04-10", "2018-04-20"):
        told = frame[(day >= "2018-04-03") & (day < today - pd.Timedelta(days=3))]
        known = set(told.loc[told["y"] == 1, "card"])
        here = frame[day == today]
        expected += here.loc[~here["card"].isin(known) & here["y"].notna(), "row"].tolist()
    assert rows["row"].tolist() == expected
    assert len(expected) < len(frame[(day >= "2018-04-10") & (day <= "2018-04-20")])


def test_days_with_hardly_a_fraud_decide_nothing():
    data = feed()
    labels = data.tables["labels"]
    late = data.tables["features"]["time"] >= pd.Timestamp("2018-04-14")
    labels.loc[late & (labels["y"] == 1), "y"] = 0
    labels.loc[labels.index[late][:3], "y"] = 1
    (window,) = windows(data, [["2018-04-10T23:00:00"]], PROTOCOL, settings())
    assert window.opens is None
    assert "those of 3 cards are positive; expected 5 or more" in window.problem


def test_rows_without_a_calendar_are_refused_with_what_to_do():
    data = feed()
    data.tables["features"]["time"] = np.arange(len(data.tables["features"]), dtype=np.float64)
    with pytest.raises(NoLaterUnits, match=r"holds float64, no dates[\s\S]*fix: make the column"):
        windows(data, [["172792"]], PROTOCOL, settings())


def evidence(data, seed, good, spoil=None):
    """What two models say of the days after the 13th; `spoil` turns scores round where it holds."""
    (window,) = windows(data, [["2018-04-10T23:00:00"]], PROTOCOL, settings())
    rows = judged(data, window, PROTOCOL, settings()).data.tables["features"]
    label = data.tables["labels"].set_index("row")["y"][rows["row"]].to_numpy(dtype=float)
    random = np.random.default_rng(seed)
    score = np.clip(good * label + (1 - good) * random.random(len(rows)), 0, 1)
    if spoil is not None:
        score = np.where(spoil(rows), 1 - score, score)
    return pd.DataFrame({"row_id": rows["row"], "unit_id": rows["card"], "score": score})


def test_a_better_challenger_has_an_interval_above_nothing_and_all_metrics_are_told():
    data = feed()
    found = judge(
        evidence(data, 1, 0.6), evidence(data, 2, 0.1), WINDOW, data, PROTOCOL, settings(), 0
    )
    assert found.primary.metric == "average_precision"
    assert 0 < found.primary.low < found.primary.difference < found.primary.high
    assert {one.metric for one in found.others} == {"roc_auc", "card_precision@3", "brier"}
    assert (found.unit, found.guards) == ("card", [])
    assert found.units < found.rows


def test_the_same_seed_gives_the_same_judgement():
    data = feed()
    both = evidence(data, 1, 0.3), evidence(data, 2, 0.2)
    one, two, other = (judge(*both, WINDOW, data, PROTOCOL, settings(), seed) for seed in (4, 4, 5))
    assert one == two != other


def test_a_first_champion_is_measured_by_itself_and_no_guard_compares_it():
    data = feed()
    guards = {"calibration": {}, "slices": ALL_NIGHT}
    found = judge(evidence(data, 1, 0.6), None, WINDOW, data, PROTOCOL, settings(guards=guards), 0)
    assert found.primary.champion is None
    assert found.primary.low <= found.primary.challenger <= found.primary.high
    assert found.guards == []


@pytest.mark.parametrize("metric", ["brier", "expected_calibration_error"])
def test_probabilities_that_got_worse_fail_the_guard_until_it_tolerates_them(metric):
    data = feed()
    well = evidence(data, 1, 0.5)
    badly = well.assign(score=0.5 + well["score"] / 2)
    verdicts = []
    for tolerance in (0.0, 1.0):
        guards = {"calibration": {"metric": metric, "tolerance": tolerance}}
        found = judge(badly, well, WINDOW, data, PROTOCOL, settings(guards=guards), 0)
        verdicts.append(found.guards[0].verdict)
        assert found.primary.difference == pytest.approx(0)
    assert verdicts == ["failed", "held"]


def test_a_slice_that_got_worse_fails_though_the_whole_got_better():
    data = feed(daily=120)
    ours = evidence(data, 1, 0.6, spoil=lambda rows: (rows["night"] == 1).to_numpy())
    theirs = evidence(data, 2, 0.2)
    found = judge(ours, theirs, WINDOW, data, PROTOCOL, settings(guards={"slices": ALL_NIGHT}), 0)
    verdicts = {one.name: one.verdict for one in found.guards}
    assert verdicts == {
        "Average precision where night = 0": "held",
        "Average precision where night = 1": "failed",
    }


def test_a_slice_with_hardly_a_fraud_is_not_judged():
    data = feed()
    guards = {"slices": {"x": {"edges": [0.001]}}}
    both = evidence(data, 1, 0.6), evidence(data, 2, 0.2)
    few, rest = judge(*both, WINDOW, data, PROTOCOL, settings(guards=guards), 0).guards
    assert (few.verdict, few.challenger, rest.verdict) == ("not judged", None, "held")
    assert "5 are needed" in few.terms


@pytest.mark.parametrize(
    ("metric", "says"),
    [("average_precison", "did you mean 'average_precision'"), ("brier", "metric: found 'brier'")],
)
def test_a_metric_of_which_more_is_not_better_is_refused(metric, says):
    (problem,) = problems(settings(metric=metric), PROTOCOL)
    assert says in problem


def test_settings_are_checked():
    with pytest.raises(ParamsError, match="did you mean 'margin'"):
        settings(margn=0.1)
    with pytest.raises(ParamsError, match="label_delay_days"):
        parse(PromotionSettings, {"metric": "roc_auc", "floor": 0.5}, "promotion.p")
    with pytest.raises(ParamsError, match=r"guards\.latency\.ratio"):
        settings(guards={"latency": {"ratio": 0}})
