"""The shell of params.yaml: frozen and typed; what belongs to an owner is checked by the owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from penstock.core.documents import read_yaml
from penstock.core.errors import ParamsError, UnknownName, did_you_mean
from penstock.core.settings import Settings, parse
from penstock.core.sweep import SweepParams

PARAMS = "params.yaml"
RESERVED = frozenset({"sources"})  # data/sources holds the records of all sources


class EnsembleParams(Settings):
    """A candidate made of candidates; the keys beside `members` are parsed by its task."""

    model_config = ConfigDict(extra="allow")

    members: tuple[str, ...] = Field(min_length=2, description="names of candidates")

    def settings(self) -> dict[str, Any]:
        """The keys that the task parses."""
        return dict(self.model_extra or {})


class Ceiling(Settings):
    """What no candidate is expected to pass, as an observer who knows how the data came about."""

    source: str = Field(description="whose figures these are, and what they rest on")
    figures: dict[str, dict[str, float]] = Field(description="{split: {metric: value}}")


class PublishedFigures(Settings):
    """Figures of others, to stand beside ours on the report."""

    source: str = Field(description="where they were published")
    figures: dict[str, dict[str, dict[str, float]]] = Field(
        description="{candidate: {split: {metric: value}}}"
    )
    ceiling: Ceiling | None = Field(None, description="what no candidate is expected to pass")


class ProjectParams(Settings):
    """A block under `projects`; source, features and protocol are parsed by their owners."""

    task: str = Field(description="a folder of src/penstock/tasks")
    candidates: tuple[str, ...] = Field(min_length=1, description="names of its candidates")
    source: dict[str, Any] = Field(description="where the raw data comes from")
    features: dict[str, Any] = Field({}, description="settings of its feature set")
    protocol: dict[str, Any] = Field(description="how its task splits and scores")
    judging: dict[str, Any] = Field(
        {}, description="keys of the protocol that training has no need of; they train nothing"
    )
    ensembles: dict[str, EnsembleParams] = Field({}, description="candidates of candidates")
    published: PublishedFigures | None = Field(None, description="figures of others")

    @property
    def whole_protocol(self) -> dict[str, Any]:
        """`protocol` with what `judging` adds to it."""
        return {**self.protocol, **self.judging}


class CandidateParams(Settings):
    """A block under `candidates`, keyed `PROJECT-NAME`."""

    project: str
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    task: str
    model: str = Field(description="a file of src/penstock/models/TASK")
    inputs: str | None = Field(None, description="the group of inputs it sees; all by default")
    params: dict[str, Any] = Field({}, description="hyper-parameters, checked by the model")
    budget: Literal["small", "full"] | None = Field(None, description="which of `budgets` holds")
    budgets: dict[Literal["small", "full"], dict[str, Any]] = Field(
        {}, description="hyper-parameters by budget"
    )
    splits: dict[str, dict[str, Any]] = Field(
        {}, description="hyper-parameters that differ on a split"
    )
    only: tuple[str, ...] = Field((), description="splits it is judged on; none named is all")

    def hyperparameters(self, split: str) -> dict[str, Any]:
        """What the model is built with on `split`: params, then budget, then the split's own."""
        budget = self.budgets.get(self.budget, {}) if self.budget else {}
        return {**self.params, **budget, **self.splits.get(split, {})}


class Params(Settings):
    """The whole of params.yaml."""

    seed: int = Field(ge=0, lt=2**31, description="every random draw starts here")
    threads: int = Field(ge=1, le=256, description="results depend on it, so it is fixed")
    projects: dict[str, ProjectParams]
    candidates: dict[str, CandidateParams]
    sweeps: dict[str, SweepParams] = Field({}, description="what may be tried, by candidate")
    promotion: dict[str, dict[str, Any]] = Field(
        {}, description="{project: when its challengers win}, parsed by the project's task"
    )
    serving: dict[str, Any] = Field({}, description="the server's settings, parsed by it")

    def project(self, name: str) -> ProjectParams:
        """The block of project `name`; raises UnknownName."""
        if name not in self.projects:
            raise UnknownName("project", name, self.projects, f"projects of {PARAMS}")
        return self.projects[name]

    def candidate(self, key: str) -> CandidateParams:
        """The block of candidate `key` (`PROJECT-NAME`); raises UnknownName."""
        if key not in self.candidates:
            raise UnknownName("candidate", key, self.candidates, f"candidates of {PARAMS}")
        return self.candidates[key]

    def variants(self, project: str) -> dict[str, str]:
        """Candidate → the first listed one that learns by the same model, but for that one itself.

        Ablations, other optimisers: what such a candidate is, it is beside that first one.
        """
        first: dict[str, str] = {}
        found = {}
        for name in self.project(project).candidates:
            base = first.setdefault(self.candidate(f"{project}-{name}").model, name)
            if base != name:
                found[name] = base
        return found


def load_params(root: Path) -> Params:
    """Read and check the shell of `root`/params.yaml.

    Raises:
        DocumentError: it is missing or no YAML.
        ParamsError: a key is unknown, missing, mistyped or at odds with another.
    """
    value = read_yaml(root / PARAMS)
    if not isinstance(value, Mapping):
        raise ParamsError([f"expected a mapping of keys, found {value!r}"])
    params = parse(Params, value, "")
    problems = _disagreements(params)
    if problems:
        raise ParamsError(problems)
    return params


def _disagreements(params: Params) -> list[str]:
    """What each block says right by itself and the two say wrong together."""
    problems: list[str] = []
    for key, candidate in params.candidates.items():
        problems += _candidate_problems(key, candidate, params)
    for name, project in params.projects.items():
        problems += _project_problems(name, project, params)
    problems += [
        f"promotion.{name}: no project {name!r}; {did_you_mean(name, params.projects)}"
        for name in params.promotion
        if name not in params.projects
    ]
    return problems


def _candidate_problems(key: str, candidate: CandidateParams, params: Params) -> list[str]:
    problems = []
    if key != f"{candidate.project}-{candidate.name}":
        expected = f"{candidate.project}-{candidate.name}"
        problems.append(f"candidates.{key}: key and block disagree; expected key {expected!r}")
    project = params.projects.get(candidate.project)
    if project is None:
        hint = did_you_mean(candidate.project, params.projects)
        problems.append(f"candidates.{key}.project: no project {candidate.project!r}; {hint}")
    elif project.task != candidate.task:
        problems.append(
            f"candidates.{key}.task: found {candidate.task!r}; its project's is {project.task!r}"
        )
    if candidate.budgets and not candidate.budget:
        problems.append(
            f"candidates.{key}.budget: missing; say which of {sorted(candidate.budgets)} holds"
        )
    if candidate.budget and candidate.budget not in candidate.budgets:
        problems.append(
            f"candidates.{key}.budget: found {candidate.budget!r}; "
            f"candidates.{key}.budgets knows {sorted(candidate.budgets)}"
        )
    return problems


def _project_problems(name: str, project: ProjectParams, params: Params) -> list[str]:
    keyed = [c.name for c in params.candidates.values() if c.project == name]
    where = f"projects.{name}.candidates"
    problems = []
    if not name.isidentifier() or name in RESERVED:
        problems.append(
            f"projects.{name}: expected the name of a Python package that is none of "
            f"{sorted(RESERVED)}, as src/penstock/projects/{name} and data/{name} are to be"
        )
    problems += [
        f"{where}: lists {twice!r} more than once"
        for twice, times in Counter(project.candidates).items()
        if times > 1
    ]
    problems += [
        f"{where}: {listed!r} has no block candidates.{name}-{listed}; "
        f"{did_you_mean(listed, keyed)}"
        for listed in project.candidates
        if listed not in keyed
    ]
    problems += [
        f"{where}: lacks {one!r}, which candidates.{name}-{one} defines; list it or drop the block"
        for one in keyed
        if one not in project.candidates
    ]
    problems += [
        f"projects.{name}.judging.{key}: it stands in projects.{name}.protocol too; keep one"
        for key in project.judging
        if key in project.protocol
    ]
    for ensemble, block in project.ensembles.items():
        key = f"projects.{name}.ensembles.{ensemble}"
        if ensemble in project.candidates:
            problems.append(f"{key}: a candidate has that name already; choose another")
        problems += [
            f"{key}.members: no candidate {member!r}; {did_you_mean(member, project.candidates)}"
            for member in block.members
            if member not in project.candidates
        ]
    return problems
