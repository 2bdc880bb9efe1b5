"""Data that a project makes itself, on a small world."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.projects.fraud.schema import SCHEMA
from penstock.sources.errors import SourceError
from penstock.sources.generator import Generated
from penstock.sources.settings import GeneratorSource

SMALL = {"customers": 40, "terminals": 100, "days": 12, "radius": 20.0}


def generated(label_delay_days: int | None = 7, **settings: Any) -> Generated:
    block: dict[str, Any] = {"kind": "generator", "settings": SMALL | settings}
    if label_delay_days is not None:
        block["label_delay_days"] = label_delay_days
    return Generated("fraud", parse(GeneratorSource, block, "projects.fraud.source"), SCHEMA)


def tables(source: Generated, as_of: date | None = None) -> dict[str, pa.Table]:
    record = source.version(as_of)
    return {name: pa.Table.from_batches(batches) for name, batches in source.parts(record)}


def test_the_default_is_every_day_with_every_label() -> None:
    made = tables(generated())
    assert made["transactions"].schema.names == [c.name for c in SCHEMA.tables["transactions"]]
    assert made["transactions"]["label"].null_count == 0
    assert made["scenarios"].num_rows == made["transactions"].num_rows > 500


def test_the_thieves_plans_stay_in_the_audit_table() -> None:
    assert "scenario" not in tables(generated())["transactions"].schema.names
    assert "scenarios" in SCHEMA.audit


def test_a_date_shows_the_days_up_to_it_and_labels_after_their_delay() -> None:
    whole = tables(generated())["transactions"].to_pandas()
    known = tables(generated(), date(2018, 4, 9))["transactions"].to_pandas()
    assert len(known) == (whole["time"] < "2018-04-10").sum()
    labelled = known["label"].notna()
    assert known.loc[labelled, "time"].max() < known.loc[~labelled, "time"].min()
    assert (known.loc[~labelled, "time"] > "2018-04-02").all()
    assert known.loc[labelled, "label"].equals(whole.loc[labelled.index[labelled], "label"])


def test_the_label_delay_is_the_blocks() -> None:
    at_once = tables(generated(label_delay_days=0), date(2018, 4, 9))["transactions"]
    assert at_once["label"].null_count == 0


def test_the_version_holds_the_date_and_nothing_of_the_clock() -> None:
    assert generated().version(date(2018, 4, 9)) == {
        "locator": "penstock.projects.fraud.source",
        "as_of": "2018-04-09",
    }


def test_a_misspelt_setting_of_the_generator_gets_did_you_mean() -> None:
    with pytest.raises(ParamsError, match=r"source\.settings\.custmers.*did you mean 'customers'"):
        generated(custmers=3).version(None)


def test_tables_other_than_the_schemas_are_the_projects_mistake() -> None:
    from dataclasses import replace

    odd = replace(generated(), schema=replace(SCHEMA, tables={"payments": ()}))
    with pytest.raises(SourceError, match=r"made other data than .*schema\.py declares"):
        tables(odd)
