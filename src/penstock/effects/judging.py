"""Champion and challenger scored on the same rows, and what follows from their figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

from penstock.core.contracts import Candidate, Signature, View
from penstock.core.dataset import Dataset
from penstock.core.errors import PenstockError
from penstock.core.promotion import Judgement, Promoter, PromotionTerms, Window
from penstock.core.settings import Settings
from penstock.effects.champions import Store, Version
from penstock.effects.latency import first_rows, latency_guards
from penstock.effects.onnx_guard import onnx_guards
from penstock.lineage import Entry, Lock
from penstock.scoring.contract import Contract, load_model, read_contract
from penstock.scoring.inputs import signature_on


class ForgedVersion(PenstockError):
    """A kept model and what is recorded of it contradict each other."""

    def __init__(self, version: Version, problem: str) -> None:
        super().__init__(
            f"{version.project}: kept model {version.key[:12]} ({version.candidate}): {problem}; "
            "it is not what promotion kept, so it is judged by nobody\n"
            f"  fix: remove models/{version.key} and challengers/{version.key}.json of project "
            f"{version.project!r} from the store of champions, then: penstock promote "
            f"{version.project}"
        )


@dataclass(frozen=True)
class Court:
    """All that a judgement needs besides the two models.

    Attributes:
        trials, promoter: the parts of the project's task.
        protocol, settings: as these parts parsed them.
    """

    store: Store
    dataset: Dataset
    trials: ModuleType
    promoter: Promoter
    protocol: Settings
    settings: PromotionTerms
    seed: int

    def windows(self, challengers: list[Version], champion: Version | None) -> list[Window]:
        """The days on which each of `challengers` may be judged against `champion`."""
        seen = [
            [str(one.trained_through) for one in (challenger, champion) if one]
            for challenger in challengers
        ]
        return self.promoter.windows(self.dataset, seen, self.protocol, self.settings)

    def judge(self, challenger: Version, champion: Version | None, window: Window) -> Judgement:
        """Compare them on the rows of an open window.

        Raises:
            InputsGone: the features lack inputs that one was fitted on.
            NotKept, BadFile, ForgedVersion, ModelFileError: a kept model is not as it was.
        """
        rows = self.promoter.judged(self.dataset, window, self.protocol, self.settings)
        ours = self._seat(challenger, rows)
        theirs = self._seat(champion, rows) if champion else None
        judgement = self.promoter.judge(
            ours.observe(ours.view),
            theirs.observe(theirs.view) if theirs else None,
            window,
            self.dataset,
            self.protocol,
            self.settings,
            self.seed,
        )
        exported = onnx_guards(ours.folder, ours.contract, ours.model, ours.view)
        judgement = replace(judgement, guards=[*judgement.guards, *exported])
        latency = self.settings.guards.latency
        if latency is None or theirs is None:
            return judgement
        timed = latency_guards(
            latency,
            ours.observe,
            theirs.observe,
            ours.view,
            theirs.view,
            getattr(self.promoter, "head", first_rows),
            getattr(self.promoter, "SCORED", "row"),
        )
        return replace(judgement, guards=[*judgement.guards, *timed])

    def check_inputs(self, version: Version) -> None:
        """Raises InputsGone where the features lack what `version` was fitted on."""
        folder = self.store.fetch(version.project, version.key)
        signature_on(folder, read_contract(folder), self._offered())

    def _offered(self) -> Signature:
        return Signature.from_notes(self.dataset.notes["signature"])

    def _seat(self, version: Version, rows: View) -> Seat:
        folder = self.store.fetch(version.project, version.key)
        contract = read_contract(folder)
        check_version(version, contract.trained_through)
        signature = signature_on(folder, contract, self._offered())
        model = load_model(folder)
        view = rows.through(signature)
        return Seat(folder, contract, view, model, self.trials.observe, self.protocol)


@dataclass(frozen=True)
class Seat:
    """A loaded model and the judged rows, with its own inputs in its own order."""

    folder: Path
    contract: Contract
    view: View
    model: Candidate
    task_observes: Callable[[Any, View, Any], pd.DataFrame]
    protocol: Settings

    def observe(self, view: View) -> pd.DataFrame:
        """Evidence without labels."""
        return self.task_observes(self.model, view, self.protocol)


def check_version(version: Version, trained_through: str | None) -> None:
    """Compare what is recorded of a kept model with itself and with its contract.

    The key is the hash of the train stage's entry in dvc.lock, so an entry that was edited shows.

    Raises:
        ForgedVersion: two of them disagree.
    """
    if version.trained_through != trained_through:
        raise ForgedVersion(
            version,
            f"its version.json says trained_through {version.trained_through}, its contract.json "
            f"{trained_through}",
        )
    said = version.train_entry
    entry = Entry(said.address, said.deps, said.params, said.outs)
    if Lock({entry.address: entry}).content_key([entry.address]) != version.key:
        raise ForgedVersion(version, "its key is not that of the training it records")


def ruling(judgement: Judgement, settings: PromotionTerms, first: bool) -> tuple[bool, str]:
    """Whether the challenger wins, and why, in words.

    Args:
        first: there is no champion, so the floor decides.
    """
    primary = judgement.primary
    bounds = f"[{primary.low:.4f}, {primary.high:.4f}]"
    failed = [guard.name for guard in judgement.guards if guard.verdict == "failed"]
    if first:
        reached = primary.low >= settings.floor
        holds = "reaches" if reached else "does not reach"
        said = f"its 95 % interval {bounds} {holds} the floor {settings.floor:g}"
        if failed:
            said += f"{', but' if reached else ', and'} it fails on: {'; '.join(failed)}"
        return reached and not failed, said
    above = primary.low > settings.margin
    lies = "lies above" if above else "does not lie above"
    said = f"the 95 % interval of the difference {bounds} {lies} the margin {settings.margin:g}"
    if failed:
        said += f"{', but' if above else ', and'} it fails on: {'; '.join(failed)}"
    elif above and judgement.guards:
        said += ", and every guard holds"
    return above and not failed, said
