"""A winner as a change of params.yaml that a person reviews: a patch, and on request the file."""

from __future__ import annotations

import difflib
from typing import Any

from penstock.core.config import PARAMS
from penstock.effects.sweep.edit import edit_yaml
from penstock.effects.sweep.ended import Ended
from penstock.effects.sweep.study import Study
from penstock.engine.sweeps import place_of

NO_NEWLINE = "\n\\ No newline at end of file\n"


def edited_params(study: Study, winner: Ended) -> tuple[str, str]:
    """params.yaml as it is, and with the values of the winner that differ.

    Raises:
        NotEditable: it is written in a way that can't be changed in place.
    """
    text = (study.root / PARAMS).read_text(encoding="utf-8")
    own = "candidates", study.candidate
    changes: dict[tuple[str, ...], Any] = {
        (*own, *place_of(study.block, name, study.judged, study.leading)): value
        for name, value in changed_values(study, winner).items()
    }
    return text, edit_yaml(text, changes, PARAMS)


def changed_values(study: Study, winner: Ended) -> dict[str, Any]:
    """The winner's values that differ from the present ones."""
    return {name: v for name, v in winner.values.items() if v != study.present[name]}


def unified(before: str, after: str, file: str = PARAMS) -> str:
    """What `git apply` takes, from the folder that holds the file."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{file}", f"b/{file}"
    )
    return "".join(line if line.endswith("\n") else line + NO_NEWLINE for line in lines)
