"""The store of champions: the pointer of each project, the models, who waits, what was decided.

- `P.json`: the pointer.
- `P/models/KEY/`: model/, contract.json and version.json; never changed once they are whole.
- `P/challengers/KEY.json`: models that wait to be judged.
- `P/decisions/ID.json`, `ID.html`: every decision with its numbers, and its page.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from penstock.effects.champions.decisions import Decisions
from penstock.effects.champions.document import decode, encode
from penstock.effects.champions.errors import BadFile, PointerMoved
from penstock.effects.champions.models import Models
from penstock.effects.champions.opening import open_place
from penstock.effects.champions.place import Place
from penstock.effects.champions.pointer import Pointer
from penstock.effects.champions.version import State, Version


class Store:
    """The champions of one workspace, or of all that share a folder or bucket.

    Args:
        place: where it lies.
        copies: a local folder for models that are fetched from elsewhere.
    """

    def __init__(self, place: Place, copies: Path) -> None:
        self._place = place
        self._models = Models(place, copies)
        self._decisions = Decisions(place)

    @classmethod
    def open(cls, root: Path) -> Store:
        """The store that PENSTOCK_CHAMPIONS names, else `root`/champions; nothing is made yet.

        Raises:
            NotAStore, StoreUnreachable: see `opening.open_place`.
        """
        return cls(open_place(root), root / ".penstock" / "champions")

    @property
    def url(self) -> str:
        return self._place.url

    def pointer(self, project: str) -> Pointer | None:
        """The champion of `project`; None where there is none yet.

        Raises:
            BadFile: P.json is not what `point` wrote.
        """
        content = self._place.read(_pointer(project))
        if content is None:
            return None
        place = f"{self.url}/{_pointer(project)}"
        fix = (
            f"move it away, then: penstock rollback {project} --to KEY   "
            f"(the folders of {self.url}/{project}/models are the keys)"
        )
        pointer = decode(Pointer, content, place, fix)
        if pointer.project != project:
            raise BadFile(place, f"project: found {pointer.project!r}, expected {project!r}", fix)
        return pointer

    def point(self, project: str, pointer: Pointer, expected: str | None) -> None:
        """Make `pointer` the champion, if the champion is still `expected`; twice is once.

        Args:
            expected: key of the champion that was decided on; None for none yet.

        Raises:
            PointerMoved: it is another by now. Two machines on one bucket may miss each other, see
                `bucket.Bucket`.
            NotKept: the store does not hold the whole model.
        """
        self._models.whole(project, pointer.key)
        with self._place.alone(f"{project}.pointer"):
            now = self.pointer(project)
            if now == pointer:
                return
            found = now.key if now else None
            if found != expected:
                raise PointerMoved(project, expected, found)
            self._place.write(_pointer(project), encode(pointer))

    def keep(self, project: str, version: Version, folder: Path) -> str:
        """Copy the model in `folder` into the store, and its key; twice is once.

        A version is there when its version.json is, which is written last, so that a copy that was
        cut short is none and is finished by the next call.

        Args:
            folder: holds what `version.files` lists; what else it holds is left out.

        Raises:
            BadFile: a file is missing or of another sha256, or other files were kept by that key.
        """
        return self._models.keep(project, version, folder)

    def versions(self, project: str) -> list[str]:
        """Keys of all models that are kept whole, sorted."""
        return self._models.keys(project)

    def version(self, project: str, key: str) -> Version:
        """What is known of a kept model.

        Raises:
            NotKept: there is none of that key.
            BadFile: its version.json is not what `keep` wrote.
        """
        return self._models.version(project, key)

    def fetch(self, project: str, key: str) -> Path:
        """A local folder with the model, every file of the sha256 that was recorded.

        Raises:
            NotKept: there is none of that key, or a file of it is gone.
            BadFile: a file is another than was kept.
        """
        return self._models.fetch(project, key)

    def states(self, project: str, key: str) -> dict[str, State]:
        """For every file of a kept model, "ok", "gone" or "other"; raises NotKept, BadFile."""
        return self._models.states(project, key)

    def challengers(self, project: str) -> list[Version]:
        """Who waits to be judged, the earliest `trained_through` first; raises BadFile."""
        folder = f"{project}/challengers"
        found = []
        for name in self._place.names(folder):
            content = self._place.read(f"{folder}/{name}") if name.endswith(".json") else None
            if content is not None:
                place = f"{self.url}/{folder}/{name}"
                found.append(decode(Version, content, place, f"remove {place}"))
        return sorted(found, key=lambda one: (one.trained_through or "", one.key))

    def add_challenger(self, project: str, version: Version) -> None:
        """Let a kept model wait to be judged; twice is once.

        Raises:
            NotKept: the store does not hold it, so it could not be judged later.
        """
        self._models.whole(project, version.key)
        self._place.write(_challenger(project, version.key), encode(version))

    def drop_challenger(self, project: str, key: str) -> None:
        """Let it wait no longer; its model stays."""
        self._place.delete(_challenger(project, key))

    def write_decision(self, project: str, decision: Mapping[str, Any], page_html: str) -> None:
        """Keep a decision under its `id`, beside its page; the same id replaces what it held.

        Args:
            decision: plain JSON with `id` (it names the files) and `at` (ISO 8601, in UTC).
        """
        self._decisions.write(project, decision, page_html)

    def decision(self, project: str, decision: str) -> dict[str, Any]:
        """The decision of that id; raises NoDecision, BadFile."""
        return self._decisions.read(project, decision)

    def decisions(self, project: str) -> list[dict[str, Any]]:
        """Every decision on `project`, the oldest first; raises BadFile."""
        return self._decisions.all(project)


def _pointer(project: str) -> str:
    return f"{project}.json"


def _challenger(project: str, key: str) -> str:
    return f"{project}/challengers/{key}.json"
