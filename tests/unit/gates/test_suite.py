"""A suite that is written wrong is refused before it judges."""

from __future__ import annotations

import datetime
import os

import pytest

from penstock.core.contracts import Expectation
from penstock.gates.expect import quarantine, stop
from penstock.gates.suite import SuiteError, about_rows, as_plain, compile_suite, great_expectations
from tests.unit.gates.given import amounts_present, suite


def test_a_misspelt_kind_is_answered_with_the_nearest() -> None:
    wrong = stop("payments", "x", "…", "ExpectColumnValuesToBeUniqe", column="id")
    with pytest.raises(SuiteError, match=r"did you mean 'ExpectColumnValuesToBeUnique'\?"):
        compile_suite([wrong])


def test_an_unknown_argument_is_named() -> None:
    wrong = stop("payments", "x", "…", "ExpectColumnValuesToBeUnique", column="id", colour=1)
    with pytest.raises(SuiteError, match=r"'x': arguments of .*colour"):
        compile_suite([wrong])


def test_a_name_is_given_once() -> None:
    with pytest.raises(SuiteError, match="'amount-present': another one has that name"):
        compile_suite([amounts_present(), amounts_present()])


def test_rows_cannot_be_quarantined_by_what_names_no_row() -> None:
    kind = "ExpectColumnMeanToBeBetween"
    wrong = quarantine("payments", "x", "…", kind, column="amount", min_value=0)
    with pytest.raises(SuiteError, match="say action='stop'"):
        compile_suite([wrong])


def test_what_is_about_rows_is_told_from_what_is_about_tables() -> None:
    told = {one.name: about_rows(one) for one in suite()}
    assert told == {
        "amount-present": True,
        "amount-in-range": True,
        "ids-unique": True,
        "label-rate": False,
        "rows-enough": False,
    }


def test_arguments_that_json_lacks_become_words() -> None:
    arguments = {"column": "t", "min_value": datetime.datetime(2000, 1, 1), "value_set": (1, "a")}
    plain = as_plain(Expectation("x", "…", "t", "Kind", arguments))
    assert plain["arguments"] == {
        "column": "t",
        "min_value": "2000-01-01 00:00:00",
        "value_set": [1, "a"],
    }


def test_telemetry_is_off() -> None:
    great_expectations()
    assert os.environ["GX_ANALYTICS_ENABLED"] == "False"
