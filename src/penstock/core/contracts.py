"""The contracts between rooms: what a project, a task and a model must look like.

A contract with state is a class; one without is a module that holds the named functions,
so that a stage imports only the part it runs. What each part must offer:

==============================  =========================================================
`projects/P/schema.py`          `SCHEMA: Schema`
`projects/P/source.py`          only where the project makes its own data: `Generator`
`projects/P/suite.py`           `suite() -> list[Expectation]`, `inspect(dataset) -> tables`
`projects/P/features.py`        `FeatureSettings`, `featurize(dataset, settings) -> Dataset`
`projects/P/reasons.py`         only where inputs speak in words: `PHRASES: Phrasebook`, which
                                stands in scoring/phrases.py
`projects/P/online.py`          only where events are scored as they come: see
                                serving/online/project.py
`tasks/T/trials.py`             `TrialMaker`
`tasks/T/ensembles.py`          only where candidates can be made of candidates: `Combiner`
`tasks/T/scores.py`             `Scorer`
                                a task whose candidates can be swept offers in these two files
                                `folds`, `used_rows` and `fold_score` besides: `Sweepable`; one
                                that explains or decides is an `Explainer`, a `Decider`
`tasks/T/promotion.py`          only where models are promoted: `Promoter`, which stands with
                                what it speaks of in core/promotion.py
`models/T/M.py`                 `MODEL: type[Candidate]`
==============================  =========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self

import numpy as np

from penstock.core.settings import Settings

if TYPE_CHECKING:  # whoever only loads a model does without pandas
    import pandas as pd

    from penstock.core.dataset import Dataset
    from penstock.core.past import Past

Array = np.ndarray[Any, Any]
Role = Literal["id", "time", "entity", "target", "value", "image", "text", "item", "input"]


# -- data ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of a table: its Arrow type by name (`int64`, `timestamp[us]`, `string` …).

    Attributes:
        optional: a source may do without it; the project copes with a table that lacks it.
    """

    name: str
    type: str
    role: Role = "input"
    nullable: bool = False
    says: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Tensor:
    """An array with a row per item: its dtype and the shape of one item (`()` = a number)."""

    name: str
    dtype: str
    shape: tuple[int, ...] = ()
    role: Role = "input"
    says: str = ""


@dataclass(frozen=True)
class Schema:
    """The parts of a dataset that a project reads.

    Attributes:
        tables: their columns, by table.
        audit: tables that the gate lets through unseen, to slice what was judged and for no more.
        tensors: what lies in them, in any order.
        environment: entries of its description, with the Python type that JSON gives each
            (`list`, `dict`, `int`, `float`, `str`, `bool`).
        optional: tables that a source may do without.
    """

    tables: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    audit: frozenset[str] = frozenset()
    tensors: tuple[Tensor, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()

    @property
    def declares_nothing(self) -> bool:
        return not (self.tables or self.tensors or self.environment)


@dataclass(frozen=True)
class Input:
    """One input of a model: its name, dtype and shape of a single value (`()` = a number)."""

    name: str
    dtype: str = "float32"
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Signature:
    """The vector a model is fitted on; stored beside the model and checked when it loads.

    Attributes:
        inputs: names, dtypes and shapes, in order.
        roles: role → column of the features table (or tensor) that plays it.
        groups: name → inputs that a candidate may learn from alone (`candidates.K.inputs`).
    """

    inputs: tuple[Input, ...]
    roles: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def to_notes(self) -> dict[str, Any]:
        inputs = [{"name": i.name, "dtype": i.dtype, "shape": list(i.shape)} for i in self.inputs]
        groups = {name: list(inputs) for name, inputs in self.groups.items()}
        return {"inputs": inputs, "roles": dict(self.roles)} | (
            {"groups": groups} if groups else {}
        )

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any]) -> Self:
        inputs = tuple(Input(i["name"], i["dtype"], tuple(i["shape"])) for i in notes["inputs"])
        return cls(inputs, notes["roles"], notes.get("groups", {}))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs, in order."""
        return tuple(one.name for one in self.inputs)


@dataclass(frozen=True)
class Expectation:
    """One sentence about the data, checked by Great Expectations.

    Attributes:
        kind: name of the Great Expectations class.
        action: `stop` halts the graph; `quarantine` takes the offending rows out, and
            halts when their share of the table is above `max_share`.
    """

    name: str
    says: str
    table: str
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    action: Literal["stop", "quarantine"] = "stop"
    max_share: float = 0.0


class Generator(Protocol):
    """`projects/P/source.py` of a project that makes its own data."""

    GeneratorSettings: type[Settings]

    def generate(
        self, settings: Any, as_of: date | None, progress: Callable[[str, int, int], None]
    ) -> Dataset: ...


# -- learning --------------------------------------------------------------------------------


class Environment(Protocol):
    """What a candidate acts in, alive: its description holds the answer and stays with the task.

    Attributes:
        actions: how many there are to choose from, numbered from 0.
        episodes: how many may be played.
    """

    actions: int
    episodes: int

    def reset(self) -> Any:
        """Begin the next episode; its first observation."""

    def step(self, action: int) -> tuple[Any, float, bool]:
        """The next observation, the reward, and whether the episode is over."""


@dataclass(frozen=True)
class View:
    """What a candidate may look at.

    Attributes:
        target: one for each row; None in a view it is judged on, and where rows have none.
        environment: to act in, where the dataset describes one; `data` is empty then.
        past: what the same entities did before; None where rows belong to none.
    """

    data: Dataset
    signature: Signature
    target: Array | None = None
    environment: Environment | None = None
    past: Past | None = None

    def through(self, signature: Signature) -> Self:
        """The same rows for a model with inputs of its own, in its own order."""
        past = self.past.on(signature.names) if self.past else None
        return replace(self, signature=signature, past=past)


@dataclass(frozen=True)
class Trial:
    """One fit and what it is judged on.

    Attributes:
        split, fold: where the evidence goes; `final` is the fit that may be promoted.
        fit_view: rows with their target, or an environment to practise in.
        eval_view: rows without, or an environment it has not seen; None for the final fit.
        trained_through: the last moment (or unit) the fit has seen, for promotion.
        fit_rows: positions fitted, so that two trials on the same rows share one fit; None
            where there are no rows, and no two trials are the same.
    """

    split: str
    fold: int
    seed: int
    fit_view: View
    eval_view: View | None
    trained_through: str | None = None
    fit_rows: Array | None = None


@dataclass(frozen=True)
class FitContext:
    """What a fit may use besides its rows.

    Attributes:
        threads: results depend on it, so it is fixed in params.yaml.
        checkpoint_dir: survives a killed process; keyed by everything the fit depends on.
        validation_view: the tail of the training window, for `early_stopping` candidates.
        record: takes one row of the training history (no clock in it).
    """

    seed: int
    threads: int
    device: str
    checkpoint_dir: Path
    validation_view: View | None = None
    record: Callable[[Mapping[str, float]], None] = lambda row: None


class Candidate(Protocol):
    """A way to learn, in scikit-learn's manners; classical and deep look the same from outside.

    It offers besides what its task observes: `predict_proba`, `rank`, `act` … What a ranking
    candidate is given and gives stands in core/ranking.py. One that can tell what its scores are
    made of offers `contributions`, see scoring/contributions.py. A class with an attribute
    `seeded = False` draws nothing at random, so that two seeds give one fit.
    """

    Settings: ClassVar[type[Settings]]
    early_stopping: ClassVar[bool]

    def __init__(self, settings: Any) -> None: ...
    def get_params(self) -> dict[str, Any]: ...
    def fit(self, view: View, context: FitContext) -> Self: ...
    def importances(self) -> Mapping[str, float] | None: ...
    def save(self, folder: Path) -> None: ...
    @classmethod
    def load(cls, folder: Path) -> Self: ...


class TrialMaker(Protocol):
    """`tasks/T/trials.py`: how to split, and what to observe.

    `JUDGING`, where it is there, names the protocol's keys that may stand under `judging`.
    """

    ProtocolSettings: type[Settings]

    def trials(self, dataset: Dataset, protocol: Any, seed: int) -> Iterator[Trial]: ...
    def tail(self, view: View) -> tuple[View, View]:
        """The training window without its tail, and the tail.

        Asked for by models that stop early; a task without such models need not offer it.
        """

    def observe(self, candidate: Any, view: View, protocol: Any) -> pd.DataFrame:
        """Evidence without labels: at least `unit_id`, and what scores the candidate."""


class Sweepable(Protocol):
    """What a task offers besides, where settings can be tried on a split kept for choosing."""

    def folds(self, dataset: Dataset, protocol: Any, seed: int, split: str) -> Iterator[Trial]:
        """In trials.py: the fits of one split, as `trials` makes them, and no other view."""

    def used_rows(
        self, dataset: Dataset, protocol: Any, seed: int, split: str
    ) -> tuple[Array, Array]:
        """In trials.py: positions of the rows that a split fits, and of those it judges."""

    def fold_score(self, predictions: pd.DataFrame, protocol: Any) -> Mapping[str, float]:
        """In scores.py: {metric: value} of one fold's joined rows, without intervals."""


class Explainer(Protocol):
    """What `tasks/T/trials.py` offers besides, where candidates can give reasons."""

    def explain(self, candidate: Any, trial: Trial, protocol: Any) -> pd.DataFrame | None:
        """Reasons for some of the trial's rows, without labels; None where there are none."""


class Combiner(Protocol):
    """`tasks/T/ensembles.py`, where candidates can be made of candidates."""

    EnsembleSettings: type[Settings]
    """Keys of `projects.P.ensembles.E` besides `members`."""

    def combine(
        self, evidence: Sequence[pd.DataFrame], settings: Any, dataset: Dataset, protocol: Any
    ) -> pd.DataFrame:
        """The evidence of an ensemble from that of its members.

        What is learnt for it is learnt from a split that nothing is judged on.
        """


# -- judging ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Estimate:
    """A metric with its uncertainty.

    Attributes:
        mean, std: over the folds of the split.
        n: folds.
        low, high: 95 % interval by bootstrap over the units within the folds.
        unit: what was resampled (card, transaction, user, document, episode).
    """

    mean: float
    std: float
    n: int
    low: float
    high: float
    unit: str


@dataclass(frozen=True)
class Chart:
    """A figure as data: drawn on the report's page, and a DVC plot under the same name.

    Attributes:
        series: name → (x, y).
        reference: a series everybody compares with (the diagonal of a calibration plot).
        spread: name → (lowest, highest) y of each of its points: a band, or a bar's whisker.
    """

    name: str
    title: str
    x_label: str
    y_label: str
    series: Mapping[str, tuple[Sequence[float] | Sequence[str], Sequence[float]]]
    kind: Literal["line", "bar"] = "line"
    caption: str = ""
    reference: tuple[Sequence[float], Sequence[float]] | None = None
    spread: Mapping[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Grid:
    """A table on the report's page."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


@dataclass(frozen=True)
class Report:
    """What a task tells a person beside the leaderboard.

    Attributes:
        tables: title → {metric: label}, metrics of the scores that stand in tables of their own.
        card: (heading, text) of the leader, for its model card.
    """

    charts: Sequence[Chart] = ()
    grids: Sequence[Grid] = ()
    notes: Sequence[str] = ()
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    card: Sequence[tuple[str, str]] = ()


Scores = Mapping[str, Mapping[str, Estimate]]


class Scorer(Protocol):
    """`tasks/T/scores.py`: joins the truth, measures, and says what to show."""

    def metrics(self, protocol: Any) -> Mapping[str, str]:
        """Metric → its label on the page; first the headline, of which more is better."""

    def leads_on(self, protocol: Any, judged: Collection[str]) -> str:
        """The split that orders the leaderboard, one of those that were judged."""

    def join(self, evidence: pd.DataFrame, dataset: Dataset, protocol: Any) -> pd.DataFrame: ...
    def score(self, predictions: pd.DataFrame, protocol: Any, seed: int) -> Scores: ...
    def report(
        self,
        predictions: Mapping[str, pd.DataFrame],
        dataset: Dataset,
        protocol: Any,
        explanations: Mapping[str, pd.DataFrame],
    ) -> Report:
        """What to show.

        Args:
            explanations: what `Explainer.explain` said of each candidate that can be explained.
        """


class Decider(Protocol):
    """What `tasks/T/scores.py` offers besides, where scores lead to decisions."""

    def decisions(
        self, predictions: Mapping[str, pd.DataFrame], dataset: Dataset, protocol: Any
    ) -> Mapping[str, Any]:
        """{candidate: how its scores become decisions}, plain JSON, chosen on a choosing split."""
