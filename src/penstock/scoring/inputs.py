"""Whether a model can be scored on the features as they are now, and in its own order."""

from __future__ import annotations

from pathlib import Path

from penstock.core.contracts import Signature
from penstock.core.errors import ModelFileError
from penstock.scoring.contract import Contract


class InputsGone(ModelFileError):
    """The features lack inputs that a kept model was fitted on, or have them as another type."""

    def __init__(self, folder: str, problem: str) -> None:
        super().__init__(
            folder,
            problem,
            "bring them back in the project's features.py, then: dvc repro   (or begin anew from "
            "the floor: move the project's pointer out of the store of champions)",
        )


def signature_on(folder: Path, contract: Contract, offered: Signature) -> Signature:
    """The model's inputs in its own order, with the roles that `offered` has.

    Unlike `check_signature`, inputs may stand in any position, and there may be more of them.

    Raises:
        InputsGone: inputs are missing from `offered`, or have another dtype or shape there.
    """
    known = {one.name: one for one in offered.inputs}
    wrong = []
    for one in contract.inputs():
        found = known.get(one.name)
        if found is None:
            wrong.append(one.name)
        elif found != one:
            now = f"{found.dtype}{list(found.shape) if found.shape else ''}"
            was = f"{one.dtype}{list(one.shape) if one.shape else ''}"
            wrong.append(f"{one.name} ({now} now, fitted as {was})")
    if wrong:
        raise InputsGone(
            str(folder), f"the features lack what it was fitted on: {', '.join(wrong)}"
        )
    return Signature(contract.inputs(), offered.roles)
