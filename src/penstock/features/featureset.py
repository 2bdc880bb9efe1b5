"""An ordered set of named features over one table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from penstock.features.errors import FeatureDefinitionError, LabelTooYoung
from penstock.features.feature import Feature
from penstock.features.gathered import Table
from penstock.features.kernel import Kernel
from penstock.features.stream import Stream

if TYPE_CHECKING:  # a server has no use for tables
    import pandas as pd


@dataclass(frozen=True)
class FeatureSet:
    """Features in the order of the vector.

    Attributes:
        kernels: one a feature.
        label_delay_days: a label is known this many days after its row, not before.
        label: the column that holds it.
        time: the column of datetimes that orders the rows.
        id: the column of whole numbers by which a label finds its row in a stream.

    Raises:
        LabelTooYoung: a feature reads labels that are not known yet.
        FeatureDefinitionError: two features have one name.
    """

    kernels: tuple[Kernel, ...]
    label_delay_days: int
    label: str = "label"
    time: str = "time"
    id: str = "id"

    def __post_init__(self) -> None:
        for name, times in Counter(self.names).items():
            if times > 1:
                raise FeatureDefinitionError(name, f"defined {times} times", "rename one of them")
        for kernel in self.kernels:
            age = kernel.feature.label_delay_days
            if self.label in kernel.reads and (age is None or age < self.label_delay_days):
                raise LabelTooYoung(kernel.feature.name, self.label, age, self.label_delay_days)
            if age is not None and self.label not in kernel.reads:
                problem = f"it reads labels, but not those of column {self.label!r}"
                fix = f"give it Label({self.label!r}), or the set label=…"
                raise FeatureDefinitionError(kernel.feature.name, problem, fix)

    @property
    def features(self) -> tuple[Feature, ...]:
        return tuple(kernel.feature for kernel in self.kernels)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features)

    @property
    def dtypes(self) -> dict[str, str]:
        """Dtype by name, in the order of the vector."""
        return {feature.name: feature.dtype for feature in self.features}

    def batch(self, table: pd.DataFrame) -> pd.DataFrame:
        """The features of every row of `table`, which must be in order of time.

        Rows with one time count in their own order: each sees those before it.

        Returns:
            A frame with the index of `table` and exactly the columns `names`, typed `dtypes`.

        Raises:
            MissingColumn: the table lacks a column.
            ColumnUnfit: nulls in time or entity, times out of order, amounts not finite.
        """
        import pandas as pd

        shared = Table(table, self.time)
        columns = {
            kernel.feature.name: kernel.batch(shared).astype(kernel.feature.dtype, copy=False)
            for kernel in self.kernels
        }
        return pd.DataFrame(columns, index=table.index, columns=list(self.names), copy=False)

    def stream(self) -> Stream:
        """The features of one event after the other, nothing being kept yet."""
        return Stream(self)
