"""One run over the graph, whoever schedules it: what is stale, who is at work, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from penstock.engine.graph import compile_graph, find_stale, order_lock
from penstock.engine.stages import Stage
from penstock.engine.worker import Crew, Outcome, Result
from penstock.lineage import evaluated_project, locked_addresses

_CACHED = Result(Outcome.CACHED, "nothing it depends on has changed")


@dataclass(frozen=True)
class Verdict:
    """How a build ended: whether every stage is up to date, and a sentence for each that isn't."""

    complete: bool
    message: str


class Build:
    """A build of `targets` and all they need; leave the `with` block and nothing is at work.

    Args:
        root: the checkout.
        targets: addresses or template names; the whole graph where none is named.

    Raises:
        GraphError, ParamsError, UnknownName: the graph can't be compiled, or lacks a target.
    """

    def __init__(self, root: Path, targets: Iterable[str] = ()) -> None:
        self.root = root
        self._all = compile_graph(root)
        self.graph = self._all.select(targets)
        self._stale = find_stale(root, self.graph.stages)
        self._before = locked_addresses(root)
        self._crew = Crew(root)
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

    def close(self) -> None:
        """End what is at work; nothing starts after this."""
        self._crew.close()

    def run(self, stage: Stage, upstream: Sequence[str], say: Callable[[str], None]) -> Result:
        """Bring one stage up to date; no process is started where nothing can have changed.

        Args:
            upstream: how each stage above it ended.
            say: takes the stage's output, line by line.
        """
        if stage.address not in self._stale and all(one == Outcome.CACHED for one in upstream):
            return _CACHED
        for reason in self._stale.get(stage.address, ()):
            say(f"stale: {reason}")
        result = self._crew.run(stage, say)
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
        order_lock(self.root, self._all, self._before)
        counts = {one: sum(1 for end in outcomes.values() if end == one) for one in Outcome}
        said = [f"{count} {name.lower()}" for name, count in counts.items() if count]
        failed = [address for address, end in outcomes.items() if end == Outcome.FAILED]
        known = set(Outcome)
        skipped = [address for address, end in outcomes.items() if end not in known]
        if not failed and not skipped:
            return Verdict(True, ", ".join(said))
        lines = [", ".join([*said, *([f"{len(skipped)} not run"] if skipped else [])])]
        lines += [f"  failed: {', '.join(failed)}"] if failed else []
        lines += (
            [f"  not run, since they need what failed: {', '.join(skipped)}"] if skipped else []
        )
        lines.append("  fix: mend what its log names, then run the same again: what ended is kept")
        return Verdict(False, "\n".join(lines))

    def evaluated(self, outcomes: Mapping[str, str]) -> list[str]:
        """The projects whose evaluation is part of this build and up to date."""
        ended = {Outcome.RAN, Outcome.CACHED, Outcome.RESTORED}
        current = [address for address, end in outcomes.items() if end in ended]
        return [project for one in current if (project := evaluated_project(one))]
