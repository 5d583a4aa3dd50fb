"""One scan of a cluster's security: its lists, the checks, what they found. One at a time in a
cluster; whoever wants another meanwhile is told of this one."""

import asyncio
from typing import Literal

from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    WorkflowAlreadyStartedError,
    is_cancelled_exception,
)
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from kure.contracts.scanning import (
        BeginScan,
        CheckObjects,
        EndScan,
        FinishScan,
        ListKind,
        ScanActivities,
        ScanAsked,
        ScanClusterActivities,
        ScanStart,
        SkipScan,
    )
    from kure.contracts.security import ScanStarted
    from workflows.names import KURE, scan_queue, scan_workflow_id
    from workflows.options import cluster_list, db_local, db_much, security_checks

# Lists that are read at a time: a scan must not be felt.
AT_ONCE = 3


@workflow.defn
class ScanWorkflow:
    """`scan/<cluster>`. What it has read is in the database: a worker that is killed is followed by
    one that goes on."""

    @workflow.init
    def __init__(self, start: ScanStart) -> None:
        self._start = start
        self._scan_id = ""
        self._asked = 0

    @workflow.update
    async def ask(self, asked: ScanAsked) -> ScanStarted:
        """The scan that runs; the first who asks before it has begun is the one who started it."""
        first = self._asked == 0 and not self._scan_id and asked.start == self._start
        self._asked += 1
        await workflow.wait_condition(lambda: bool(self._scan_id))
        return ScanStarted(scan_id=self._scan_id, joined=not first)

    @workflow.run
    async def run(self, start: ScanStart) -> str:
        """The id of the scan, when it has ended, whichever way."""
        info = workflow.info()
        request = BeginScan(
            run_id=info.first_execution_run_id, workflow_id=info.workflow_id, start=start
        )
        begun = await workflow.execute_local_activity_method(
            ScanActivities.begin_scan, request, **db_local("Begin the scan")
        )
        self._scan_id = begun.scan_id
        try:
            await self._scan(request.run_id, begun.kinds)
        except BaseException as error:
            if is_cancelled_exception(error):
                await asyncio.shield(self._end(request.run_id, "cancelled", "Somebody ended it."))
            elif isinstance(error, ActivityError):
                said = str(error.cause or error)[:2000]
                await self._end(request.run_id, "failed", said)
            raise
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._scan_id

    async def _scan(self, run_id: str, kinds: list[str]) -> None:
        turns = asyncio.Semaphore(AT_ONCE)
        queue = scan_queue(self._start.cluster)

        async def listed(kind: str) -> None:
            request = ListKind(scan_id=self._scan_id, run_id=run_id, kind=kind)
            async with turns:
                await workflow.execute_activity_method(
                    ScanClusterActivities.list_kind,
                    request,
                    **cluster_list(request.summary, queue),
                )

        await asyncio.gather(*(listed(kind) for kind in kinds))
        check = CheckObjects(
            scan_id=self._scan_id,
            run_id=run_id,
            cluster=self._start.cluster,
            namespaces=self._start.namespaces,
        )
        await workflow.execute_activity_method(
            ScanClusterActivities.check_objects, check, **security_checks(check.summary, queue)
        )
        finish = FinishScan(scan_id=self._scan_id, run_id=run_id)
        await workflow.execute_activity_method(
            ScanActivities.finish_scan, finish, **db_much(finish.summary)
        )

    async def _end(self, run_id: str, state: Literal["failed", "cancelled"], text: str) -> None:
        request = EndScan(scan_id=self._scan_id, run_id=run_id, state=state, text=text)
        await workflow.execute_local_activity_method(
            ScanActivities.end_scan, request, **db_local("End the scan")
        )


@workflow.defn
class ScanStarterWorkflow:
    """The tiny run of the Schedule: starts a scan, or says that the one before still runs."""

    @workflow.run
    async def run(self, start: ScanStart) -> bool:
        """Whether a scan began."""
        try:
            await workflow.start_child_workflow(
                ScanWorkflow.run,
                start,
                id=scan_workflow_id(start.cluster),
                task_queue=KURE,
                parent_close_policy=ParentClosePolicy.ABANDON,
                static_summary=f"Scan {start.cluster}",
            )
        except WorkflowAlreadyStartedError:
            skipped = SkipScan(run_id=workflow.info().run_id, start=start)
            await workflow.execute_local_activity_method(
                ScanActivities.skip_scan, skipped, **db_local("Say that the scan was skipped")
            )
            return False
        return True
