"""From stored reports to running workflows.

The relay passes on each report's nudge as soon as it is committed. The reconciler starts a run for
every open incident that has none, which mends whatever else was lost: a relay that died between the
signal and its note of it, or Temporal's whole store.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from temporalio.client import Client, WorkflowHandle
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.service import RPCError

from kure.adapters import tracing
from kure.adapters.postgres import nudges
from kure.adapters.postgres.nudges import Nudge
from kure.adapters.postgres.pool import AWAY, Pool
from kure.adapters.temporal import registered_search_attributes
from kure.contracts.incidents import IncidentStart
from kure.domain.workloads import Workload
from kure.errors import KureError
from workflows.incident import IncidentWorkflow
from workflows.names import KURE, incident_workflow_id

log = logging.getLogger("kure.api.relay")

POLL_SECONDS = 1.0
RECONCILE_SECONDS = 60.0
RUNNING = "WorkflowType = 'IncidentWorkflow' AND ExecutionStatus = 'Running'"
TRANSIENT = (KureError, RPCError, *AWAY)


class Starter:
    """Starts incident workflows, with the search attributes that the namespace knows."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._registered: frozenset[str] | None = None

    async def nudge(self, nudge: Nudge) -> None:
        """Signal the incident's run, starting it where there is none."""
        with tracing.within(nudge.traceparent):
            await self._start(nudge, signal="nudge")

    async def ensure(self, nudge: Nudge) -> None:
        """Start the incident's run where there is none; a running one notices nothing."""
        await self._start(nudge, signal=None)

    async def running(self) -> set[str]:
        """The ids of the incident workflows that run, as of some seconds ago."""
        return {found.id async for found in self._client.list_workflows(RUNNING)}

    async def search_attributes(self, workload: Workload) -> TypedSearchAttributes:
        """What people may search runs by in Temporal."""
        if self._registered is None:
            self._registered = await registered_search_attributes(self._client)
        values = {
            "KureCluster": workload.cluster,
            "KureNamespace": workload.namespace,
            "KureWorkload": f"{workload.kind}/{workload.name}",
            "KureStatus": "open",
        }
        return TypedSearchAttributes(
            [
                SearchAttributePair(SearchAttributeKey.for_keyword(name), value)
                for name, value in values.items()
                if name in self._registered
            ]
        )

    async def _start(
        self, nudge: Nudge, signal: str | None
    ) -> WorkflowHandle[IncidentWorkflow, None]:
        return await self._client.start_workflow(
            IncidentWorkflow.run,
            IncidentStart(incident_id=str(nudge.incident_id)),
            id=incident_workflow_id(nudge.workload),
            task_queue=KURE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            search_attributes=await self.search_attributes(nudge.workload),
            start_signal=signal,
            static_summary=f"{nudge.workload.kind} {nudge.workload.name}",
        )


class Relay:
    """Passes nudges on, twenty at a time; several processes share the work by row locks."""

    def __init__(self, pool: Pool, starter: Starter, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._starter = starter
        self._clock = clock
        self._woken = asyncio.Event()
        self._told = False

    def wake(self) -> None:
        """A report was committed."""
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. What cannot be passed on now stays in the database for later."""
        while True:
            self._woken.clear()
            if await self._try(self.pass_on):
                continue
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def reconcile_for_ever(self) -> None:
        """At start, then every minute."""
        while True:
            await self._try(self.reconcile)
            await asyncio.sleep(RECONCILE_SECONDS)

    async def pass_on(self) -> bool:
        """Pass on one batch; True where there may be more."""
        async with (
            nudges.claimed(self._pool, self._clock()) as batch,
            asyncio.TaskGroup() as group,
        ):
            for nudge in batch:
                group.create_task(self._starter.nudge(nudge))
        return bool(batch)

    async def reconcile(self) -> bool:
        """Start the runs that are missing, and ask those again that are still to look at their
        workloads. Temporal's list lags, which starting twice forgives."""
        live = await nudges.live_incidents(self._pool)
        if live:
            running = await self._starter.running()
            for nudge in live:
                if incident_workflow_id(nudge.workload) not in running:
                    await self._starter.ensure(nudge)
        for nudge in await nudges.to_look_at(self._pool):
            await self._starter.nudge(nudge)
        return False

    async def _try(self, work: Callable[[], Awaitable[bool]]) -> bool:
        more = False
        problem: BaseException | None = None
        try:
            more = await work()
        except* TRANSIENT as errors:
            problem = errors.exceptions[0]
        if problem is not None:
            if not self._told:
                log.warning("nudges wait in the database: %s", problem)
            await asyncio.sleep(POLL_SECONDS)
        elif self._told:
            log.info("nudges are passed on again")
        self._told = problem is not None
        return more
