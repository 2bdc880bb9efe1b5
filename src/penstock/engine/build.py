"""One run over the graph, whoever schedules it: what is stale, who is at work, how it ended."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from penstock.core.errors import PenstockError
from penstock.engine.exclusive import Holder, Taken, exclusive
from penstock.engine.graph.order import order_lock
from penstock.engine.graph.survey import survey
from penstock.engine.outcome import SENTENCES, Outcome, Result
from penstock.engine.plan import plan_of
from penstock.engine.resources import available
from penstock.engine.runner import Future, submit_in_order
from penstock.engine.stages import Stage
from penstock.engine.timings import keep_timings, read_timings
from penstock.engine.worker import Crew
from penstock.lineage import evaluated_project, locked_addresses

F = TypeVar("F", bound=Future)

RUN_LOCK = Path(".penstock") / "run.lock"


class WorkspaceBusy(PenstockError):
    """Another run is at work in the same workspace."""

    passing = True

    def __init__(self, root: Path, holder: Holder | None) -> None:
        who = str(holder or "another run")
        super().__init__(
            f"{who} is at work in {root}\n"
            "  fix: wait until it has ended and run the same again; penstock run --wait does so"
        )


@dataclass(frozen=True)
class Verdict:
    """How a build ended: whether every stage is up to date, and a sentence for each that isn't."""

    complete: bool
    message: str


class Build:
    """A build of `targets` and all they need; leave the `with` block and nothing is at work.

    Attributes:
        graph: what is asked for and all it needs.
        plan: what is known of each stage before the run.
        closing: set once it is being ended.

    Args:
        root: the checkout.
        targets: addresses or template names; the whole graph where none is named.
        force: run every command, whether anything has changed or not.
        waiting: called once with who is at work here, before waiting for them; without it a
            second run is refused.

    Raises:
        GraphError, ParamsError, UnknownName: the graph can't be compiled, or lacks a target.
        WorkspaceBusy: another run is at work here.
    """

    def __init__(
        self,
        root: Path,
        targets: Iterable[str] = (),
        *,
        force: bool = False,
        waiting: Callable[[Holder | None], None] | None = None,
    ) -> None:
        self.root = root
        wanted = list(targets)
        with contextlib.ExitStack() as stack:
            lock = exclusive(root / RUN_LOCK, _what(), waiting)
            try:
                stack.enter_context(lock)
            except Taken as error:
                raise WorkspaceBusy(root, error.holder) from None
            self._found = survey(root, lambda whole: whole.select(wanted).stages)
            self._before = locked_addresses(root) if force else self._found.locked
            self.graph = self._found.graph.select(wanted)
            self.plan = plan_of(self.graph, self._found.stale, force)
            self._turn = stack.pop_all()
        self.closing = threading.Event()
        self._force = force
        self._crew = Crew(root, force)
        self._known = read_timings(root)
        self._took: dict[str, float] = {}
        self._hopeless: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        self._turn.close()

    def close(self) -> None:
        """End what is at work; nothing starts after this."""
        self.closing.set()
        self._crew.close()

    def schedule(
        self, submit: Callable[[Stage, Sequence[F]], F], jobs: int | None = None
    ) -> dict[str, F]:
        """Submit every stage when it may start, see submit_in_order; {address: done future}."""
        seconds = {
            one.address: 0.0 if one.state == "current" else self._known[one.address]
            for one in self.plan
            if one.state == "current" or one.address in self._known
        }
        return submit_in_order(self.graph, submit, available(), seconds, jobs)

    def run(self, stage: Stage, upstream: Sequence[str], say: Callable[[str], None]) -> Result:
        """Bring one stage up to date; no process is started where nothing can have changed.

        Args:
            upstream: how each stage above it ended.
            say: takes the stage's output, line by line.
        """
        if not all(one in set(Outcome) and Outcome(one).is_current for one in upstream):
            return Result(Outcome.NOT_READY, SENTENCES[Outcome.NOT_READY], again=False)
        idle = all(one == Outcome.CACHED for one in upstream)
        if not self._force and stage.address not in self._found.stale and idle:
            return Result(Outcome.CACHED, SENTENCES[Outcome.CACHED])
        for reason in self._found.stale.get(stage.address, ()):
            say(f"stale: {reason}")
        result = self._crew.run(stage, say)
        if result.outcome is Outcome.RAN:
            self._took[stage.address] = result.seconds
        if not result.again:
            self._hopeless.add(stage.address)
        return result

    def may_try_again(self, stage: Stage) -> bool:
        """Whether another attempt at a stage that failed may end otherwise."""
        return stage.address not in self._hopeless

    def finish(self, outcomes: Mapping[str, str]) -> Verdict:
        """Leave dvc.lock as `dvc repro` would have, and say how it went.

        Args:
            outcomes: how each stage of `graph` ended; a word that is no Outcome means not run.
        """
        if any(one != Outcome.CACHED for one in outcomes.values()):
            order_lock(self.root, self._found.graph, self._before)
        keep_timings(self.root, self._took)
        current = [one for one in Outcome if one.is_current]
        counts = {one: sum(1 for end in outcomes.values() if end == one) for one in current}
        said = [f"{count} {name.lower()}" for name, count in counts.items() if count]
        failed = [address for address, end in outcomes.items() if end == Outcome.FAILED]
        ended = {*current, Outcome.FAILED}
        skipped = [address for address, end in outcomes.items() if end not in ended]
        if not failed and not skipped:
            return Verdict(True, ", ".join(said) or "nothing to do")
        lines = [", ".join([*said, *([f"{len(skipped)} not run"] if skipped else [])])]
        lines += [f"  failed: {', '.join(failed)}"] if failed else []
        lines += (
            [f"  not run, since they need what failed: {', '.join(skipped)}"] if skipped else []
        )
        lines.append("  fix: mend what its log names, then run the same again: what ended is kept")
        return Verdict(False, "\n".join(lines))

    def evaluated(self, outcomes: Mapping[str, str]) -> list[str]:
        """The projects whose evaluation is part of this build and up to date."""
        ended = {one for one in Outcome if one.is_current}
        current = [address for address, end in outcomes.items() if end in ended]
        return [project for one in current if (project := evaluated_project(one))]


def _what() -> str:
    """This process in a few words, for whoever finds the workspace busy."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:80] or "a run"
