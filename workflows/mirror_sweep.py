"""The second look at mirrors, each minute: what is over and still there is deleted, whatever became
of the workflow that should have done it."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from kure.contracts.mirroring import (
        MirrorActivities,
        MirrorClusterActivities,
        SweepRequest,
        Swept,
    )
    from workflows.names import cluster_queue
    from workflows.options import cluster_round, db_local


@workflow.defn
class SweepWorkflow:
    """Asks each cluster's worker, side by side; one that is away is asked again in a minute."""

    @workflow.run
    async def run(self) -> list[Swept]:
        """What was deleted where."""
        live = await workflow.execute_local_activity_method(
            MirrorActivities.live_mirrors, **db_local("Read which mirrors live")
        )
        swept = await asyncio.gather(*(_sweep(request) for request in live.requests))
        return [found for found in swept if found is not None]


async def _sweep(request: SweepRequest) -> Swept | None:
    try:
        return await workflow.execute_activity_method(
            MirrorClusterActivities.sweep_mirrors,
            request,
            **cluster_round(request.summary, cluster_queue(request.cluster)),
        )
    except ActivityError as error:
        workflow.logger.warning("%s was not swept: %s", request.cluster, error.cause)
        return None
