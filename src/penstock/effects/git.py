"""git, as far as a run needs it that must leave the user's checkout alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from penstock.core.errors import PenstockError

OURS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")  # set inside a hook, and of another checkout
NOBODY = {"NAME": "penstock", "EMAIL": "penstock@localhost"}


class GitRefused(PenstockError):
    """git would not do what a run needs."""

    def __init__(
        self, what: str, problem: str, fix: str = "mend what it says, then run again"
    ) -> None:
        super().__init__(f"{what}: {problem}\n  fix: {fix}")


class Git:
    """git in one folder.

    Args:
        folder: of a checkout.
        variables: added to its environment.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        self._environment = {**kept, **(variables or {})}

    def __call__(self, *arguments: str) -> str:
        """What git answers; raises GitRefused."""
        done = self._run(arguments)
        if done.returncode:
            raise GitRefused(f"git {' '.join(arguments)}", _last(done.stderr))
        return done.stdout.strip()

    def ask(self, *arguments: str) -> str | None:
        """What git answers; None where it fails."""
        done = self._run(arguments)
        return None if done.returncode else done.stdout.strip()

    def identity(self) -> dict[str, str]:
        """Variables under which a commit has an author, also where git has been told none."""
        if self.ask("config", "user.email"):
            return {}
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in NOBODY.items()
        }
        return {key: value for key, value in who.items() if key not in os.environ}

    def blobs(self, revision: str, *paths: str) -> dict[str, str]:
        """{path: object} of the files at or below `paths` in a commit, as seen from the folder."""
        listed = self("ls-tree", "-r", "-z", revision, "--", *paths)
        rows = [row.split("\t", 1) for row in listed.split("\0") if row]
        return {path: facts.split()[2] for facts, path in rows}

    def _run(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self._folder,
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
            )
        except FileNotFoundError:
            raise GitRefused("git", "not found", "install git, then run again") from None


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it failed without a word"
