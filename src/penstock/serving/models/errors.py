"""What can be wrong with a row to score, or with a model that is to score rows."""

from __future__ import annotations

from penstock.core.errors import PenstockError


class RowUnfit(PenstockError):
    """A row holds a value that the model does not take.

    Attributes:
        input: the name of the input.
        row: its row, from 0.
    """

    def __init__(self, name: str, value: float, row: int) -> None:
        self.input, self.row = name, row
        found = "not known" if value != value else "infinite"  # noqa: PLR0124  # NaN
        super().__init__(
            f"input {name!r} of row {row} is {found}, and the model takes no such value\n"
            "  fix: send a finite number, of at most 3.4e38"
        )


class NotServable(PenstockError):
    """A kept model can't score rows one by one."""

    def __init__(self, project: str, candidate: str, problem: str) -> None:
        super().__init__(
            f"{project}: {candidate} can't be served: {problem}\n"
            f"  fix: penstock rollback {project}   (or promote a candidate that reads each row by "
            f"itself: promotion.{project}.candidate in params.yaml)"
        )
