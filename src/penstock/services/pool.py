"""The work pool that all deployments share: one run at a time, since they share a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

POOL = "penstock"
AT_A_TIME = 1


def register_pool(client: SyncPrefectClient) -> str:
    """Make the pool, of type process, unless there is one; a sentence about it.

    A pool of another type is left as it is: who runs in containers has made it so.
    """
    from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
    from prefect.exceptions import ObjectNotFound
    from prefect.workers.process import ProcessWorker

    try:
        found = client.read_work_pool(POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        client.create_work_pool(
            WorkPoolCreate(
                name=POOL,
                type="process",
                base_job_template=template,
                concurrency_limit=AT_A_TIME,
                description="Runs of this workspace, one at a time.",
            )
        )
        return f"work pool {POOL}: made (process, {AT_A_TIME} run at a time)"
    if found.concurrency_limit != AT_A_TIME:
        client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=AT_A_TIME))
    return f"work pool {POOL}: there ({found.type}, {AT_A_TIME} run at a time)"
