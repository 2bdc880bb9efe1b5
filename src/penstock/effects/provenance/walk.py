"""Walk back from a project's champion, or from one prediction, to the source of its data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.core.config import Params
from penstock.effects.champions import Pointer, Store, Version
from penstock.effects.champions.errors import NoDecision, NotKept
from penstock.effects.champions.version import State
from penstock.effects.provenance.hop import File, Hop, compare, worst
from penstock.effects.provenance.origin import Origins
from penstock.effects.provenance.rows import rows_of
from penstock.lineage import SHORT, ensemble_address, evaluate_address, train_address
from penstock.pages.leaderboard import leaderboards


class Walk:
    """The way back from what `project` has made in the workspace `root`.

    Raises:
        UnknownName: no such project.
        BadFile: a file of the store of champions is not what penstock wrote.
    """

    def __init__(self, root: Path, params: Params, project: str) -> None:
        self._root, self._params, self._project = root, params, project
        self._block = params.project(project)
        self._store = Store.open(root)
        self._pointer = self._store.pointer(project)
        self._origins = Origins(root, project)

    def model(self) -> Hop:
        """From the champion; from the leaderboard's best candidate where there is none.

        Raises:
            DatasetError: there is no champion, and no report either.
            NotBuilt: dvc.lock has no entry for the candidate.
        """
        if self._pointer is not None:
            return self._champion(self._pointer)
        order = leaderboards(self._root, self._params, [self._project])[0].order
        best = next(name for name in order if name in self._block.candidates)
        return self._candidate(best)

    def prediction(self, row: str) -> Hop:
        """From the rows of reports/P/predictions.parquet that have the id `row`, or that user's.

        Raises:
            DatasetError: there is no such file.
            UnknownRow: there is no such row.
            NotBuilt: dvc.lock has no entry for a stage.
        """
        path = f"reports/{self._project}/predictions.parquet"
        evaluation = self._origins.lock.entry(evaluate_address(self._project))
        found = rows_of(self._root, self._project, row)
        return Hop(
            what="prediction",
            name=f"{found.column.partition('_')[0]} {row} of {path}",
            state=compare(evaluation.outs.get(path, ""), self._origins.md5(path)),
            says=", ".join(f"{k} {v}" for k, v in found.about.items() if v is not None),
            facts={**found.about, "evaluation": evaluation.address},
            made_from=tuple(self._scorer(name, rows) for name, rows in found.scored.items()),
        )

    def kept(self, key: str) -> Hop:
        """From a model that the store holds, or held."""
        name = f"{self._store.url}/{self._project}/models/{key}"
        try:
            version = self._store.version(self._project, key)
            states = self._store.states(self._project, key)
        except NotKept:
            return Hop("model", name, "gone", "the store holds no whole model of that key")
        files = {one: File(sha256, states[one]) for one, sha256 in version.files.items()}
        return Hop(
            what="model",
            name=name,
            state=worst(one.state for one in files.values()),
            says=f"{version.model}, seed {version.seed}",
            facts=_facts(version),
            files=files,
            made_from=(self._origins.training(self._origins.of_version(version)),),
        )

    def served(self, candidate: str, key: str) -> Hop:
        """From a model that answered: a kept one, else the build that still has that key."""
        lock, address = self._origins.lock, train_address(self._project, candidate)
        built = address in lock.entries and lock.content_key([address]) == key
        if built and key not in self._store.versions(self._project):
            return self._candidate(candidate)
        return self.kept(key)

    def _scorer(self, name: str, rows: list[dict[str, Any]]) -> Hop:
        if name in self._block.candidates:
            return self._candidate(name, rows)
        address = ensemble_address(self._project)
        entry = self._origins.lock.entry(address)
        made = entry.params.get(f"projects.{self._project}.ensembles", {}).get(name, {})
        path = f"ensembles/{self._project}"
        return Hop(
            what="ensemble",
            name=name,
            state=compare(entry.outs.get(path, ""), self._origins.md5(path)),
            says=_scores(rows),
            facts={"rows": rows, **made},
            made_from=tuple(self._candidate(one) for one in made.get("members", ())),
        )

    def _candidate(self, name: str, rows: list[dict[str, Any]] | None = None) -> Hop:
        """As models/P/C holds it and dvc.lock records it."""
        entry = self._origins.lock.entry(train_address(self._project, name))
        key = self._origins.lock.content_key([entry.address])
        path = f"models/{self._project}/{name}"
        champion = self._pointer is not None and self._pointer.key == key
        says = [_scores(rows or []), f"key {key[:SHORT]}", "the champion" if champion else ""]
        return Hop(
            what="candidate",
            name=path,
            state=compare(entry.outs.get(path, ""), self._origins.md5(path)),
            says=", ".join(filter(None, says)),
            facts={"candidate": name, "key": key, "champion": champion, "rows": rows or []},
            made_from=(self._origins.training(self._origins.of_entry(entry)),),
        )

    def _champion(self, pointer: Pointer) -> Hop:
        decided = f", decision {pointer.decision}" if pointer.decision else ""
        through = f", trained through {pointer.trained_through}" if pointer.trained_through else ""
        return Hop(
            what="champion",
            name=f"{self._store.url}/{self._project}.json",
            state=self._decision_state(pointer),
            says=f"{pointer.candidate}{through}{decided}",
            facts=pointer.model_dump(mode="json"),
            made_from=(self.kept(pointer.key),),
        )

    def _decision_state(self, pointer: Pointer) -> State | None:
        if pointer.decision is None:
            return None
        try:
            self._store.decision(self._project, pointer.decision)
        except NoDecision:
            return "gone"
        return "ok"


def _facts(version: Version) -> Mapping[str, Any]:
    told = ("project", "candidate", "task", "model", "key", "trained_through", "seed")
    return version.model_dump(mode="json", include=set(told))


def _scores(rows: list[dict[str, Any]]) -> str:
    """`test fold 0: score 0.125; …`, whatever the task observes; a ranking as its items."""
    if any(row.get("rank") is not None for row in rows):
        return _rankings(rows)
    return "; ".join(_score(row) for row in rows)


def _rankings(rows: list[dict[str, Any]]) -> str:
    """`next_item fold 0, 1: items 50, 181, 258*`; a star marks what was taken."""
    lists: dict[tuple[Any, Any], list[str]] = {}
    for row in sorted(filter(lambda row: row.get("rank") is not None, rows), key=_place):
        item = f"{row['item']}{'*' if row.get('label') == 1 else ''}"
        lists.setdefault((row["split"], row["fold"]), []).append(item)
    folds: dict[tuple[Any, str], list[str]] = {}
    for (split, fold), items in lists.items():
        folds.setdefault((split, ", ".join(items)), []).append(str(fold))
    return "; ".join(
        f"{split} fold {', '.join(those)}: items {items}" for (split, items), those in folds.items()
    )


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["split"], row["fold"], row["rank"]


def _score(row: dict[str, Any]) -> str:
    observed = {key: value for key, value in row.items() if key not in ("split", "fold")}
    told = ", ".join(f"{key} {_short(value)}" for key, value in observed.items())
    return f"{row.get('split')} fold {row.get('fold')}: {told}"


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
