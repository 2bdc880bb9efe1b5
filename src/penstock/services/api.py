"""The few questions put to a Prefect server by processes that need not import Prefect."""

from __future__ import annotations

import base64
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from penstock.effects.reach import ANSWER_SECONDS

PAUSES = (0.2, 0.5, 1.0, 2.0)


def ask(api: str, path: str, question: Mapping[str, Any] | Sequence[Any]) -> Any:
    """POST `question` to the Prefect API at `api`; what it answers.

    A server on SQLite is busy at times and says so: it is asked again.

    Raises:
        OSError: it does not answer, or refuses.
    """
    request = urllib.request.Request(  # noqa: S310 - http(s) only
        f"{api}/{path}", json.dumps(question).encode(), {"Content-Type": "application/json"}
    )
    secret = os.environ.get("PREFECT_API_AUTH_STRING")
    if secret:
        coded = base64.b64encode(secret.encode()).decode()
        request.add_header("Authorization", f"Basic {coded}")
    for pause in (*PAUSES, None):
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
                content = answer.read()
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE or pause is None:
                raise
            time.sleep(pause)
        else:
            break
    return json.loads(content) if content else None


def why_no_worker(api: str, pool: str, name: str, since: float) -> str | None:
    """Why the worker `name` can't be counted on; None where it was heard of after `since`.

    Args:
        since: seconds of the Unix epoch.
    """
    try:
        workers = ask(api, f"work_pools/{pool}/workers/filter", {})
    except OSError as error:
        return str(error)
    for one in workers:
        heard = one["last_heartbeat_time"]
        if one["name"] == name and heard and _seconds(heard) >= since:
            return None if one["status"] == "ONLINE" else "the server has not heard of it lately"
    return "the server has not heard of it yet"


def skip_superseded(api: str, pool: str) -> int:
    """Of the runs a schedule has missed, leave the last: one run after a pause, not ten.

    Returns:
        How many runs are skipped; each ends as Cancelled, by the name Skipped.
    """
    now = datetime.now(UTC).isoformat()
    missed = {
        "flow_runs": {
            "state": {"type": {"any_": ["SCHEDULED"]}},
            "expected_start_time": {"before_": now},
        },
        "work_pools": {"name": {"any_": [pool]}},
        "sort": "EXPECTED_START_TIME_DESC",
    }
    kept: set[str] = set()
    skipped = 0
    for run in ask(api, "flow_runs/filter", missed):
        if not run["auto_scheduled"]:
            continue  # asked for by a person or an event: each has its own reason
        if run["deployment_id"] not in kept:
            kept.add(run["deployment_id"])
            continue
        state = {
            "type": "CANCELLED",
            "name": "Skipped",
            "message": "missed; a later run of its schedule stands for it",
        }
        ask(api, f"flow_runs/{run['id']}/set_state", {"state": state, "force": True})
        skipped += 1
    return skipped


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
