"""Decisions on champions: plain JSON, each with a page for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from penstock.core.files import to_json
from penstock.effects.champions.document import decode_object
from penstock.effects.champions.errors import NoDecision
from penstock.effects.champions.place import Place
from penstock.effects.champions.pointer import DECISION


class Decisions:
    """P/decisions of the store at `place`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def write(self, project: str, decision: Mapping[str, Any], page_html: str) -> None:
        """The page first: a decision that is listed has one."""
        name = str(decision["id"])
        assert re.fullmatch(DECISION, name) and isinstance(decision["at"], str)
        content = to_json(dict(decision)).encode()
        self._place.write(f"{project}/decisions/{name}.html", page_html.encode())
        self._place.write(f"{project}/decisions/{name}.json", content)

    def read(self, project: str, decision: str) -> dict[str, Any]:
        name = f"{project}/decisions/{decision}.json"
        content = self._place.read(name) if re.fullmatch(DECISION, decision) else None
        if content is None:
            raise NoDecision(project, decision, self._ids(project))
        place = f"{self._place.url}/{name}"
        return decode_object(content, place, f"remove {place}")

    def all(self, project: str) -> list[dict[str, Any]]:
        found = [self.read(project, one) for one in self._ids(project)]
        return sorted(found, key=lambda one: (str(one.get("at")), str(one.get("id"))))

    def _ids(self, project: str) -> list[str]:
        names = map(PurePosixPath, self._place.names(f"{project}/decisions"))
        return [name.stem for name in names if name.suffix == ".json"]
