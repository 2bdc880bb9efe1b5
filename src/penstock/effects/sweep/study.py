"""A sweep on disk: what it is about, what each trial was given, and how each ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from penstock.core.config import CandidateParams, Params
from penstock.core.dataset import read_manifest
from penstock.core.errors import UnknownName
from penstock.core.files import read_json, sha256_of_file, sha256_of_json, write_json
from penstock.core.settings import parse
from penstock.core.sweep import SweepParams
from penstock.core.workspace import code_of_model, load_model, load_part
from penstock.effects.sweep.ended import Ended, State
from penstock.engine.sweeps import leading, meant_for, present_of

KEY_LENGTH = 16


@dataclass(frozen=True)
class Study:
    """One question: this space, on this data, by this code.

    Attributes:
        root: the checkout.
        candidate: its key in params.yaml.
        params: of params.yaml only what the question is about, so that an edit to the file
            while trials run changes none of them.
        features: file of data/P/features → sha256.
        key: changes with everything that a trial's result depends on.
    """

    root: Path
    candidate: str
    params: Params
    features: dict[str, str]
    key: str

    @classmethod
    def of(cls, root: Path, params: Params, candidate: str) -> Study:
        """The study that params.yaml asks for now.

        Raises:
            UnknownName: `sweeps` has no such block.
            DatasetError: the features have not been made.
        """
        if candidate not in params.sweeps:
            raise UnknownName("sweep", candidate, params.sweeps, "sweeps of params.yaml")
        block = params.candidate(candidate)
        project = params.project(block.project)
        asked = params.model_copy(
            update={
                "projects": {block.project: project},
                "candidates": {candidate: block},
                "sweeps": {candidate: params.sweeps[candidate]},
                "promotion": {},
            }
        )
        features = read_manifest(root / "data" / block.project / "features")["files"]
        key = sha256_of_json(
            {
                "seed": params.seed,
                "threads": params.threads,
                "protocol": project.protocol,
                "candidate": block.model_dump(mode="json"),
                # How often it is asked doesn't change what is asked: more trials go on.
                "sweep": params.sweeps[candidate].model_dump(mode="json", exclude={"trials"}),
                "features": features,
                "code": _code(root, block),
            }
        )
        return cls(root, candidate, asked, features, key[:KEY_LENGTH])

    @classmethod
    def read(cls, folder: Path, root: Path) -> Study:
        """The study that was written to `folder`."""
        written = read_json(folder / "study.json")
        params = parse(Params, written["params"], "", file=str(folder / "study.json"))
        return cls(root, written["candidate"], params, written["features"], written["key"])

    def write(self) -> None:
        """Make the folder of the study; it holds nothing but what trials need."""
        document = {
            "candidate": self.candidate,
            "key": self.key,
            "features": self.features,
            "params": self.params.model_dump(mode="json", exclude_none=False),
        }
        write_json(self.folder / "study.json", document)

    @property
    def folder(self) -> Path:
        return self.root / ".penstock" / "sweeps" / self.candidate / self.key

    @property
    def block(self) -> CandidateParams:
        return self.params.candidate(self.candidate)

    @property
    def sweep(self) -> SweepParams:
        return self.params.sweeps[self.candidate]

    @cached_property
    def protocol(self) -> Any:
        """The project's, as its task reads it."""
        trials = load_part("task", self.block.task, "trials")
        where = f"projects.{self.block.project}.protocol"
        asked = self.params.project(self.block.project).protocol
        return parse(trials.ProtocolSettings, asked, where)

    @property
    def leading(self) -> str:
        """The split that orders the leaderboard."""
        return leading(self.protocol, self._scorer)

    @property
    def judged(self) -> str:
        """The split that the winner is meant for, on whose judged rows nothing may be chosen."""
        return meant_for(self.protocol, self._scorer, self.sweep.split)

    @cached_property
    def metric(self) -> str:
        """What is compared: the metric that was asked for, else the task's headline."""
        if self.sweep.metric is not None:
            return self.sweep.metric
        return str(next(iter(self._scorer.metrics(self.protocol))))

    @property
    def direction(self) -> Literal["maximize", "minimize"]:
        return self.sweep.direction or "maximize"

    def beats(self, one: float, other: float) -> bool:
        return one > other if self.direction == "maximize" else one < other

    @property
    def asked_now(self) -> dict[str, Any]:
        """All that params.yaml asks of the model for the judged split."""
        return present_of(self.block, self.sweep.split, self.judged)

    @cached_property
    def present(self) -> dict[str, Any]:
        """The values that the hyper-parameters of the space have in params.yaml."""
        kind = load_model(self.block.task, self.block.model).MODEL.Settings
        where = f"candidates.{self.candidate}.params"
        settings = parse(kind, self.asked_now, where).model_dump(mode="json")
        return {name: settings[name] for name in self.sweep.space}

    @property
    def _scorer(self) -> Any:
        return load_part("task", self.block.task, "scores")

    # -- trials ------------------------------------------------------------------------------

    def ask(self, number: int, values: dict[str, Any]) -> None:
        """Record what a trial is given, before it runs."""
        write_json(self._file(number, ".asked.json"), {"values": values})

    def was_asked(self, number: int) -> bool:
        return self._file(number, ".asked.json").is_file()

    def asked(self, number: int) -> dict[str, Any]:
        """What the trial was given."""
        found: dict[str, Any] = read_json(self._file(number, ".asked.json"))["values"]
        return found

    def end(self, ended: Ended) -> None:
        write_json(self._file(ended.number, ".json"), asdict(ended))

    def ended(self, number: int) -> Ended | None:
        """How the trial ended; None where it did not."""
        path = self._file(number, ".json")
        if not path.is_file():
            return None
        found = read_json(path)
        state, folds = State(found["state"]), tuple(found["folds"])
        return Ended(**{**found, "state": state, "folds": folds})

    def all_ended(self, before: int) -> Iterator[Ended]:
        """The trials with a number below `before` that have ended, in order."""
        for number in range(before):
            found = self.ended(number)
            if found is not None:
                yield found

    def log_file(self, number: int) -> Path:
        """Where the output of a trial goes."""
        return self._file(number, ".log")

    def _file(self, number: int, suffix: str) -> Path:
        return self.folder / "trials" / f"{number:04d}{suffix}"


def _code(root: Path, block: CandidateParams) -> dict[str, str]:
    """File → sha256 of the task, the model and what all models are trained with.

    Trials run the code of the checkout, where it holds any.
    """
    own = root / "src" / "penstock"
    package = own if own.is_dir() else Path(__file__).parents[2]
    files = code_of_model(package, block.task, block.model)
    files += sorted((package / "tasks" / block.task).glob("*.py"))
    return {file.relative_to(package).as_posix(): sha256_of_file(file) for file in files}
