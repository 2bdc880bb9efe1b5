"""Something done behind the thread that answers goes on after a failure, and says it."""

from __future__ import annotations

import threading

from penstock.serving.online.regularly import Regularly


def test_it_is_tried_again_after_a_failure_which_is_told_until_then() -> None:
    said: list[str | None] = []
    done = threading.Event()

    def action() -> None:
        said.append(regularly.problem)
        if len(said) == 2:
            raise OSError("disk full")
        if len(said) == 4:
            done.set()

    regularly = Regularly("test", 0.001, action)
    regularly.start()
    assert done.wait(30)
    regularly.stop()
    assert said[:4] == [None, None, "disk full", None]


def test_one_that_was_never_started_can_be_stopped() -> None:
    Regularly("test", 1.0, list).stop()
