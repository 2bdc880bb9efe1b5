"""All that is measured of one fold, on the data and on many resamples of its units at once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from penstock.core.alerting import Costs
from penstock.core.contracts import Array
from penstock.tasks.classification.cards import CardDays
from penstock.tasks.classification.curve import RankedRows
from penstock.tasks.classification.decisions import saved

BINS = 10  # of equal width, as on the calibration plot


class Sums:
    """Sums of rows by unit: what is linear in them is one product with the resamples."""

    def __init__(self, unit: Array, units: int) -> None:
        self.units = units
        self.present, self.unit = np.unique(unit, return_inverse=True)
        self.columns: dict[str, Array] = {}

    def add(self, name: str, values: Array) -> None:
        """Sum `values`, shape (rows,)."""
        self.columns[name] = np.bincount(self.unit, values, minlength=len(self.present))

    def add_binned(self, name: str, values: Array, bins: Array) -> None:
        """Sum `values` within each of the `BINS` bins, shape (rows,) both."""
        shape = len(self.present), BINS
        place = self.unit * BINS + bins
        binned = np.bincount(place, values, minlength=shape[0] * BINS).reshape(shape)
        self.columns |= {f"{name} {index}": binned[:, index] for index in range(BINS)}

    @cached_property
    def _table(self) -> csr_array:
        """The sums of each unit, shape (columns, units); most bins of most units are empty."""
        held = csr_array(np.array([*self.columns.values()]))
        shape = len(self.columns), self.units
        return csr_array((held.data, self.present[held.indices], held.indptr), shape=shape)

    def drawn(self, draws: Array | None) -> dict[str, Array]:
        """Each sum over the drawn units, shape (draws,)."""
        if draws is None:
            return {name: column.sum(keepdims=True) for name, column in self.columns.items()}
        return dict(zip(self.columns, self._table @ draws, strict=True))


def add_calibration(sums: Sums, label: Array, chance: Array, name: str) -> None:
    """What `brier_of` and `ece_of` need of the probabilities `chance`."""
    sums.add(f"{name} error", (chance - label) ** 2)
    bins = np.clip((chance * BINS).astype(np.int64), 0, BINS - 1)
    sums.add_binned(f"{name} excess", chance - label, bins)


def brier_of(sums: dict[str, Array], name: str) -> Array:
    """Mean squared error of the probabilities."""
    return sums[f"{name} error"] / sums["rows"]


def ece_of(sums: dict[str, Array], name: str) -> Array:
    """Mean distance of probability and share of positives in each of ten bins, weighed by rows.

    Guo et al., On Calibration of Modern Neural Networks, 2017, section 2.
    """
    excess = np.array([sums[f"{name} excess {index}"] for index in range(BINS)])
    return np.asarray(np.abs(excess).sum(axis=0) / sums["rows"])


class Fold:
    """One fold of joined rows, prepared so that its metrics cost one pass for all draws.

    Attributes:
        days: whole days that were judged; 0 where rows have no calendar.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        unit: Array,
        units: int,
        top: int | None = None,
        costs: Costs | None = None,
    ) -> None:
        """`unit` holds each row's code below `units`; `top` cards are checked a day, if any."""
        label, score = rows["label"].to_numpy(), rows["score"].to_numpy()
        self.top, self.costs = top, costs
        self.ranked = RankedRows(label, score, unit, units)
        self.sums = Sums(unit, units)
        self.sums.add("rows", np.ones(len(rows)))
        self.sums.add("positives", label)
        add_calibration(self.sums, label, score, "score")
        self.calibrated = "probability" in rows and bool(rows["probability"].notna().all())
        if self.calibrated:
            add_calibration(self.sums, label, rows["probability"].to_numpy(), "probability")
        self.days = len(rows["day"].unique()) if "day" in rows else 0
        self.card_days = None
        if top:
            self.card_days = CardDays(rows["day"].to_numpy(), unit, label, score, units)
        if "alert" in rows and rows["alert"].notna().all():
            self._add_alerts(rows, label, unit, units)

    def _add_alerts(self, rows: pd.DataFrame, label: Array, unit: Array, units: int) -> None:
        alert = rows["alert"].to_numpy(dtype=bool)
        self.sums.add("alerts", alert)
        self.sums.add("hits", alert & (label == 1))
        if units < len(rows):
            met, hit = (self.sums.columns[name] > 0 for name in ("positives", "hits"))
            self.sums.columns |= {"units met": met * 1.0, "units hit": hit * 1.0}
        if "amount" in rows:
            self.sums.add("saved", alert * saved(rows, self.costs, label.astype(np.float64)))

    def measure(self, draws: Array | None = None) -> dict[str, Array]:
        """Each metric, shape (draws,); NaN where a resample has no value.

        Args:
            draws: how often each unit was drawn, shape (units, draws); None is the data as is.
        """
        found = self.ranked.measure(draws)
        if self.card_days is not None and self.top:
            daily = self.card_days.precision(self.top, draws)
            found[f"card_precision@{self.top}"] = daily.mean(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return found | self._of_sums(self.sums.drawn(draws))

    def _of_sums(self, sums: dict[str, Array]) -> dict[str, Array]:
        found = {"brier": brier_of(sums, "score"), "ece": ece_of(sums, "score")}
        if self.calibrated:
            found["brier_calibrated"] = brier_of(sums, "probability")
            found["ece_calibrated"] = ece_of(sums, "probability")
        if "alerts" not in sums:
            return found
        found["alert_precision"] = sums["hits"] / sums["alerts"]
        found["alert_recall"] = sums["hits"] / sums["positives"]
        if "units met" in sums:
            found["unit_recall"] = sums["units hit"] / sums["units met"]
        # Without a calendar there is no day to speak of.
        found["alerts_a_day" if self.days else "alert_share"] = sums["alerts"] / (
            self.days or sums["rows"]
        )
        if "saved" in sums:
            found["saved_a_day" if self.days else "saved"] = sums["saved"] / (self.days or 1)
        return found
