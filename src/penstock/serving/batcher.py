"""Rows that come together are scored together.

Whoever asks within one turn of the event loop shares one call of the model: under load a call
serves many requests, and a request that is alone waits for nobody.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Future, get_running_loop
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from penstock.serving.contracts import Array, ScorerName, Served
from penstock.serving.served import CROSSOVER

T = TypeVar("T")


class Scored(NamedTuple):
    """What the model said.

    Attributes:
        scores: one a row.
        rows: float32 [rows, inputs], what it saw.
    """

    scores: list[float]
    scorer: ScorerName
    rows: Array


Done = Callable[[Scored | Exception], None]  # raises nothing


class _Waiting(NamedTuple):
    served: Served
    vectors: list[Array]
    asked: list[tuple[int, Done]]  # rows of each


class Batcher:
    """Collects what is asked in one turn of the loop that runs when it is first asked.

    Args:
        names: of the vectors' features, in order; a model takes those that it names.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._loop: AbstractEventLoop | None = None
        self._names = tuple(names)
        self._waiting: dict[int, _Waiting] = {}
        self._columns: dict[tuple[str, ...], Array | None] = {self._names: None}
        self._warming: set[str] = set()
        self._warm: set[str] = set()

    def ask(self, served: Served, vectors: list[Array], done: Done) -> None:
        """Have `done` called, within this turn of the loop, with the scores of float64 vectors."""
        waiting = self._waiting.get(id(served))
        if waiting is not None:
            waiting.vectors.extend(vectors)
            waiting.asked.append((len(vectors), done))
            return
        if not self._waiting:
            loop = self._loop = self._loop or get_running_loop()
            loop.call_soon(self._flush)
        self._waiting[id(served)] = _Waiting(served, list(vectors), [(len(vectors), done)])

    def rows(self, served: Served, vectors: Sequence[Array]) -> Array:
        """Float32 [vectors, inputs] of what `served` takes, in its order."""
        inputs = served.inputs
        if inputs not in self._columns:
            where = {name: place for place, name in enumerate(self._names)}
            self._columns[inputs] = np.array([where[name] for name in inputs], dtype=np.intp)
        columns = self._columns[inputs]
        with np.errstate(over="ignore"):  # the model says that it takes no infinity
            rows: Array = np.array(vectors, dtype=np.float32)
        return rows if columns is None else np.ascontiguousarray(rows[:, columns])

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for one in waiting.values():
            self._answer(one)

    def _answer(self, waiting: _Waiting) -> None:
        try:
            rows = self.rows(waiting.served, waiting.vectors)
            values, scorer = self._score(waiting.served, rows)
        except Exception as error:  # whoever waits must hear of it, whatever it is
            self._fail(waiting, error)
            return
        start = 0
        for count, done in waiting.asked:
            stop = start + count
            done(Scored(values[start:stop], scorer, rows[start:stop]))
            start = stop

    def _fail(self, waiting: _Waiting, error: Exception) -> None:
        """Let a row that can't be scored hinder none that was asked for by others."""
        if len(waiting.asked) == 1:
            [(_, done)] = waiting.asked
            done(error)
            return
        start = 0
        for count, done in waiting.asked:
            vectors = waiting.vectors[start : start + count]
            self._answer(_Waiting(waiting.served, vectors, [(count, done)]))
            start += count

    def _score(self, served: Served, rows: Array) -> tuple[list[float], ScorerName]:
        """Large batches are cut small until the library that is faster with them is loaded."""
        if len(rows) <= CROSSOVER or served.origin.key in self._warm:
            scores, scorer = served.score(rows)
            return scores.tolist(), scorer
        self._warm_up(served, rows)
        parts = [
            served.score(rows[start : start + CROSSOVER])
            for start in range(0, len(rows), CROSSOVER)
        ]
        return [score for scores, _ in parts for score in scores.tolist()], parts[0][1]

    def _warm_up(self, served: Served, rows: Array) -> None:
        """Let a thread meet a large batch first: a second on the loop would stop everybody."""
        key = served.origin.key
        if key in self._warming:
            return
        self._warming.add(key)

        def done(tried: Future[Any]) -> None:
            if not tried.cancelled() and tried.exception() is None:
                self._warm.add(key)

        get_running_loop().run_in_executor(None, served.score, rows).add_done_callback(done)


def resolve(future: Future[T], came: T | Exception) -> None:
    """Give a future what came, unless whoever waited for it has gone."""
    if future.done():
        return
    if isinstance(came, Exception):
        future.set_exception(came)
    else:
        future.set_result(came)
