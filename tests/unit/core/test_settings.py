"""Settings are strict, frozen, and say what is wrong in the words of the file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from penstock.core.documents import read_yaml
from penstock.core.errors import ParamsError
from penstock.core.settings import Settings, parse


class Url(Settings):
    kind: Literal["url"]
    url: str


class Package(Settings):
    kind: Literal["package"]
    version: str


class Cut(Settings):
    days: int = Field(7, ge=1, description="days learnt from")
    start: date | None = None


class Kind(Settings):
    trees: int = Field(ge=1, description="how many trees")
    rate: float = 0.1
    method: Literal["exact", "hist"] = "hist"
    cuts: dict[str, Cut] = Field({})
    mirrors: tuple[Annotated[Url | Package, Field(discriminator="kind")], ...] = ()
    depth: int | None = None

    def model_post_init(self, context: Any) -> None:
        if self.depth == self.trees:
            raise ValueError("Depth and trees can't be equal")


def problems(**values: Any) -> list[str]:
    with pytest.raises(ParamsError) as caught:
        parse(Kind, {"trees": 5, **values}, "candidates.a.params")
    text = [one.removeprefix("candidates.a.params") for one in caught.value.problems]
    assert str(caught.value).startswith(f"params.yaml: {len(text)} problem")
    assert str(caught.value).endswith("fix: edit params.yaml, then run the command again")
    return text


def test_lists_become_tuples_and_dates_may_stand_unquoted() -> None:
    value = {"trees": 5, "cuts": {"first": {"start": date(2018, 4, 1)}}}
    parsed = parse(Kind, value, "x")
    assert parsed.cuts["first"].start == date(2018, 4, 1)
    mirrors = parse(Kind, {"trees": 1, "mirrors": [{"kind": "url", "url": "u"}]}, "x").mirrors
    assert mirrors == (Url(kind="url", url="u"),)


@pytest.mark.curriculum("F24")
def test_settings_can_not_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        parse(Kind, {"trees": 5}, "x").trees = 6  # type: ignore[misc]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"tress": 3}, ".tress: unknown key (found 3); did you mean 'trees'?"),
        ({"trees": "5"}, ".trees: found '5'; input should be a valid integer"),
        ({"trees": True}, ".trees: found True; input should be a valid integer"),
        ({"trees": 0}, ".trees: found 0; input should be greater than or equal to 1"),
        ({"rate": float("nan")}, ".rate: found nan; input should be a finite number"),
        (
            {"method": "exat"},
            ".method: found 'exat'; input should be 'exact' or 'hist'; did you mean 'exact'?",
        ),
        ({"depth": 5}, ": Depth and trees can't be equal"),
        (
            {"cuts": {"first": {"dyas": 3}}},
            ".cuts.first.dyas: unknown key (found 3); did you mean 'days'?",
        ),
        (
            {"cuts": {"first": {"start": "soon"}}},
            ".cuts.first.start: found 'soon'; input should be a valid date in the format "
            "YYYY-MM-DD, input is too short",
        ),
        (
            {"mirrors": [{"kind": "ulr", "url": "u"}]},
            ".mirrors.0.kind: found 'ulr'; expected one of ['url', 'package']; did you mean 'url'?",
        ),
        ({"mirrors": [{"url": "u"}]}, ".mirrors.0.kind: missing; it says which other keys"),
        (
            {"mirrors": [{"kind": "package", "version": "1", "vers": "1"}]},
            ".mirrors.0.vers: unknown key (found '1'); did you mean 'version'?",
        ),
        ({"mirrors": [{"kind": "package"}]}, ".mirrors.0.version: missing; expected str"),
        ({"cuts": {"first": 3}}, ".cuts.first: found 3; "),
    ],
)
def test_a_mistake_names_key_value_and_what_was_expected(values: Any, says: str) -> None:
    (said,) = problems(**values)
    assert said.startswith(says)


def test_a_date_as_a_key_is_a_mistake_that_quotes_mend() -> None:
    (said,) = problems(cuts={date(2018, 4, 1): {"days": 3}})
    assert said == '.cuts.2018-04-01: found a date as a key; quote it: "2018-04-01"'


def test_an_alias_of_what_it_stands_in_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("mirrors: &a [1, *a]\n", encoding="utf-8")
    (said,) = problems(**read_yaml(tmp_path / "params.yaml"))
    assert said == ".mirrors.1: an alias of what it stands in; write the value out"


def test_a_missing_key_says_what_it_is_for() -> None:
    with pytest.raises(ParamsError, match=r"k\.trees: missing; expected int \(how many trees\)"):
        parse(Kind, {}, "k")


def test_all_mistakes_are_told_at_once() -> None:
    assert len(problems(trees=0, rate="x", tress=1)) == 3


def test_a_long_value_is_cut_short() -> None:
    (said,) = problems(rate="x" * 500)
    assert len(said) < 200


@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_what_is_no_mapping_is_refused(value: Any) -> None:
    with pytest.raises(ParamsError, match="k: expected a mapping of settings, found"):
        parse(Kind, value, "k")
