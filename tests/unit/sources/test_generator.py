"""Data that a project makes itself, on a small world."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from penstock.core.dataset import Dataset
from penstock.core.errors import ParamsError
from penstock.core.settings import parse
from penstock.projects.fraud.schema import SCHEMA, TRANSACTIONS
from penstock.sources.errors import SourceError
from penstock.sources.generator import Generated
from penstock.sources.settings import GeneratorSource
from penstock.sources.target import raw_schema

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


def test_a_date_before_the_data_is_told_where_it_begins() -> None:
    with pytest.raises(SourceError) as error:
        tables(generated(), date(2017, 1, 1))
    text = str(error.value)
    assert "no row of transactions up to 2017-01-01; the data begins on 2018-04-01" in text
    assert "fix: penstock refresh fraud --as-of 2018-04-01" in text


@pytest.mark.parametrize("as_of", [None, date(2018, 4, 9)])
def test_a_world_in_which_nobody_pays_is_a_mistake_of_its_settings(as_of: date | None) -> None:
    with pytest.raises(SourceError) as error:
        tables(generated(radius=0.001), as_of)
    assert "no row of transactions came out of projects.fraud.source.settings" in str(error.value)
    assert "fix: change them in params.yaml, then: penstock refresh fraud" in str(error.value)


def test_a_type_other_than_the_schemas_is_the_projects_mistake() -> None:
    frame = pd.DataFrame({"time": [0.5]})
    with pytest.raises(SourceError, match=r"fix: return the types that its schema\.py declares"):
        list(generated()._batches(frame, raw_schema(TRANSACTIONS[1:2]), "transactions"))


def test_an_empty_table_beside_a_full_one_keeps_its_columns() -> None:
    from dataclasses import replace

    schema = replace(SCHEMA, audit=frozenset())
    source = replace(generated(), schema=schema)
    made = Dataset(
        tables={
            name: pd.DataFrame({c.name: [0] * (name == "scenarios") for c in columns})
            for name, columns in schema.tables.items()
        }
    )
    assert not source._is_empty(made)
    (batch,) = source._batches(made.tables["transactions"], raw_schema(TRANSACTIONS), "t")
    assert batch.num_rows == 0
    assert batch.schema.names == [column.name for column in TRANSACTIONS]


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
