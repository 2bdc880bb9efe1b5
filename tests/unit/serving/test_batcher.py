"""Rows that come in one turn of the loop share a call."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import numpy as np
import pytest

from penstock.serving.batcher import Batcher, Scored, resolve
from penstock.serving.served import CROSSOVER
from tests.serving_app import INPUTS, Linear, RainUnknown

ROW = np.array([2.0, 1.0])


def asked(batcher: Batcher, served: Any, *vectors: Any) -> asyncio.Future[Scored]:
    future: asyncio.Future[Scored] = asyncio.get_running_loop().create_future()
    batcher.ask(served, list(vectors), partial(resolve, future))
    return future


async def scores_of(served: Any, *lists: Any) -> list[Any]:
    batcher = Batcher(INPUTS)
    return await asyncio.gather(
        *(asked(batcher, served, *one) for one in lists), return_exceptions=True
    )


def test_requests_of_one_turn_are_one_call_and_each_gets_its_own() -> None:
    served = Linear("a")
    rows = [[ROW * number] for number in range(1, 6)]
    scored = asyncio.run(scores_of(served, *rows, [ROW, ROW * 2]))
    assert served.calls == [7]
    alone = [served.rescore(np.array(one, np.float32), "onnx")[0] for one in rows]
    assert [one.scores[0] for one in scored[:5]] == alone
    assert scored[5].scores == alone[:2] and scored[5].rows.shape == (2, 2)


def test_two_models_are_two_calls() -> None:
    async def run() -> tuple[Scored, Scored]:
        batcher = Batcher(INPUTS)
        return await asyncio.gather(asked(batcher, one, ROW), asked(batcher, other, ROW))

    one, other = Linear("a"), Linear("b", 0.1)
    first, second = asyncio.run(run())
    assert one.calls == other.calls == [1] and first.scores != second.scores


def test_a_row_that_can_t_be_scored_hinders_no_other() -> None:
    gap = np.array([1.0, np.nan])
    good, bad, last = asyncio.run(scores_of(Linear("a"), [ROW], [gap], [ROW]))
    assert isinstance(bad, RainUnknown) and good.scores == last.scores


def test_a_model_takes_its_inputs_by_name() -> None:
    batcher, served = Batcher(["rain", "other", "level"]), Linear("a")
    rows = batcher.rows(served, [np.array([1.0, 9.0, 2.0])])
    assert rows.tolist() == [[2.0, 1.0]] and rows.dtype == np.float32


def test_large_batches_are_cut_small_until_a_thread_has_met_one() -> None:
    async def run() -> Linear:
        batcher, served = Batcher(INPUTS), Linear("a")
        many = [ROW] * (2 * CROSSOVER + 1)
        await asked(batcher, served, *many)
        assert sorted(served.calls)[:3] == [1, CROSSOVER, CROSSOVER]
        for _ in range(1000):
            if served.origin.key in batcher._warm:
                break
            await asyncio.sleep(0.001)
        served.calls.clear()
        await asked(batcher, served, *many)
        return served

    assert asyncio.run(run()).calls == [2 * CROSSOVER + 1]


@pytest.mark.parametrize("came", [Scored([1.0], "onnx", np.zeros((1, 2))), ValueError("no")])
def test_whoever_has_gone_is_told_nothing(came: Any) -> None:
    async def run() -> bool:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future.cancel()
        resolve(future, came)
        return future.cancelled()

    assert asyncio.run(run())
