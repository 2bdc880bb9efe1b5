"""A ranking learns from who took what; beside it stand the catalogue and what is known of users.

Nothing is fitted here: categories stay text, and a candidate that wants them as numbers encodes
them itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from penstock.core.contracts import Input, Signature
from penstock.core.dataset import Dataset
from penstock.core.settings import Settings
from penstock.projects.recommendation.schema import GENRES

ROLES = {"id": "interaction", "entity": "user", "item": "item", "time": "time", "value": "value"}
WHOLE = r"0|-?[1-9]\d{0,17}"  # no number that another text would be read as too


class FeatureSettings(Settings):
    """Nothing to set."""


def featurize(dataset: Dataset, settings: FeatureSettings) -> Dataset:
    """Three tables, whatever the source had.

    `interactions` (interaction, user, item, time, value: float64 or NaN) in the order of their
    numbers; `items` (item, title, category: names with | between them, year: float32 or NaN, stock
    and minimum_age where the source has them) and
    `users` (user, age: float32 or NaN, gender, occupation), each ascending by id, of everybody
    who is in one of the tables. Ids are int64 where all of a kind are whole numbers.
    """
    tables = dataset.tables
    rows = tables["interactions"].sort_values(ROLES["id"], ignore_index=True)
    if "value" not in rows:
        rows["value"] = np.nan
    made = {
        "interactions": rows[["interaction", "user", "item", "time", "value"]],
        "items": _items(_everyone(rows, tables, "item", "items")),
        "users": _users(_everyone(rows, tables, "user", "users")),
    }
    for name, places in {
        "user": ("interactions", "users"),
        "item": ("interactions", "items"),
    }.items():
        if all(made[place][name].str.fullmatch(WHOLE).all() for place in places):
            made |= {place: made[place].astype({name: "int64"}) for place in places}
    for table, name in (("items", "item"), ("users", "user")):
        made[table] = made[table].sort_values(name, ignore_index=True)
    dtypes = {
        name: "int64" if made["interactions"][name].dtype == np.int64 else "string"
        for name in ("user", "item")
    }
    signature = Signature(tuple(Input(name, kind) for name, kind in dtypes.items()), ROLES)
    return Dataset(tables=made, notes={"signature": signature.to_notes()})


def _everyone(
    rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], name: str, table: str
) -> pd.DataFrame:
    """`table` with a row for each id that `rows` hold, and perhaps for more."""
    seen = pd.DataFrame({name: rows[name].drop_duplicates()})
    return tables[table].merge(seen, how="outer", on=name) if table in tables else seen


def _items(table: pd.DataFrame) -> pd.DataFrame:
    text = _texts(table, ("title", "category", "released"))
    flags = [genre for genre in GENRES if genre in table]
    named = pd.Series([""] * len(table), index=table.index)
    for genre in flags:
        named += np.where(table[genre].fillna(0) == 1, f"{genre}|", "")
    named += text["category"]
    year = text["released"].str.extract(r"(\d{4})", expand=False)
    return pd.DataFrame(
        {
            "item": table["item"],
            "title": text["title"].where(text["title"] != "", table["item"]),
            "category": named.str.strip("|"),
            "year": pd.to_numeric(year).astype("float32"),
            **{name: table[name] for name in ("stock", "minimum_age") if name in table},
        }
    )


def _users(table: pd.DataFrame) -> pd.DataFrame:
    text = _texts(table, ("gender", "occupation"))
    age = table["age"] if "age" in table else pd.Series(np.nan, index=table.index)
    return pd.DataFrame({"user": table["user"], "age": age.astype("float32"), **text})


def _texts(table: pd.DataFrame, names: tuple[str, ...]) -> dict[str, pd.Series]:
    """Columns of text, empty where nothing is known."""
    nothing = pd.Series([""] * len(table), index=table.index)
    return {name: table[name].fillna("") if name in table else nothing for name in names}
