"""Why an experiment has nothing to say, with what to do next."""

from __future__ import annotations

from penstock.core.errors import PenstockError


class NothingToCompare(PenstockError):
    """The log holds no answers, or those of one model alone."""

    def __init__(self, project: str, where: str, problem: str) -> None:
        super().__init__(
            f"{project}: {problem} in {where}\n"
            f"  fix: set serving.rollout.{project} in params.yaml (mode shadow or ab, and a "
            f"challenger), restart penstock serve, and let it answer"
        )


class NothingLabelled(PenstockError):
    """No label of what both models scored is known."""

    def __init__(self, project: str, events: int) -> None:
        super().__init__(
            f"{project}: of {events:,} events that were scored, no label is known yet\n"
            f"  fix: post labels to /v1/{project}/labels, or: penstock refresh {project} && "
            "dvc repro   (labels that the source knows by now)"
        )
