"""The graph, compiled from dvc.yaml; the only module that imports DVC.

`dvc.repo` is no documented API: pyproject.toml pins its minor version, and
tests/unit/engine/test_graph.py holds what is relied on here.
"""

from __future__ import annotations

import posixpath
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from penstock.core.documents import read_yaml
from penstock.core.files import write_text
from penstock.core.settings import parse
from penstock.engine.outcome import Outcome
from penstock.engine.readers_and_writers import mend
from penstock.engine.stages import Graph, GraphError, Kind, Reason, Stage, StageMeta
from penstock.lineage import LOCK, locked_addresses

if TYPE_CHECKING:
    from dvc.repo import Repo

LOOK_SECONDS = 0.02


def compile_graph(root: Path) -> Graph:
    """Every stage of `root`/dvc.yaml, upstream first.

    Raises:
        GraphError: DVC refuses the graph (a cycle, two stages with one out, no repository, a
            broken dvc.lock …).
        ParamsError: a stage's `meta` holds what no engine understands.
    """
    with _repository(root) as repo:
        return _compile(repo)


def find_stale(root: Path, addresses: Iterable[str] | None = None) -> dict[str, list[Reason]]:
    """Which of the stages `addresses` (by default all) would run again, and why: see survey."""
    wanted = None if addresses is None else set(addresses)
    found = survey(root, lambda graph: wanted if wanted is not None else graph.stages)
    return dict(found.stale)


@dataclass(frozen=True)
class Survey:
    """What stands in a checkout before a run.

    Attributes:
        graph: the whole of it.
        stale: {address: reasons}; a stage that is up to date is left out.
        locked: the stages that dvc.lock lists, in its order.
    """

    graph: Graph
    stale: Mapping[str, list[Reason]]
    locked: Sequence[str]


def survey(root: Path, choose: Callable[[Graph], Iterable[str]]) -> Survey:
    """The graph, and which stages of it would run again and why; nothing is run.

    All is looked up in one process. A stage is judged by what lies in the workspace now: one
    whose upstream is stale may become stale once that has run.

    Args:
        choose: which stages of the graph to look at.

    Raises:
        GraphError: see compile_graph; also when another DVC process is writing what is read.
    """
    stale = {}
    with _repository(root) as repo, repo.lock:
        mend(Path(repo.tmp_dir or ""))
        graph = _compile(repo)  # DVC has read dvc.lock then, and says what is wrong with it
        wanted = set(choose(graph))
        locked = locked_addresses(root)
        for found in _in_order(repo):
            address = _address(found)
            if address in wanted:
                reasons = [reason for entry in found.status().values() for reason in _say(entry)]
                if found.cmd and ":" not in address and address not in locked:
                    reasons = [Reason("new", "", f"no entry in {LOCK}")]
                if reasons:
                    stale[address] = reasons
    return Survey(graph, stale, locked)


def bring_up_to_date(root: Path, address: str, force: bool = False) -> tuple[Outcome, int | None]:
    """`dvc repro --single-item`, for a process that does nothing else.

    Args:
        force: run its command, whether anything has changed or not.

    Returns:
        How it ended, and the exit status of the command where that has failed.

    Raises:
        GraphError: DVC could not run it, or not save what it made.
    """
    from dvc.exceptions import ReproductionError

    with _repository(root) as repo, _counting_commands() as statuses, _whole_lock_files():
        try:
            changed = repo.reproduce(address, single_item=True, force=force)
        except ReproductionError as error:
            if statuses and statuses[-1] != 0:
                return Outcome.FAILED, statuses[-1]
            raise GraphError(_causes(error), f"dvc repro -s {address}   (says more)") from None
    if not changed:
        return Outcome.CACHED, None
    return (Outcome.RAN if statuses else Outcome.RESTORED), None


def order_lock(root: Path, graph: Graph, before: Iterable[str]) -> bool:
    """Put the stages of dvc.lock in the order that `dvc repro` would have left them in.

    DVC appends a stage when it finishes, so a parallel run leaves another order at each run.
    Stages that were listed `before` the run keep their places; new ones follow in graph order.

    Returns:
        Whether the file had to be written.
    """
    path = root / LOCK
    if not path.is_file():
        return False
    listed = list(read_yaml(path)["stages"])
    wanted = [*before, *graph.stages, *listed]
    if [address for address in dict.fromkeys(wanted) if address in listed] == listed:
        return False

    with _repository(root) as repo, repo.lock, _modify_whole(str(path)) as data:
        stages = data["stages"]
        places = [address for address in dict.fromkeys(wanted) if address in stages]
        data["stages"] = {address: stages[address] for address in places}
    return True


@contextmanager
def _repository(root: Path) -> Iterator[Repo]:
    """DVC's view of `root`, patient about its lock; its errors become ours."""
    from dvc.exceptions import DvcException
    from dvc.lock import LockError
    from dvc.repo import Repo

    try:
        repo = Repo(str(root), _wait_for_lock=True)
        _wait_promptly(repo.lock)
        try:
            yield repo
        finally:
            repo.close()
    except LockError as error:
        raise GraphError(str(error), "wait for it to end, then run the command again") from None
    except DvcException as error:
        problem = str(error).strip() or type(error).__name__
        if LOCK in problem:  # a file that DVC writes: nobody has to mend it by hand
            fix = f"git checkout {LOCK}   (or mend it; without it, every stage runs again)"
            raise GraphError(problem, fix, LOCK) from None
        raise GraphError(problem, "mend dvc.yaml; `dvc status` says the same") from None


def _wait_promptly(lock: Any) -> None:
    """Have DVC look for its lock each LOOK_SECONDS; by itself it sleeps half a second between."""
    from dvc.lock import Lock, LockError

    def wait() -> None:
        while True:
            try:
                lock._do_lock()
                return
            except LockError:
                time.sleep(LOOK_SECONDS)

    if isinstance(lock, Lock):  # a checkout may ask for hard links instead, which wait otherwise
        lock.lock = wait


@contextmanager
def _counting_commands() -> Iterator[list[int]]:
    """The exit statuses of the commands that DVC runs meanwhile.

    DVC tells whether a stage was run or restored, and with which status it failed, by words in
    its log alone; each command of a stage passes through this one function, and no restore does.
    """
    from dvc.stage import run
    from dvc.stage.exceptions import StageCmdFailedError

    statuses: list[int] = []

    def run_counted(executable: str | None, cmd: str, **options: Any) -> None:
        command = run._make_cmd(executable, cmd)
        statuses.append(subprocess.run(command, check=False, **options).returncode)
        if statuses[-1] != 0:
            raise StageCmdFailedError(cmd, statuses[-1])

    theirs, run._run = run._run, run_counted
    try:
        yield statuses
    finally:
        run._run = theirs


@contextmanager
def _whole_lock_files() -> Iterator[None]:
    """DVC writes dvc.lock in place; whoever is killed meanwhile would leave half of it."""
    from dvc import dvcfile

    theirs, dvcfile.modify_yaml = dvcfile.modify_yaml, _modify_whole
    try:
        yield
    finally:
        dvcfile.modify_yaml = theirs


@contextmanager
def _modify_whole(path: str, fs: Any = None) -> Iterator[Any]:
    """A YAML file to change; at the end it is replaced by the new one in a single step."""
    from dvc.utils.serialize import dumps_yaml, parse_yaml_for_update

    file = Path(path)
    data = parse_yaml_for_update(file.read_text(encoding="utf-8"), path) if file.exists() else {}
    yield data
    write_text(file, dumps_yaml(data))


def _causes(error: BaseException | None) -> str:
    """What it says, and what those say that it came from."""
    said = []
    while error is not None:
        said.append(str(error).strip())
        error = error.__cause__
    return ": ".join(filter(None, said))


def _in_order(repo: Repo) -> list[Any]:
    """DVC's stages in the order in which `dvc repro` visits them."""
    from dvc.repo.reproduce import get_active_graph, plan_repro

    return list(plan_repro(get_active_graph(repo.index.graph)))


def _compile(repo: Repo) -> Graph:
    graph = repo.index.graph
    stages = {}
    for found in _in_order(repo):
        address = _address(found)
        # DVC draws its edges from a stage to what it depends on.
        upstream = sorted(_address(one) for one in graph.successors(found))
        params = {id(dep) for dep in found.params}
        stages[address] = Stage(
            address=address,
            cmd=found.cmd if isinstance(found.cmd, str | None) else "\n".join(found.cmd),
            deps=tuple(_path(repo, dep) for dep in found.deps if id(dep) not in params),
            params=tuple(key for dep in found.params for key in _keys(repo, dep)),
            outs=tuple(_path(repo, out) for out in found.outs),
            meta=parse(StageMeta, found.meta or {}, f"stages.{address}.meta", "dvc.yaml"),
            upstream=tuple(upstream),
        )
    return Graph(stages)


def _address(stage: Any) -> str:
    """What `dvc repro` takes when it is called in the root, wherever this process stands."""
    file = posixpath.join(*Path(stage.path).relative_to(stage.repo.root_dir).parts)
    name = getattr(stage, "name", None)
    if not name:
        return file
    return str(name) if file == "dvc.yaml" else f"{file}:{name}"


def _path(repo: Repo, entry: Any) -> str:
    path = Path(entry.fs_path)
    inside = path.is_relative_to(repo.root_dir)
    return path.relative_to(repo.root_dir).as_posix() if inside else str(entry.fs_path)


def _keys(repo: Repo, dep: Any) -> list[str]:
    file = _path(repo, dep)
    keys = [str(key) for key in dep.params] or ["*"]
    return keys if file == "params.yaml" else [f"{file}:{key}" for key in keys]


def _say(entries: list[Any]) -> Iterator[Reason]:
    """Reasons out of DVC's report on one stage: a list of words and of mappings."""
    for entry in entries:
        if isinstance(entry, str):
            kind: Kind = "always" if entry == "always changed" else "command"
            yield Reason(kind, "", "changed" if kind == "command" else "runs always")
            continue
        for what, changes in entry.items():
            for path, change in changes.items():
                if isinstance(change, dict):  # a params file: what changed, by key
                    yield from (Reason("params", key, how) for key, how in change.items())
                else:
                    yield Reason("deps" if what == "changed deps" else "outs", path, change)
