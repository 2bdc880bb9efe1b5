"""What trials try follows from earlier ones by number alone, and hopeless ones are stopped."""

from __future__ import annotations

from pathlib import Path

from penstock.effects.sweep.ended import Ended, State
from penstock.effects.sweep.study import Study
from penstock.effects.sweep.suggest import is_hopeless, known_to, suggest, twin
from tests.sweeps import end, make_study


def went(study: Study, number: int) -> None:
    """A trial suggested and ended; deeper trees do better."""
    values = suggest(study, number)
    study.ask(number, values)
    end(study, number, values["max_depth"] / 20, 0.5, **values)


def test_the_first_trial_tries_the_present_setting(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    assert suggest(study, 0) == study.present


def test_a_trial_learns_from_those_at_least_so_many_before_it(tmp_path: Path) -> None:
    study = make_study(tmp_path, parallel=3)
    for number in range(5):
        went(study, number)
    assert [one.number for one in known_to(study, 5)] == [0, 1, 2]
    assert known_to(study, 2) == []


def test_whether_a_trial_beside_it_has_ended_changes_nothing(tmp_path: Path) -> None:
    study = make_study(tmp_path, parallel=3, startup=2)
    for number in range(6):
        went(study, number)
    before = suggest(study, 6)
    for beside in (4, 5):
        (study.folder / "trials" / f"{beside:04d}.json").unlink()
    assert suggest(study, 6) == before
    (study.folder / "trials" / "0003.json").unlink()  # one that it does learn from
    assert suggest(study, 6) != before


def test_the_sampler_leans_towards_what_did_better(tmp_path: Path) -> None:
    study = make_study(tmp_path, parallel=1, startup=5)
    for number in range(25):
        went(study, number)
    depths = [study.asked(number)["max_depth"] for number in range(1, 25)]
    assert sum(depths[-10:]) / 10 > sum(depths[:5]) / 5
    assert len({tuple(study.asked(n).values()) for n in range(25)}) > 15


def test_a_present_setting_outside_of_the_space_stops_nobody(tmp_path: Path) -> None:
    study = make_study(tmp_path, parallel=1, startup=1, space={"max_depth": {"int": [5, 9]}})
    for number in range(4):
        went(study, number)
    assert study.asked(0) == {"max_depth": 3}
    assert all(5 <= study.asked(number)["max_depth"] <= 9 for number in range(1, 4))


def test_a_failed_trial_teaches_nothing_and_stops_nobody(tmp_path: Path) -> None:
    study = make_study(tmp_path, parallel=1, startup=1)
    went(study, 0)
    study.ask(1, study.present)
    study.end(Ended(1, State.FAILED, study.present, (), 0.1, "no memory"))
    assert 1 <= suggest(study, 2)["max_depth"] <= 12


def test_the_same_values_again_are_found(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    for number, depth in enumerate((3, 4, 4)):
        study.ask(number, {"max_depth": depth})
    assert twin(study, 2, study.asked(2)) == 1
    assert twin(study, 1, study.asked(1)) is None


def test_a_trial_is_hopeless_below_the_percentile_of_those_that_are_known(tmp_path: Path) -> None:
    study = make_study(tmp_path, startup=3, prune_below=50)
    for number, level in enumerate((0.2, 0.4, 0.6)):
        end(study, number, level, level + 0.1)
    known = list(study.all_ended(3))
    assert is_hopeless(study, known, [0.3])
    assert not is_hopeless(study, known, [0.5])
    assert is_hopeless(study, known, [0.5, 0.3])  # by the mean, not by its best fold
    assert not is_hopeless(study, known[:2], [0.0])  # nobody is pruned before `startup` have ended


def test_where_less_is_better_the_high_ones_are_hopeless(tmp_path: Path) -> None:
    study = make_study(tmp_path, startup=3, metric="brier", direction="minimize")
    for number, level in enumerate((0.2, 0.4, 0.6)):
        end(study, number, level, level)
    known = list(study.all_ended(3))
    assert is_hopeless(study, known, [0.5])
    assert not is_hopeless(study, known, [0.3])


def test_a_sweep_that_prunes_nothing_prunes_nothing(tmp_path: Path) -> None:
    study = make_study(tmp_path, startup=1, prune_below=None)
    end(study, 0, 0.9, 0.9)
    assert not is_hopeless(study, list(study.all_ended(1)), [0.0])
