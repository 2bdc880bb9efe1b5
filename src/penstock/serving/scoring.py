"""One project whose events are scored: from what was posted to the bytes of the answer."""

from __future__ import annotations

from asyncio import Future, get_running_loop, to_thread
from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus
from time import time_ns
from typing import Any

import msgspec

from penstock.core.errors import PenstockError
from penstock.serving.alerts import Alerts
from penstock.serving.answers import SHORT, Answer, NotAnswered, explained
from penstock.serving.batcher import Batcher, Done, Scored, resolve
from penstock.serving.contracts import Admitted, Arm, Arms, Event, Features, Log, Prediction, Served
from penstock.serving.log.ids import new_id
from penstock.serving.metrics import Metrics
from penstock.serving.refusal import Refused
from penstock.serving.requests import EventType

ENCODER = msgspec.json.Encoder()
Answered = Callable[[bytes | Exception], None]  # raises nothing
Told = dict[str, Any]  # fields of an answer with the reasons


class _Case(msgspec.Struct, frozen=True, gc=False):
    """An event on its way."""

    id: str
    event: Event
    posted: bytes
    entity: str
    vector: Any


class Scoring:
    """Models, features and answers of one project.

    Args:
        log: None keeps no predictions (for measuring what the log costs).
    """

    def __init__(
        self,
        project: str,
        events: EventType,
        features: Features,
        arms: Arms,
        log: Log | None,
        alerts: Alerts,
        metrics: Metrics,
    ) -> None:
        self.project, self.events, self.features, self.arms = project, events, features, arms
        self._log, self._alerts, self._metrics = log, alerts, metrics
        self._id, self._entity, self._amount = features.id, features.entity, alerts.amount
        self.batcher = Batcher(features.names)
        self._warm: set[str] = set()

    def now(self, posted: msgspec.Struct, body: bytes, done: Answered, explain: bool) -> None:
        """Have `done` called with the answer to an event, or why there is none.

        The answer is the one that was given when the same id came before, where it did.

        Raises:
            PenstockError: the event can't be taken; `done` isn't called.
        """
        case = self._admit(posted, body)
        if isinstance(case, bytes):
            done(case)
            return
        served, arm = self.arms.choose(case.entity)
        told = self._explain if explain else self._finish
        self._ask(served, [case], partial(told, case, served, arm, done))

    async def several(self, posted: Sequence[msgspec.Struct], explain: bool) -> bytes:
        """The answers to a list, in its order; an event that can't be taken hinders no other."""
        answers: list[Any] = []
        groups: dict[tuple[int, Arm], tuple[Served, Arm, list[tuple[int, _Case]]]] = {}
        for place, one in enumerate(posted):
            try:
                case = self._admit(one, None)
            except PenstockError as error:
                case = ENCODER.encode(_not_answered(str(getattr(one, self._id)), error))
            answers.append(msgspec.Raw(case) if isinstance(case, bytes) else None)
            if not isinstance(case, bytes):
                served, arm = self.arms.choose(case.entity)
                group = groups.setdefault((id(served), arm), (served, arm, []))
                group[2].append((place, case))
        for served, arm, listed in groups.values():
            for place, answer in await self._several_by(served, arm, listed, explain):
                answers[place] = msgspec.Raw(answer)
        return ENCODER.encode({"answers": answers})

    async def _several_by(
        self, served: Served, arm: Arm, group: list[tuple[int, _Case]], explain: bool
    ) -> list[tuple[int, bytes]]:
        """The answers of one model, by their places in the list."""
        cases = [case for _, case in group]
        try:
            scored = await self._scored(served, cases)
        except PenstockError as error:
            if len(group) == 1:
                [(place, case)] = group
                return [(place, ENCODER.encode(_not_answered(case.id, error)))]
            alone = [await self._several_by(served, arm, [one], explain) for one in group]
            return [one for several in alone for one in several]
        told = await self._reasons(served, scored) if explain else [{}] * len(cases)
        return [
            (place, self._answer(case, served, arm, scored, row, told[row]))
            for row, (place, case) in enumerate(group)
        ]

    # -- steps -------------------------------------------------------------------------------

    def _admit(self, posted: msgspec.Struct, body: bytes | None) -> _Case | bytes:
        event = self.events.event(posted)
        admitted: Admitted = self.features.admit(event)
        if admitted.earlier is not None:
            return admitted.earlier
        kept = ENCODER.encode(posted) if body is None else body
        return _Case(str(event[self._id]), event, kept, str(event[self._entity]), admitted.vector)

    def _ask(self, served: Served, cases: Sequence[_Case], done: Done) -> None:
        vectors = [case.vector for case in cases]
        self.batcher.ask(served, vectors, done)
        for shadow in self.arms.shadows():
            self.batcher.ask(shadow, vectors, partial(self._shadowed, shadow, cases))

    def _scored(self, served: Served, cases: Sequence[_Case]) -> Future[Scored]:
        """`_ask`, to be waited for."""
        future: Future[Scored] = get_running_loop().create_future()
        self._ask(served, cases, partial(resolve, future))
        return future

    def _finish(
        self,
        case: _Case,
        served: Served,
        arm: Arm,
        done: Answered,
        scored: Scored | Exception,
        told: list[Told] | Exception | None = None,
    ) -> None:
        if isinstance(scored, Exception):
            done(scored)
            return
        if isinstance(told, Exception):
            done(told)
            return
        try:
            answer = self._answer(case, served, arm, scored, 0, told[0] if told else {})
        except Exception as error:  # others wait in the same batch
            done(error)
        else:
            done(answer)

    def _explain(
        self, case: _Case, served: Served, arm: Arm, done: Answered, scored: Scored | Exception
    ) -> None:
        """`_finish` with reasons.

        What a model's reasons need is loaded by the first who asks, beside the loop.
        """
        finish = partial(self._finish, case, served, arm, done, scored)
        if isinstance(scored, Exception):
            finish()
        elif served.origin.key in self._warm:
            finish(self._tell(served, scored))
        else:
            told = get_running_loop().run_in_executor(None, self._tell, served, scored)
            told.add_done_callback(lambda known: finish(known.result()))

    async def _reasons(self, served: Served, scored: Scored) -> list[Told]:
        """Those of a list."""
        warm = served.origin.key in self._warm
        told = self._tell(served, scored) if warm else await to_thread(self._tell, served, scored)
        if isinstance(told, Exception):
            raise told
        return told

    def _tell(self, served: Served, scored: Scored) -> list[Told] | Exception:
        """Fields of the answers with the reasons, or why there are none; raises nothing."""
        try:
            told = served.reasons(scored.rows)
        except PenstockError as error:
            return [{"unexplained": " ".join(str(error).split())}] * len(scored.scores)
        except Exception as error:
            return error
        self._warm.add(served.origin.key)
        return [explained(one) for one in told]

    def _answer(
        self, case: _Case, served: Served, arm: Arm, scored: Scored, row: int, told: Told
    ) -> bytes:
        score, origin = scored.scores[row], served.origin
        amount = case.event[self._amount] if self._amount else 0.0
        decision, threshold = self._alerts.of(origin, score, amount)
        at = time_ns() // 1000
        prediction_id = new_id(at)
        answer = ENCODER.encode(
            Answer(
                prediction_id, self.project, case.id, score, decision, threshold,
                origin.key[:SHORT], arm, **told,
            )
        )  # fmt: skip
        self._note(prediction_id, at, case, served, arm, scored, row)
        self.features.settle(case.event, answer)
        if decision == "alert":
            self._metrics.alerts[self.project] += 1
        return answer

    def _note(
        self, id_: str, at: int, case: _Case, served: Served, arm: Arm, scored: Scored, row: int
    ) -> None:
        """Log it before anybody hears of it."""
        origin = served.origin
        if self._log is not None:
            self._log.append(
                Prediction(
                    id_, at, self.project, arm, origin, scored.scorer, case.id, case.entity,
                    case.posted, scored.rows[row].tobytes(), scored.scores[row],
                )
            )  # fmt: skip
        self._metrics.predictions[self.project, origin.key[:SHORT], arm, scored.scorer] += 1

    def _shadowed(self, shadow: Served, cases: Sequence[_Case], scored: Scored | Exception) -> None:
        if isinstance(scored, Exception):
            self._metrics.shed["shadow failed"] += 1
            return
        at = time_ns() // 1000
        for row, case in enumerate(cases):
            try:
                self._note(new_id(at), at, case, shadow, "shadow", scored, row)
            except PenstockError:  # the log is full: those who wait for answers go first
                self._metrics.shed["shadow"] += 1


def _not_answered(event_id: str, error: PenstockError) -> NotAnswered:
    refused = refusal_of(error)
    return NotAnswered(event_id, refused.status, refused.problem.detail, refused.problem.fix)


def refusal_of(error: PenstockError) -> Refused:
    """What a caller is told of a mistake that a part found: 422, or 503 where it passes."""
    detail, _, fix = str(error).partition("\n  fix: ")
    usual = HTTPStatus.SERVICE_UNAVAILABLE if error.passing else HTTPStatus.UNPROCESSABLE_ENTITY
    status = HTTPStatus(getattr(error, "status", usual))
    headers = {"retry-after": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return Refused(status, detail, fix=" ".join(fix.split()), headers=headers)
