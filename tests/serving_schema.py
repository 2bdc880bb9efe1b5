"""Schemathesis against what the server says of itself."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


def try_all(port: int, cases: int, headers: dict[str, str] | None = None) -> Counter[int]:
    """Ask every operation `cases` times, with what fits and what does not; statuses that came.

    Raises:
        Exception: an answer is a 5xx, of an undocumented status, type or shape.
    """
    base = f"http://127.0.0.1:{port}"
    schema = schemathesis.openapi.from_url(f"{base}/openapi.json")
    came: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:
            _try(operation.as_strategy(generation_mode=mode), cases // 2, base, headers, came)
    return came


def _try(
    strategy: Any, cases: int, base: str, headers: dict[str, str] | None, came: Counter[int]
) -> None:
    @given(case=strategy)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any) -> None:
        response = case.call(base_url=base, headers=headers)
        came[response.status_code] += 1
        case.validate_response(response, checks=CHECKS, headers=headers)
        if case.path.endswith(("/score", "/recommend")) and response.status_code == 200:
            _follow(response.json(), base, headers)

    with suppress(Unsatisfiable):  # what takes nothing can't be given anything wrong
        ask()


def _follow(scored: Any, base: str, headers: dict[str, str] | None) -> None:
    """What was answered can be traced: the link that the description gives."""
    for answer in scored.get("answers", [scored]):
        if "prediction_id" in answer:
            url = f"{base}/v1/predictions/{answer['prediction_id']}"
            traced = requests.get(url, headers=headers, timeout=30)
            assert traced.status_code == 200, traced.text
            told = traced.json()
            if "items" in answer:
                assert [one["item"] for one in told["items"]] == [
                    one["item"] for one in answer["items"]
                ]
            else:
                assert told["score"] == answer["score"]
