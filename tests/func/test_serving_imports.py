"""What a server that scores has loaded, and what it hasn't."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.workspace import ROOT, environment

HEAVY = ("dvc", "mlflow", "pandas", "prefect", "sklearn", "torch", "xgboost")
SCRIPT = f"""
import asyncio, json, sys
from pathlib import Path
from tests.serving_app import EVENT, open_app

async def call(app, path, body, method="POST"):
    said = []
    async def receive():
        return {{"type": "http.request", "body": body, "more_body": False}}
    async def send(message):
        said.append(message)
    headers = [(b"content-type", b"application/json")]
    scope = {{"type": "http", "method": method, "path": path, "headers": headers}}
    await app({{**scope, "query_string": b""}}, receive, send)
    return said[0]["status"]

import penstock.serving.opening, penstock.serving.server
app, state = open_app(Path(sys.argv[1]))
assert asyncio.run(call(app, "/v1/river/score", json.dumps(EVENT).encode())) == 200
assert asyncio.run(call(app, "/metrics", b"", "GET")) == 200
state.close()
print(*sorted(name for name in {HEAVY!r} if name in sys.modules))
"""


def test_a_server_scores_without_what_trains_tracks_and_schedules(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        cwd=ROOT,
        env={**environment(ROOT), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
