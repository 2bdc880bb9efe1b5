"""A checkout of its own for a scheduled run: `.penstock/worktrees/NAME`, named after a branch.

It holds the code of the workspace's HEAD and, laid over it, what earlier runs have recorded on
the branch. The workspace's files and index stay as they are. It is kept for the next run of the
same branch: what has not changed is not fetched again.

It has its own files and its own dvc.lock; what it shares with the workspace says sharing.py.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from penstock.core.config import PARAMS, load_params
from penstock.core.documents import read_yaml
from penstock.core.errors import PenstockError
from penstock.effects.git import Git, GitRefused
from penstock.effects.prune import prune
from penstock.effects.sharing import link_downloads, link_files, shared
from penstock.engine.cache import share_cache
from penstock.engine.exclusive import Holder, exclusive
from penstock.engine.stages import Graph
from penstock.lineage import LOCK

FOLDER = Path(".penstock") / "worktrees"
RECORDED = (LOCK, "data/sources/*.json", "reports/*/summary.json")
PLACES = (LOCK, "data/sources", "reports")


class BranchInUse(PenstockError):
    """Commits to a branch that lies in a checkout would make that checkout look changed."""

    def __init__(self, branch: str, folder: str) -> None:
        super().__init__(
            f"branch {branch!r} is checked out in {folder}\n"
            "  fix: name a branch for the runs alone, as penstock/nightly"
        )


class NotCommitted(PenstockError):
    """Stages read files that lie in the workspace alone."""

    def __init__(self, paths: list[str]) -> None:
        named = " ".join(paths)
        super().__init__(
            f"{named}: in no commit, and a run on a branch starts from HEAD\n"
            f"  fix: git add {named} && git commit"
        )


@dataclass(frozen=True)
class Worktree:
    """A folder in which a run takes place, and where it started from.

    Attributes:
        workspace: the checkout it belongs to.
        root: where dvc.yaml lies in it.
        branch: where what it builds is recorded.
        base: the commit whose code it holds.
        tip: the commit of the branch that it was laid out from; None where there was none.
        laid: {path: object} of the recorded files before the run.
    """

    workspace: Path
    root: Path
    branch: str
    base: str
    tip: str | None
    laid: Mapping[str, str]


@contextmanager
def open_worktree(
    workspace: Path, branch: str, what: str, waiting: Callable[[Holder | None], None]
) -> Iterator[Worktree]:
    """The worktree of `branch`, for this run alone.

    Args:
        what: what is done meanwhile, for whoever waits.
        waiting: called once with who holds it, before waiting for them.

    Raises:
        BranchInUse: the branch is checked out somewhere.
        GitRefused: no repository, no commit, no name for a branch, or git failed.
    """
    git = Git(workspace)
    base = _base(git)
    _check(git, branch)
    folder = workspace / FOLDER / branch.replace("/", "-")
    with exclusive(folder.with_name(f"{folder.name}.lock"), what, waiting), shared(workspace):
        _lay_out(git, folder, base)
        root = folder / git("rev-parse", "--show-prefix")
        tip = git.ask("rev-parse", "--verify", "--quiet", f"refs/heads/{branch}")
        laid = _lay_over(Git(root), base, tip)
        share_cache(workspace, root)
        link_files(workspace, root)
        link_downloads(workspace, root)
        _prune(root)
        yield Worktree(workspace, root, branch, base, tip, laid)


def expect_inputs(tree: Worktree, graph: Graph) -> None:
    """What the graph reads and no stage makes has to be in HEAD; raises NotCommitted."""
    outs = [Path(out) for stage in graph.stages.values() for out in stage.outs]
    deps = {Path(dep) for stage in graph.stages.values() for dep in stage.deps}
    made = {
        dep for dep in deps for out in outs if dep.is_relative_to(out) or out.is_relative_to(dep)
    }
    left = [
        str(dep)
        for dep in sorted(deps - made)
        if not (tree.root / dep).exists() and (tree.workspace / dep).exists()
    ]
    if left:
        raise NotCommitted(left)


def recorded(git: Git, revision: str) -> dict[str, str]:
    """{path: object} of what a run records, in a commit."""
    found = git.blobs(revision, *PLACES)
    return {path: one for path, one in found.items() if is_recorded(path)}


def is_recorded(path: str) -> bool:
    """Whether a path is one that a run records; seen from the root."""
    return any(fnmatch(path, one) for one in RECORDED)


def _base(git: Git) -> str:
    if git.ask("rev-parse", "--git-dir") is None:
        raise GitRefused("no git repository here", "a branch was asked for", "git init")
    base = git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if base is None:
        raise GitRefused("HEAD", "nothing has been committed yet", "git add -A && git commit")
    return base


def _check(git: Git, branch: str) -> None:
    if branch.startswith("-") or git.ask("check-ref-format", f"refs/heads/{branch}") is None:
        fix = "name it as penstock/nightly: no spaces, no .., no ~^:?*["
        raise GitRefused("branch", f"{branch!r} is no name for a branch", fix)
    folder = ""
    for line in git("worktree", "list", "--porcelain").splitlines():
        key, _, value = line.partition(" ")
        folder = value if key == "worktree" else folder
        if (key, value) == ("branch", f"refs/heads/{branch}"):
            raise BranchInUse(branch, folder)


def _lay_out(git: Git, folder: Path, base: str) -> None:
    """The code of `base` in `folder`; what a killed run has left broken is made anew."""
    if _is_whole(git, folder):
        inside = Git(folder)
        with contextlib.suppress(GitRefused):
            inside("checkout", "--quiet", "--force", "--detach", base)
            inside("clean", "-ffdq")  # what is ignored stays: outs that need no second checkout
            return
    shutil.rmtree(folder, ignore_errors=True)
    git.ask("worktree", "remove", "--force", "--force", str(folder))  # what git remembers of it
    git("worktree", "add", "--quiet", "--force", "--detach", str(folder), base)


def _is_whole(git: Git, folder: Path) -> bool:
    if not (folder / ".git").is_file():
        return False
    common = "--path-format=absolute", "--git-common-dir"
    return Git(folder).ask("rev-parse", *common) == git("rev-parse", *common)


def _lay_over(inside: Git, base: str, tip: str | None) -> dict[str, str]:
    """Put the branch's records over those of `base`, but for what base has changed since.

    A record that was changed or removed by hand since the branch last took it in stays so.
    """
    laid = recorded(inside, base)
    if tip is None:
        return laid
    common = inside.ask("merge-base", base, tip)
    before = recorded(inside, common) if common else {}
    touched = {path for path in {*laid, *before} if laid.get(path) != before.get(path)}
    theirs = {path: one for path, one in recorded(inside, tip).items() if path not in touched}
    if theirs:
        inside("restore", f"--source={tip}", "--worktree", "--", *theirs)
    return laid | theirs


def _prune(root: Path) -> None:
    """Drop what was trained for candidates that are listed no more: evaluate refuses it."""
    if "projects" not in read_yaml(root / PARAMS):
        return
    params = load_params(root)
    for project in params.projects:
        prune(root, params, project)
