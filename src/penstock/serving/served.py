"""A kept model in memory: rows in; scores, reasons and where they come from out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from penstock.core.contracts import Signature
from penstock.effects.champions import Store, Version
from penstock.lineage import raw_digest, source_says
from penstock.models.training.matrix import names_of
from penstock.scoring.contract import MODEL, Contract, check_files, read_contract
from penstock.scoring.description import DESCRIPTION
from penstock.scoring.notes_file import NOTES, read_notes
from penstock.scoring.onnx_file import OnnxModel, open_onnx
from penstock.scoring.onnx_graph import ONNX_FILE
from penstock.scoring.wording import Wording, phrases_of
from penstock.serving.contracts import Array, Origin, ScorerName
from penstock.serving.models.errors import RowUnfit
from penstock.serving.models.native import Native

CROSSOVER = 64  # rows up to which ONNX Runtime scores trees faster than XGBoost, as measured
ONNX = f"{MODEL}/{ONNX_FILE}"
BESIDE = {f"{MODEL}/{NOTES}", f"{MODEL}/{DESCRIPTION}"}


class ServedModel:
    """A `Served`. What nobody asks for is not read, nor are its libraries.

    Args:
        folder: of a kept model, its files checked.
        crossover: rows up to which trees are scored by ONNX Runtime; more go to their own library.
    """

    def __init__(self, folder: Path, version: Version, contract: Contract, crossover: int) -> None:
        self.origin = _origin(version)
        self.inputs = names_of(Signature(contract.inputs()))
        self._folder, self._crossover = folder, crossover
        self._native = Native(folder, contract, self.inputs)
        self._onnx: OnnxModel | None = None
        if ONNX in contract.files:
            self._onnx = open_onnx(folder / ONNX, contract.files[ONNX], len(self.inputs))
        else:
            self._native.check(version.project, version.candidate)

    @property
    def has_onnx(self) -> bool:
        """Whether ONNX Runtime scores single rows; else the model's own library does."""
        return self._onnx is not None

    def score(self, rows: Array) -> tuple[Array, ScorerName]:
        """See `Served.score`.

        Raises:
            RowUnfit: a value is infinite, or NaN and the model takes no gaps.
        """
        few = self._onnx is not None and (len(rows) <= self._crossover or not self._onnx.trees)
        scorer: ScorerName = "onnx" if few else "native"
        return self.rescore(rows, scorer), scorer

    def rescore(self, rows: Array, scorer: ScorerName) -> Array:
        """See `Served.rescore`.

        Raises:
            RowUnfit: as `score`.
            ModelFileError: the model's own file can't be read.
        """
        self._check(rows)
        if scorer == "onnx" and self._onnx is not None:
            return self._onnx.score(rows)
        return self._native.score(rows)

    def reasons(self, rows: Array) -> list[dict[str, Any]]:
        """See `Served.reasons`.

        Raises:
            RowUnfit: as `score`.
            NoReasons: the model can't tell what its scores are made of.
        """
        self._check(rows)
        values, base = self._shares(rows)
        told = [
            self._wording.of_row(
                self.inputs, shares, base, dict(zip(self.inputs, row, strict=True))
            )
            for row, shares in zip(rows.tolist(), values.tolist(), strict=True)
        ]
        return [
            {
                "reasons": [vars(one) for one in said.reasons],
                "rest": said.rest,
                "base": said.base,
                "margin": said.margin,
            }
            for said in told
        ]

    def _check(self, rows: Array) -> None:
        if np.isfinite(rows).all():
            return
        gaps = self._onnx.trees if self._onnx is not None else self._native.takes_gaps
        unfit = np.isinf(rows) if gaps else ~np.isfinite(rows)
        if unfit.any():
            row, column = np.argwhere(unfit)[0].tolist()
            raise RowUnfit(self.inputs[column], float(rows[row, column]), row)

    @cached_property
    def _shares(self) -> Callable[[Array], tuple[Array, float]]:
        """What each input adds to the margin of rows, and that of a row nobody knows."""
        trees = self._onnx.tree_arrays() if self._onnx is not None else None
        if trees is not None:
            from penstock.scoring.tree_tables import quickest

            prepared = quickest(trees)
            return lambda rows: (prepared.of(rows), prepared.base)
        told = self._native.shares()
        if told is None:
            from penstock.effects.explain import NoReasons

            who = f"the champion, {self.origin.candidate},"
            raise NoReasons(self.origin.project, who, "classification")
        return told

    @cached_property
    def _wording(self) -> Wording:
        return Wording.from_notes(phrases_of(self.origin.project), read_notes(self._folder / MODEL))


def open_served(store: Store, project: str, key: str, crossover: int = CROSSOVER) -> ServedModel:
    """A kept model, every file of it compared with what was kept before one is read.

    Raises:
        NotKept, BadFile: the store does not hold it as it was kept.
        ModelFileError: it is not what its contract says, or its ONNX can't be opened.
        NotServable: it does not score a row by what the row holds alone.
    """
    folder, version = store.fetch(project, key), store.version(project, key)
    contract = read_contract(folder)
    check_files(folder, contract)
    return ServedModel(folder, version, contract, crossover)


def _origin(version: Version) -> Origin:
    own = sorted(name for name in version.files if name.startswith(f"{MODEL}/"))
    scored = ONNX if ONNX in own else next((name for name in own if name not in BESIDE), own[0])
    return Origin(
        project=version.project,
        candidate=version.candidate,
        key=version.key,
        model_sha256=version.files[scored],
        lock_revision=version.lock_revision,
        raw_sha256=raw_digest(version.raw),
        source=source_says(version.source) if version.source else "not recorded",
    )
