"""A flow that takes its time, deployed to the toy's pool."""

from __future__ import annotations

from pathlib import Path

from penstock.services.api import ask
from tests.penstock_up import Up

FLOW = '''\
"""A flow that takes its time."""
import pathlib
import time
from prefect import flow
from prefect.runtime import flow_run

@flow(name="sleepy")
def sleepy(seconds: int = 0):
    pathlib.Path("begun").write_text(flow_run.id)
    time.sleep(seconds)
'''
PREFECT_YAML = """\
build: [{prefect.deployments.steps.run_shell_script: {id: here, script: pwd -P}}]
pull: [{prefect.deployments.steps.set_working_directory: {directory: "{{ here.stdout }}"}}]
deployments:
  - {name: sleepy, entrypoint: "flows/sleepy.py:sleepy", work_pool: {name: penstock}}
"""


def make_sleepy(root: Path) -> Path:
    """Add the flow and its deployment to the workspace `root`."""
    (root / "flows").mkdir()
    (root / "flows" / "sleepy.py").write_text(FLOW)
    (root / "prefect.yaml").write_text(PREFECT_YAML)
    return root


def sleep_run(up: Up, seconds: int) -> str:
    """Ask for a run that sleeps so long; its id."""
    which = {"deployments": {"name": {"any_": ["sleepy"]}}}
    [deployment] = ask(up.api, "deployments/filter", which)
    question = {"parameters": {"seconds": seconds}, "state": {"type": "SCHEDULED"}}
    return str(ask(up.api, f"deployments/{deployment['id']}/create_flow_run", question)["id"])


def has_begun(up: Up, run: str) -> bool:
    """Whether the flow itself is at work, and not only its process."""
    file = up.root / "begun"
    return file.exists() and file.read_text() == run


def state(up: Up, run: str) -> str:
    """The name of its state; "no answer" while the server is away."""
    found = up.runs(id={"any_": [run]})
    return str(found[0]["state"]["name"]) if found else "no answer"
