"""What the server does by itself: end runs that are dead, tell of those that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from penstock.services.pool import POOL

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import AutomationCore, EventTrigger

# A run says every 30 s that it lives: the least that Prefect 3.8 allows (flow_engine.py). Two
# heartbeats may be lost; what is dead is said to be so within 120 s all the same.
HEARTBEAT_SECONDS = 30
SILENCE = timedelta(seconds=90)
# Until it is Running a run has no heartbeat. Starting takes seconds; on a busy machine, many.
START = timedelta(minutes=10)
# A failure is told unless the run goes on within this time: by a retry, or since it was not dead.
PATIENCE = timedelta(seconds=45)

SILENT = "penstock: a silent run has crashed"
ALIVE = "penstock: a run that speaks again is running"
MUTE = "penstock: a run that never spoke has crashed"
NEVER_STARTED = "penstock: a run that does not start has crashed"
FAILED = "penstock: tell of failed runs"
HEARTBEAT = "prefect.flow-run.heartbeat"
FAILURES = ("Failed", "TimedOut", "Crashed")
# Names of states, not types, are what events go by; Cached is one of the flow's own.
ENDS = (*FAILURES, "Completed", "Cached", "Cancelled", "Cancelling")


def watch_runs(silence: timedelta = SILENCE) -> list[AutomationCore]:
    """Automations by which a run whose process is dead, and no other, ends as Crashed.

    A server that was down itself finds every run silent when it is back, the healthy ones too;
    those are set back to Running by their next heartbeat. Nothing is done to a process by either:
    states of tasks are the flow's own to set, so that what it does goes on meanwhile.

    Args:
        silence: without a heartbeat for so long, a run is dead.
    """
    from prefect.automations import AutomationCore, Posture
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState

    silent = f"no heartbeat for {silence.total_seconds():.0f} s: its process is gone"
    mute = f"no heartbeat within {silence.total_seconds():.0f} s of its start"
    idle = f"not begun after {START.total_seconds() / 60:.0f} minutes: its worker is gone"
    return [
        AutomationCore(
            name=SILENT,
            trigger=_each_run(
                Posture.Proactive,
                after={HEARTBEAT},
                expect={HEARTBEAT, *_states(*ENDS)},
                within=silence,
            ),
            actions=[_crash(silent)],
        ),
        AutomationCore(
            name=ALIVE,
            trigger=_each_run(
                Posture.Reactive,
                after=_states("Crashed"),
                expect={HEARTBEAT},
                within=timedelta(days=1),
            ),
            actions=[
                ChangeFlowRunState(
                    name="Running",
                    state=StateType.RUNNING,
                    message="it speaks again: the server had not heard it",
                    force=False,
                )
            ],
        ),
        AutomationCore(
            name=MUTE,
            trigger=_each_run(
                Posture.Proactive,
                after=_states("Running"),
                expect={HEARTBEAT, *_states(*ENDS)},
                within=silence,
                pool=POOL,  # its worker has them speak; runs by hand may do without
            ),
            actions=[_crash(mute)],
        ),
        AutomationCore(
            name=NEVER_STARTED,
            trigger=_each_run(
                Posture.Proactive,
                after=_states("Pending"),
                expect={"prefect.flow-run.*"},
                within=START,
            ),
            actions=[_crash(idle)],
        ),
    ]


def tell_of_failures(block: UUID, patience: timedelta = PATIENCE) -> AutomationCore:
    """The automation that sends a message through the notification block `block`."""
    from prefect.automations import AutomationCore, Posture
    from prefect.events.actions import SendNotification

    return AutomationCore(
        name=FAILED,
        trigger=_each_run(
            Posture.Proactive,
            after=_states(*FAILURES),
            expect=_states("Running", "Completed", "Cached", "AwaitingRetry"),
            within=patience,
        ),
        actions=[
            SendNotification(
                block_document_id=block,
                subject="{{ flow.name }} {{ flow_run.state.name }}: {{ flow_run.name }}",
                body="{{ flow_run.state.message }}\n\n{{ flow_run|ui_url }}",
            )
        ],
    )


def register(client: SyncPrefectClient, automation: AutomationCore) -> str:
    """Make the automation, or bring the one of its name up to date; a sentence about it.

    One that says the same already is left alone: a new one would forget whom it watches. One that
    a person has switched off stays off.
    """
    found = client.read_automations_by_name(automation.name)
    for one in found[1:]:
        client.delete_automation(one.id)
    if not found:
        client.create_automation(automation)
        return f"automation “{automation.name}”: made"
    if _says(found[0]) != _says(automation):
        wanted = automation.model_copy(update={"enabled": found[0].enabled})
        client.update_automation(found[0].id, wanted)
        return f"automation “{automation.name}”: brought up to date"
    return f"automation “{automation.name}”: there"


def withdraw(client: SyncPrefectClient, name: str) -> None:
    """Remove the automation of that name; none is as good as removed."""
    for one in client.read_automations_by_name(name):
        client.delete_automation(one.id)


def _each_run(
    posture: Any, after: set[str], expect: set[str], within: timedelta, pool: str | None = None
) -> EventTrigger:
    """Looks at every flow run, or those of a pool, each by itself; once is enough."""
    from prefect.automations import EventTrigger

    return EventTrigger.model_validate(
        {
            "match": {"prefect.resource.id": "prefect.flow-run.*"},
            "match_related": {
                "prefect.resource.role": "work-pool",
                "prefect.resource.name": pool,
            }
            if pool
            else {},
            "for_each": {"prefect.resource.id"},
            "threshold": 1,
            "posture": posture,
            "after": after,
            "expect": expect,
            "within": within,
        }
    )


def _states(*names: str) -> set[str]:
    """Events by which the server says that a run has entered a state."""
    return {f"prefect.flow-run.{name}" for name in names}


def _crash(message: str) -> ChangeFlowRunState:
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState

    return ChangeFlowRunState(name="Crashed", state=StateType.CRASHED, message=message, force=False)


def _says(automation: AutomationCore) -> dict[str, Any]:
    """What of an automation is ours to say; ids are the server's, sets have no order."""
    said = automation.model_dump(mode="json", include={"trigger", "actions"})
    trigger = {key: _sorted(value) for key, value in said["trigger"].items() if key != "id"}
    return {"trigger": trigger, "actions": said["actions"]}


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value
