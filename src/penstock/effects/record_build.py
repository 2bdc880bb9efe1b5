"""Record a build on a branch: one commit, made without touching any checkout's files."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from penstock.effects.git import Git, GitRefused
from penstock.effects.worktree import PLACES, Worktree, is_recorded, recorded
from penstock.lineage import LOCK

NEVER = "0" * 40
ATTEMPTS = 5


@dataclass(frozen=True)
class Receipt:
    """What became of a build's records.

    Attributes:
        revision: the commit that holds dvc.lock as it is now.
        created: whether this is a new commit; without a change there is none.
    """

    branch: str
    revision: str
    created: bool

    def __str__(self) -> str:
        if self.created:
            return f"recorded as {self.revision[:8]} on {self.branch}"
        return f"nothing new to record: dvc.lock stands in {self.revision[:8]}"


def record_build(tree: Worktree, message: str) -> Receipt:
    """Commit dvc.lock, the records of sources and the summaries of `tree` to its branch.

    A commit that somebody else has made to the branch meanwhile is kept as a parent, and what
    only they have changed stays theirs. The worktree's HEAD then is the commit that holds its
    dvc.lock, so that `lineage.lock_revision` finds it.

    Args:
        message: of the commit.

    Raises:
        GitRefused: git failed, or others committed each time just before.
    """
    git = Git(tree.root)
    found = [path for place in PLACES for path in _files(tree.root, place) if is_recorded(path)]
    now = {path: git("hash-object", "-w", "--", path) for path in found}
    ours = {path: one for path, one in now.items() if tree.laid.get(path) != one}
    revision = _commit(git, tree, ours, message) if ours else _holder(git, tree)
    git("reset", "--quiet", "--mixed", revision)
    return Receipt(tree.branch, revision, bool(ours))


def _files(root: Path, place: str) -> list[str]:
    full = root / place
    if full.is_file():
        return [place]
    return sorted(path.relative_to(root).as_posix() for path in full.rglob("*") if path.is_file())


def _holder(git: Git, tree: Worktree) -> str:
    """The commit that holds dvc.lock as it was laid out."""
    held = recorded(git, tree.tip).get(LOCK) if tree.tip else None
    return tree.tip if tree.tip and held == tree.laid.get(LOCK) else tree.base


def _commit(git: Git, tree: Worktree, ours: Mapping[str, str], message: str) -> str:
    branch = f"refs/heads/{tree.branch}"
    authored = Git(tree.root, git.identity())
    for attempt in range(1, ATTEMPTS + 1):
        tip = git.ask("rev-parse", "--verify", "--quiet", branch)
        theirs = recorded(git, tip) if tip and tip != tree.tip else {}
        files = _write_tree(git, tree, {**tree.laid, **theirs, **ours})
        parents = [word for parent in _parents(git, tree.base, tip) for word in ("-p", parent)]
        revision = authored("commit-tree", files, *parents, "-m", message)
        try:
            authored("update-ref", "-m", "penstock: a build", branch, revision, tip or NEVER)
        except GitRefused:  # somebody has committed since `tip` was looked up
            if attempt == ATTEMPTS:
                raise
        else:
            break
    return revision


def _parents(git: Git, base: str, tip: str | None) -> list[str]:
    """The branch, and the code that was run where the branch does not have it yet."""
    if tip is None or _contains(git, base, tip):
        return [base]
    return [tip] if _contains(git, tip, base) else [tip, base]


def _contains(git: Git, whole: str, part: str) -> bool:
    return git.ask("merge-base", "--is-ancestor", part, whole) is not None


def _write_tree(git: Git, tree: Worktree, blobs: Mapping[str, str]) -> str:
    """The files of `base` with `blobs` in their places, as an object of git."""
    prefix = git("rev-parse", "--show-prefix")
    with tempfile.TemporaryDirectory() as folder:
        index = Git(tree.root, {"GIT_INDEX_FILE": str(Path(folder) / "index")})
        index("read-tree", tree.base)
        for path, blob in blobs.items():
            index("update-index", "--add", "--cacheinfo", f"100644,{blob},{prefix}{path}")
        return index("write-tree")
