"""What is fitted and what is judged: windows, known cards, copies, unknown labels."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.errors import NoTrials, ParamsError
from penstock.core.settings import parse
from penstock.tasks.classification.trials import NoCalendar, ProtocolSettings, tail, trials

DAY = np.timedelta64(1, "D")
START = np.datetime64("2018-04-01")
SIGNATURE = Signature((Input("x"),), {"id": "row", "time": "time", "entity": "card", "target": "y"})


def dataset(day, card, label, x=None):
    frame = pd.DataFrame(
        {"row": range(len(day)), "time": START + np.array(day) * DAY, "card": card}
    )
    frame["x"] = np.arange(len(day), dtype=np.float32) if x is None else np.float32(x)
    labels = pd.DataFrame({"row": frame["row"], "y": pd.array(label, dtype="Int8")})
    notes = {"signature": SIGNATURE.to_notes()}
    return Dataset({"features": frame, "labels": labels}, notes=notes)


def protocol(**splits):
    value = {"unit": "card", "leads_on": next(iter(splits)), "splits": splits}
    return parse(ProtocolSettings, value, "projects.p.protocol")


PREQUENTIAL = {
    "kind": "prequential", "starts": ["2018-04-02"],
    "train_days": 2, "delay_days": 2, "test_days": 2,
}  # fmt: skip


def test_a_prequential_fold_trains_waits_for_labels_and_judges():
    data = dataset(day=range(10), card=range(10), label=[0, 1, 0, 0, 0, 0, 1, 0, 0, 1])
    first, final = trials(data, protocol(test=PREQUENTIAL), seed=0)
    assert first.fit_view.data.tables["features"]["row"].tolist() == [1, 2]
    assert first.eval_view.data.tables["features"]["row"].tolist() == [5, 6]
    assert first.eval_view.target is None
    assert first.trained_through.startswith("2018-04-03")
    assert (final.split, final.eval_view) == ("final", None)
    assert final.fit_view.data.tables["features"]["row"].tolist() == [8, 9]


def test_a_card_known_to_be_compromised_leaves_the_test_days_as_labels_come_in():
    # Cards 7 and 8 are judged on both test days (5 and 6). Card 7's fraud lies in the training
    # days, so it is known on both; card 8's on the day after them, known on the second day only.
    day = [1, 2, 3, 5, 5, 6, 6, 6]
    card = [7, 9, 8, 7, 8, 7, 8, 5]
    data = dataset(day, card, label=[1, 0, 1, 0, 0, 0, 0, 1])
    first = next(trials(data, protocol(test=PREQUENTIAL), seed=0))
    assert first.eval_view.data.tables["features"]["row"].tolist() == [4, 7]


def test_rows_whose_label_is_not_known_are_neither_fitted_nor_judged():
    day = [0, 1, 2, 3, 4, 5, 6, 6, 7, 8, 9]
    label = [0, 1, 0, 0, 1, None, 0, 1, 0, 1, None]
    data = dataset(day, card=range(11), label=label)
    first, final = trials(data, protocol(test=PREQUENTIAL), seed=0)
    assert first.eval_view.data.tables["features"]["row"].tolist() == [6, 7]
    assert final.fit_view.data.tables["features"]["row"].tolist() == [8, 9]


def test_a_copy_of_a_judged_row_leaves_the_training_rows():
    x = [1, 2, 3, 4, 5, 6, 7, 8, 2, 9]
    data = dataset(range(10), range(10), [1, 0] * 5, x)
    first, _ = trials(data, protocol(time={"kind": "time", "test_share": 0.2}), seed=0)
    assert first.eval_view.data.tables["features"]["row"].tolist() == [8, 9]
    assert first.fit_view.data.tables["features"]["row"].tolist() == [0, 2, 3, 4, 5, 6, 7]


def test_a_split_within_another_never_sees_the_rows_that_one_judges():
    splits = {
        "time": {"kind": "time", "test_share": 0.5},
        "validation": {"kind": "time", "test_share": 0.5, "within": "time"},
    }
    data = dataset(range(8), range(8), [1, 0] * 4)
    outer, inner, _ = trials(data, protocol(**splits), seed=0)
    judged = set(outer.eval_view.data.tables["features"]["row"])
    seen = set(inner.fit_view.data.tables["features"]["row"])
    seen |= set(inner.eval_view.data.tables["features"]["row"])
    assert not judged & seen


def test_stratified_folds_judge_every_row_once_with_positives_in_each():
    data = dataset(range(20), range(20), [1, 0, 0, 0] * 5)
    split = protocol(stratified={"kind": "stratified", "folds": 5})
    folds = [trial for trial in trials(data, split, seed=3) if trial.eval_view]
    judged = [list(fold.eval_view.data.tables["features"]["row"]) for fold in folds]
    assert sorted(row for fold in judged for row in fold) == list(range(20))
    assert all(sum(row % 4 == 0 for row in fold) == 1 for fold in judged)


def test_plain_folds_are_those_of_scikit_learn_and_learn_from_copies():
    data = dataset(range(40), range(40), [1, 0, 0, 0] * 10, x=np.arange(40) // 2)
    rows, label = np.arange(40), data.tables["labels"]["y"]

    folds = list(trials(data, protocol(plain={"kind": "plain", "folds": 5}), seed=3))[:-1]

    known = StratifiedKFold(5, shuffle=True, random_state=3).split(rows, label)
    for fold, (fit, judged) in zip(folds, known, strict=True):
        assert np.array_equal(fold.fit_rows, rows[fit])
        assert np.array_equal(fold.eval_view.data.tables["features"]["row"], rows[judged])


def test_plain_folds_want_as_many_positives_as_there_are_folds():
    data = dataset(range(40), range(40), [1, 1, *[0] * 38])

    with pytest.raises(NoTrials, match=r"judged rows are negative\n.*splits\.plain"):
        list(trials(data, protocol(plain={"kind": "plain", "folds": 5}), seed=3))


def test_the_tail_is_the_latest_rows():
    first = next(trials(dataset(range(10), range(10), [0, 1] * 5), protocol(test=PREQUENTIAL), 0))
    frame = pd.concat([first.fit_view.data.tables["features"]] * 10, ignore_index=True)
    view = type(first.fit_view)(Dataset({"features": frame}), SIGNATURE, np.arange(len(frame)) % 2)
    head, end = tail(view)
    assert len(head.target) == 17 and len(end.target) == 3


def test_a_window_off_the_data_says_which_key_to_move():
    late = {**PREQUENTIAL, "starts": ["2019-01-01"]}
    with pytest.raises(NoTrials, match=r"labels are known through 2018-04-10.*\n.*test\.starts"):
        list(trials(dataset(range(10), range(10), [0, 1] * 5), protocol(test=late), 0))


def test_a_window_before_the_data_says_which_key_to_move():
    early = {**PREQUENTIAL, "starts": ["2018-03-01"]}
    with pytest.raises(NoTrials, match=r"the data only on 2018-04-01\n.*splits\.test\.starts"):
        list(trials(dataset(range(10), range(10), [0, 1] * 5), protocol(test=early), 0))


def test_a_fold_that_is_not_labelled_yet_is_left_out_and_keeps_its_number():
    data = dataset(range(10), range(10), [0, 1] * 5)
    both = {**PREQUENTIAL, "starts": ["2018-05-01", "2018-04-02"]}
    first, final = trials(data, protocol(test=both), seed=7)
    assert (first.split, first.fold, first.seed) == ("test", 1, 8)
    assert final.split == "final"


def test_a_few_old_labels_that_never_came_move_no_window():
    day = np.repeat(np.arange(10), 20)
    label = [0, 1] * 100
    label[3] = None
    _, final = trials(dataset(day, np.arange(200), label), protocol(test=PREQUENTIAL), seed=0)
    assert final.fit_view.data.tables["features"]["row"].min() == 160


def test_days_whose_labels_are_mostly_unknown_are_still_to_come():
    day = np.repeat(np.arange(10), 20)
    label = [0, 1] * 100
    label[161:] = [None] * 39  # day 8 has one label, day 9 none
    _, final = trials(dataset(day, np.arange(200), label), protocol(test=PREQUENTIAL), seed=0)
    assert set(final.fit_view.data.tables["features"]["row"] // 20) == {6, 7}


@pytest.mark.parametrize("unit", ["time", "stratified"])
def test_a_time_of_plain_numbers_does_for_splits_without_a_calendar(unit):
    data = numbered()
    assert next(trials(data, protocol(only={"kind": unit, "folds": 2}), seed=0)).fold == 0


def test_a_time_of_plain_numbers_is_no_calendar():
    with pytest.raises(NoCalendar, match="holds float64, no dates"):
        list(trials(numbered(), protocol(test=PREQUENTIAL), seed=0))


def numbered():
    data = dataset(range(10), range(10), [0, 1] * 5)
    frame = data.tables["features"].assign(time=np.arange(10.0))
    return Dataset({**data.tables, "features": frame}, notes=data.notes)


def test_a_judged_window_of_one_class_is_an_error():
    label = [0, 1, 0, 0, 1, 0, 0, 0, 1, 0]
    with pytest.raises(NoTrials, match="all of its 2 judged rows are negative"):
        list(trials(dataset(range(10), range(10), label), protocol(test=PREQUENTIAL), 0))


def test_a_window_without_positives_is_an_error():
    with pytest.raises(NoTrials, match="all of its 2 training rows are negative"):
        list(trials(dataset(range(10), range(10), [0] * 10), protocol(test=PREQUENTIAL), 0))


def test_a_protocol_that_leads_on_no_split_is_an_error():
    with pytest.raises(ParamsError, match="leads_on"):
        parse(ProtocolSettings, {"unit": "u", "leads_on": "x", "splits": {"a": PREQUENTIAL}}, "p")
