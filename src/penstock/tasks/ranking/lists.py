"""The rankings that users were shown, and the numbers that come of them, all users at once.

Definitions: binary relevance; the ideal list of nDCG holds min(k, relevant) hits (Järvelin and
Kekäläinen 2002); average precision is divided by all relevant items; precision by k however many
items were shown. Novelty is the self-information of what is shown (Zhou et al. 2010), diversity
one less the mean cosine of two items' categories (Ziegler et al. 2005), popularity bias the mean
share of users who had a shown item (Abdollahpouri et al. 2019), coverage the share of the items
learnt from that is shown to anybody.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from penstock.core.contracts import Array

ACCURACY = ("ndcg", "map", "precision", "recall", "hit_rate", "mrr")
BEYOND = ("novelty", "diversity", "popularity_bias")
VALUES = ("rmse", "mae")


class Lists:
    """One fold of one candidate.

    A user who was judged and not served has an empty list, and so 0 of everything that is found;
    what is said of shown items is said of those who were shown any.
    """

    def __init__(
        self,
        rows: pd.DataFrame,
        unit: Array,
        units: int,
        depth: int,
        catalogue: int | None = None,
    ) -> None:
        """`unit` holds codes below `units`, one for each row; `depth` is k.

        Args:
            catalogue: how many items were learnt from, where nobody may have been served; who
                serves nobody then finds and shows nothing.
        """
        ranked = rows["rank"].notna().to_numpy(dtype=bool)
        self.units, self.depth = units, depth
        self.catalogue = int(rows["catalogue"].iloc[0]) if catalogue is None else catalogue
        self.sums: dict[str, Array] = {}
        self.counts: dict[str, Array] = {}
        self.shown: Array | None = None  # who was shown what, shape (units, items shown)
        if ranked.any():
            self._rank(rows[ranked], unit[ranked])
        elif catalogue is not None:
            self.sums |= {name: np.zeros(units) for name in ACCURACY}
            self.counts |= {name: np.ones(units) for name in ACCURACY}
            self.shown = np.zeros((units, 0), dtype=np.float32)
        if not ranked.all():
            self._values(rows[~ranked], unit[~ranked])

    def measure(self, weights: Array | None = None) -> dict[str, Array]:
        """Each metric, shape (draws,).

        Args:
            weights: how often each unit was drawn, shape (draws, units); None draws each once.
        """
        weights = np.ones((1, self.units)) if weights is None else weights
        with np.errstate(invalid="ignore", divide="ignore"):
            found = {
                name: (weights @ total) / (weights @ self.counts[name])
                for name, total in self.sums.items()
            }
        if "rmse" in found:
            found["rmse"] = np.sqrt(found["rmse"])
        if self.shown is not None:
            drawn = (weights > 0).astype(np.float32) @ self.shown
            found["coverage"] = (drawn > 0).sum(axis=1) / self.catalogue
        return {self.named(name): value for name, value in found.items()}

    def named(self, name: str) -> str:
        return name if name in VALUES else f"{name}@{self.depth}"

    def _rank(self, rows: pd.DataFrame, unit: Array) -> None:
        order = np.lexsort((rows["rank"].to_numpy(dtype=np.int64), unit))
        unit = unit[order]
        rank = rows["rank"].to_numpy(dtype=np.float64)[order]
        hit = rows["label"].to_numpy(dtype=np.float64)[order]
        relevant = np.ones(self.units)
        relevant[unit] = rows["relevant"].to_numpy(dtype=np.float64)[order]

        def total(values: Array) -> Array:
            return np.bincount(unit, values, minlength=self.units)

        running = np.cumsum(hit)
        start = np.searchsorted(unit, unit)
        nth = running - (running - hit)[start]  # hits of this list so far
        ideal = np.cumsum(1 / np.log2(np.arange(2, self.depth + 2)))
        best = ideal[np.minimum(relevant, self.depth).astype(np.int64) - 1]
        hits = total(hit)
        self.sums |= {
            "ndcg": total(hit / np.log2(rank + 1)) / best,
            "map": total(hit * nth / rank) / relevant,
            "precision": hits / self.depth,
            "recall": hits / relevant,
            "hit_rate": np.minimum(hits, 1.0),
            "mrr": total(hit * (nth == 1) / rank),
        }
        self.counts |= {name: np.ones(self.units) for name in ACCURACY}
        for name in BEYOND:
            values = rows[name].to_numpy(dtype=np.float64)[order]
            known = np.isfinite(values)
            if known.any():
                length = total(known.astype(np.float64))
                self.sums[name] = total(np.where(known, values, 0)) / np.maximum(length, 1)
                self.counts[name] = (length > 0).astype(np.float64)
        codes, shown = pd.factorize(rows["item"].to_numpy()[order])
        self.shown = np.zeros((self.units, len(shown)), dtype=np.float32)
        self.shown[unit, codes] = 1

    def _values(self, rows: pd.DataFrame, unit: Array) -> None:
        error = (rows["score"] - rows["value"]).to_numpy(dtype=np.float64)
        known = np.isfinite(error)
        if known.any():
            unit, error = unit[known], error[known]
            count = np.bincount(unit, minlength=self.units).astype(np.float64)
            for name, loss in (("rmse", error**2), ("mae", np.abs(error))):
                self.sums[name] = np.bincount(unit, loss, minlength=self.units)
                self.counts[name] = count
