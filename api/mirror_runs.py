"""Mirrors and their workflows: asking what one would be, starting its run, and what people ask of a
running one. Starts the runs that are missing, too: Temporal's store was lost, or this process died
between the commit and the start."""

import asyncio
import logging
from datetime import timedelta

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.service import RPCError

from api.actions import REFUSALS, answered
from api.relay import RECONCILE_SECONDS, TRANSIENT, Starter
from kure.adapters.postgres import mirror_work
from kure.adapters.postgres.mirror_work import Unended
from kure.adapters.postgres.pool import Pool
from kure.contracts.mirroring import (
    EndRequest,
    Extended,
    ExtendRequest,
    MirrorStart,
    Planned,
    PlanRequest,
)
from kure.errors import ClusterUnavailable, KureError, TemporalUnavailable
from workflows.mirror import MirrorWorkflow
from workflows.mirror_plan import MirrorPlanWorkflow
from workflows.names import KURE, mirror_plan_workflow_id, mirror_workflow_id

log = logging.getLogger("kure.api.mirrors")

PLAN_SECONDS = 20.0
# The workflow ends itself by then; this is for a Temporal that does not say so.
ANSWER_SECONDS = PLAN_SECONDS + 2
RUNNING = "WorkflowType = 'MirrorWorkflow' AND ExecutionStatus = 'Running'"


class MirrorRuns:
    """Of one API process; several may start the same run, which starts once."""

    def __init__(self, pool: Pool, client: Client, starter: Starter) -> None:
        self._pool = pool
        self._client = client
        self._starter = starter

    async def plan(self, request: PlanRequest) -> Planned:
        """What a mirror would be. As the cluster's worker refuses; ClusterUnavailable where it does
        not answer in time, TemporalUnavailable where Temporal does not."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._plan(request)
        except WorkflowFailureError as error:
            raise _refusal(error, request.wish.workload.cluster) from error
        except (TimeoutError, RPCError) as error:
            raise TemporalUnavailable(
                "The workflow engine did not answer in time. Nothing was changed: ask again."
            ) from error

    async def _plan(self, request: PlanRequest) -> Planned:
        return await self._client.execute_workflow(
            MirrorPlanWorkflow.run,
            request,
            id=mirror_plan_workflow_id(request.mirror_id),
            task_queue=KURE,
            execution_timeout=timedelta(seconds=PLAN_SECONDS),
            static_summary=request.summary,
        )

    async def start(self, mirror: Unended) -> None:
        """Start the run of a mirror where there is none."""
        await self._client.start_workflow(
            MirrorWorkflow.run,
            MirrorStart(mirror_id=mirror.mirror_id),
            id=mirror_workflow_id(mirror.mirror_id),
            task_queue=KURE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=await self._starter.search_attributes(mirror.workload),
            static_summary=mirror.pod,
        )

    async def start_soon(self, mirror: Unended) -> None:
        """The same; where Temporal is away, the reconciler does it later."""
        try:
            await self.start(mirror)
        except (KureError, RPCError) as error:
            log.warning("mirror %s has no run yet: %s", mirror.mirror_id, error)

    async def extend(self, mirror: Unended, request: ExtendRequest) -> Extended:
        """Let it live longer. Conflict where it is too late."""

        async def update() -> Extended:
            return await self._client.execute_update_with_start_workflow(
                MirrorWorkflow.extend,
                request,
                start_workflow_operation=await self._with_start(mirror),
                id=request.idempotency_key,
            )

        return await answered(update, "the mirror")

    async def end(self, mirror: Unended, request: EndRequest) -> None:
        """Delete it now."""

        async def update() -> None:
            await self._client.execute_update_with_start_workflow(
                MirrorWorkflow.end,
                request,
                start_workflow_operation=await self._with_start(mirror),
                id=request.idempotency_key,
            )

        await answered(update, "the mirror")

    async def _with_start(
        self, mirror: Unended
    ) -> WithStartWorkflowOperation[MirrorWorkflow, None]:
        return WithStartWorkflowOperation(
            MirrorWorkflow.run,
            MirrorStart(mirror_id=mirror.mirror_id),
            id=mirror_workflow_id(mirror.mirror_id),
            task_queue=KURE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=await self._starter.search_attributes(mirror.workload),
        )

    async def run(self) -> None:
        """Until cancelled: look at start, then every minute."""
        while True:
            try:
                await self.reconcile()
            except TRANSIENT as error:
                log.warning("mirrors without a run wait for one: %s", error)
            await asyncio.sleep(RECONCILE_SECONDS)

    async def reconcile(self) -> None:
        """Start the runs that are missing. Temporal's list lags, which starting twice forgives."""
        mirrors = await mirror_work.unended(self._pool)
        if not mirrors:
            return
        running = {found.id async for found in self._client.list_workflows(RUNNING)}
        for mirror in mirrors:
            if mirror_workflow_id(mirror.mirror_id) not in running:
                await self.start(mirror)


def _refusal(error: WorkflowFailureError, cluster: str) -> KureError:
    """What the worker said, as the error that it was there."""
    cause: BaseException | None = error.cause
    while isinstance(cause, FailureError):
        if isinstance(cause, ApplicationError) and cause.type in REFUSALS:
            return REFUSALS[cause.type](cause.message)
        cause = cause.cause
    return ClusterUnavailable(
        f"The worker of cluster {cluster} did not answer within {PLAN_SECONDS:.0f} s, or could not "
        "read the cluster. Nothing was changed. Health says whether a worker is there; ask again."
    )
