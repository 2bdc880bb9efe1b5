"""One decision on the challengers of a project: which is judged, which wait, which are dropped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from penstock.core.files import sha256_of_json
from penstock.core.promotion import Judgement, Paired, Window
from penstock.effects.champions import Version
from penstock.effects.judging import Court, ruling
from penstock.scoring.inputs import InputsGone

Outcome = Literal["promoted", "refused", "waiting", "kept"]


@dataclass
class Docket:
    """Who was dealt with, and how.

    Attributes:
        challenger: the one that was judged, or that can be judged first.
        dropped: (version, why) of those that wait no longer.
        waiting: (version, window) of those that go on waiting, the first to be judged first.
    """

    challenger: Version | None = None
    window: Window | None = None
    judgement: Judgement | None = None
    dropped: list[tuple[Version, str]] = field(default_factory=list)
    waiting: list[tuple[Version, Window]] = field(default_factory=list)


def hear(court: Court, challengers: list[Version], champion: Version | None) -> Docket:
    """Judge the newest challenger that can be judged.

    Args:
        challengers: the earliest trained first.

    Raises:
        InputsGone: of the champion; a challenger with that fault is dropped.
        NotKept, BadFile, ForgedVersion, ModelFileError: a kept model is not as it was.
    """
    docket = Docket()
    if champion is not None:
        court.check_inputs(champion)
    for version, window in reversed(
        [*zip(challengers, court.windows(challengers, champion), strict=True)]
    ):
        if docket.judgement is not None and docket.challenger is not None:
            why = f"superseded by {docket.challenger.candidate} {docket.challenger.key[:12]}"
            docket.dropped.append((version, why))
        elif window.problem:
            docket.waiting.insert(0, (version, window))
        else:
            try:
                court.check_inputs(version)
            except InputsGone as error:
                docket.dropped.append((version, str(error).partition("\n")[0]))
                continue
            docket.challenger, docket.window = version, window
            docket.judgement = court.judge(version, champion, window)
    if docket.challenger is None and docket.waiting:
        docket.challenger, docket.window = docket.waiting[0]
    return docket


def identity(
    champion: Version | None, challenger: Version | None, nominee: Version, settings: Any, seed: int
) -> str:
    """The id of a decision: the same question, of the same build, has the same one."""
    return sha256_of_json(
        {
            "champion": champion and champion.key,
            "challenger": challenger and challenger.key,
            "nominee": nominee.key,
            "features": nominee.features,
            "settings": settings,
            "seed": seed,
        }
    )


def to_decision(
    court: Court, docket: Docket, project: str, champion: Version | None, nominee: Version
) -> dict[str, Any]:
    """The decision as plain JSON, `outcome` and `why` included."""
    settings = court.settings.model_dump(mode="json")
    outcome, why = _outcome(court, docket, champion, nominee)
    decision: dict[str, Any] = {
        "id": identity(champion, docket.challenger, nominee, settings, court.seed),
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "project": project,
        "outcome": outcome,
        "why": why,
        "champion": _named(champion),
        "challenger": _named(docket.challenger),
        "nominee": _named(nominee),
        "features": nominee.features,
        "seed": court.seed,
        "settings": settings,
        "waiting": [{**_named_one(v), **_days(window)} for v, window in docket.waiting],
        "dropped": [{**_named_one(v), "why": reason} for v, reason in docket.dropped],
        "window": _days(docket.window) if docket.window else None,
        "judged": None,
    }
    if docket.judgement is not None:
        decision["judged"] = _judged(docket.judgement)
    return decision


def _outcome(
    court: Court, docket: Docket, champion: Version | None, nominee: Version
) -> tuple[Outcome, str]:
    if docket.judgement is not None:
        wins, why = ruling(docket.judgement, court.settings, first=champion is None)
        return ("promoted" if wins else "refused"), why
    if docket.window is not None:
        until = f"; it can be judged from {docket.window.opens} on" if docket.window.opens else ""
        if nominee.source and nominee.source.get("mode") == "pinned":
            until += (
                ", yet the source is pinned and never gets there: point "
                f"projects.{nominee.project}.source at one that goes on, with `mode: live`, then: "
                f"penstock refresh {nominee.project}"
            )
        return "waiting", f"{docket.window.problem}{until}"
    if champion is not None and champion.key == nominee.key:
        return "kept", "the best candidate of this build is the champion already"
    return "kept", "the best candidate of this build was judged already, and nobody else waits"


def _judged(judgement: Judgement) -> dict[str, Any]:
    return {
        "unit": judgement.unit,
        "units": judgement.units,
        "rows": judgement.rows,
        "positives": judgement.positives,
        "primary": _pair(judgement.primary),
        "others": [_pair(one) for one in judgement.others],
        "guards": [asdict(one) for one in judgement.guards],
    }


def _pair(one: Paired) -> dict[str, Any]:
    return {**asdict(one), "difference": one.difference}


def _named(version: Version | None) -> dict[str, Any] | None:
    return None if version is None else _named_one(version)


def _named_one(version: Version) -> dict[str, Any]:
    return {
        "key": version.key,
        "candidate": version.candidate,
        "trained_through": version.trained_through,
    }


def _days(window: Window) -> dict[str, Any]:
    return {
        "from": window.first.isoformat(),
        "to": window.last.isoformat(),
        "opens": window.opens.isoformat() if window.opens else None,
        "problem": window.problem,
    }
