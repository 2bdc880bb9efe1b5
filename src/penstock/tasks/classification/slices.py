"""Parts of the judged rows in which a challenger may not get worse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from pydantic import Field

from penstock.core.contracts import Array
from penstock.core.errors import ParamsError, UnknownName
from penstock.core.settings import Settings

MOST = 20  # values that a column without edges may have


class SliceGuard(Settings):
    """Rows told apart by a column: by its values, or by where they lie between `edges`."""

    edges: tuple[float, ...] = Field((), description="ascending; a slice below, between, above")
    tolerance: float = Field(0.0, ge=0, description="what the metric may fall by")

    def model_post_init(self, context: object) -> None:
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError(f"edges {list(self.edges)} do not ascend")


def slices(features: pd.DataFrame, column: str, guard: SliceGuard) -> Iterator[tuple[str, Array]]:
    """Each slice by its name (`night = 1`, `amount < 50`) and its rows, shape (rows,) of bool.

    Raises:
        UnknownName: the features have no such column.
        ParamsError: it has too many values to be told apart without edges.
    """
    if column not in features:
        raise UnknownName("column", column, map(str, features), "the features")
    values = features[column]
    if not guard.edges:
        found = sorted(values.dropna().unique())
        if len(found) > MOST:
            key = f"promotion.P.guards.slices.{column}"
            raise ParamsError([f"{key}.edges: missing; the column has {len(found)} values"])
        for one in found:
            yield f"{column} = {_plain(one)}", (values == one).to_numpy()
        return
    for low, high in zip((None, *guard.edges), (*guard.edges, None), strict=True):
        inside = np.ones(len(values), dtype=bool)
        if low is not None:
            inside &= (values >= low).to_numpy()
        if high is not None:
            inside &= (values < high).to_numpy()
        yield _between(column, low, high), inside


def _between(column: str, low: float | None, high: float | None) -> str:
    if low is None:
        return f"{column} < {high:g}"
    return f"{column} ≥ {low:g}" if high is None else f"{low:g} ≤ {column} < {high:g}"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)
