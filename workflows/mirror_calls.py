"""What a mirror's workflow has done for it, each call with what is known of the mirror."""

from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from kure.contracts.mirroring import (
        Captured,
        CaptureRequest,
        DeleteMirrorRequest,
        Deployed,
        DeployRequest,
        EndMirrorRun,
        ExtendMirrorRequest,
        MirrorActivities,
        MirrorClusterActivities,
        MirrorJob,
        Moment,
        NextRound,
        Progress,
        Round,
        TakeMirrorRequest,
        Watched,
        WatchRequest,
    )
    from kure.errors import ClusterUnavailable, NotFound
    from workflows.names import cluster_queue
    from workflows.options import (
        FINAL,
        cluster_answer,
        cluster_create,
        cluster_delete,
        cluster_read,
        cluster_watch,
        db_local,
        db_write,
    )

JOBS = ("Job", "CronJob")

# Errors of Kure's own, whose text is fit to be shown.
SHOWN = (*FINAL, ClusterUnavailable.__name__)


class Calls:
    """`pod` and `uid` are set once the mirror is there."""

    def __init__(self, job: MirrorJob, run_id: str) -> None:
        self._job = job
        self._run_id = run_id
        self._workload = job.wish.workload
        self._queue = cluster_queue(self._workload.cluster)
        self.pod = job.pod
        self.uid = job.uid

    async def deploy(self) -> Deployed:
        request = DeployRequest(
            run_id=self._run_id,
            incident_id=self._job.incident_id,
            mirror_id=self._job.mirror_id,
            wish=self._job.wish,
        )
        return await workflow.execute_activity_method(
            MirrorClusterActivities.deploy_mirror,
            request,
            **cluster_create(request.summary, self._queue),
        )

    def watch(
        self, needs_seconds: float, until: datetime, so_far: Watched | None
    ) -> Coroutine[Any, Any, Watched]:
        request = WatchRequest(
            run_id=self._run_id,
            incident_id=self._job.incident_id,
            mirror_id=self._job.mirror_id,
            namespace=self._workload.namespace,
            pod=self.pod,
            uid=self.uid or "",
            needs_seconds=needs_seconds,
            is_job=self._workload.kind in JOBS,
            until=until,
            so_far=so_far,
        )
        return workflow.execute_activity_method(
            MirrorClusterActivities.watch_mirror,
            request,
            **cluster_watch(request.summary, self._queue),
        )

    def capture(self, moment: Moment) -> Coroutine[Any, Any, Captured]:
        request = CaptureRequest(
            run_id=self._run_id,
            incident_id=self._job.incident_id,
            mirror_id=self._job.mirror_id,
            wish=self._job.wish,
            pod=self.pod,
            uid=self.uid or "",
            moment=moment,
        )
        return workflow.execute_activity_method(
            MirrorClusterActivities.capture_mirror,
            request,
            **cluster_read(request.summary, self._queue),
        )

    def next_round(self, captured: Captured) -> Coroutine[Any, Any, Round]:
        further = captured.next_operations
        request = NextRound(
            mirror_id=self._job.mirror_id,
            operations=[*self._job.wish.operations, *further] if further else [],
            title=captured.next_title,
            at=workflow.now(),
        )
        return workflow.execute_activity_method(
            MirrorActivities.next_round, request, **db_write(request.summary)
        )

    async def extend(self, expires_at: datetime) -> None:
        request = ExtendMirrorRequest(
            run_id=self._run_id,
            incident_id=self._job.incident_id,
            namespace=self._workload.namespace,
            pod=self.pod,
            uid=self.uid or "",
            expires_at=expires_at,
        )
        await workflow.execute_activity_method(
            MirrorClusterActivities.extend_mirror,
            request,
            **cluster_answer(request.summary, self._queue),
        )

    async def delete(self) -> None:
        request = DeleteMirrorRequest(
            run_id=self._run_id,
            incident_id=self._job.incident_id,
            mirror_id=self._job.mirror_id,
            cluster=self._workload.cluster,
            namespace=self._workload.namespace,
            pod=self.pod,
            uid=self.uid,
        )
        await workflow.execute_activity_method(
            MirrorClusterActivities.delete_mirror,
            request,
            **cluster_delete(request.summary, self._queue),
        )


async def take(mirror_id: str, run_id: str) -> MirrorJob | None:
    """What is to be done; None where the mirror's row was deleted meanwhile."""
    request = TakeMirrorRequest(
        mirror_id=mirror_id, run_id=run_id, workflow_id=workflow.info().workflow_id
    )
    try:
        return await workflow.execute_local_activity_method(
            MirrorActivities.take_mirror, request, **db_local(request.summary)
        )
    except FailureError as error:
        if kind_of(error) == NotFound.__name__:
            return None
        raise


async def note(progress: Progress) -> bool:
    """Tell the row, and people. Whatever may be wrong with the row, the mirror has to go on: False
    where it was not written. No local activity: while the database is away, timers would begin
    late."""
    try:
        await workflow.execute_activity_method(
            MirrorActivities.note_mirror, progress, **db_write(progress.summary)
        )
    except FailureError as error:
        workflow.logger.warning("the mirror's row was not written: %s", error)
        return False
    return True


async def end_run(run_id: str) -> None:
    request = EndMirrorRun(run_id=run_id)
    await workflow.execute_local_activity_method(
        MirrorActivities.end_mirror_run, request, **db_local(request.summary)
    )


def kind_of(error: FailureError) -> str | None:
    """The type of what an activity raised."""
    cause = error.cause if isinstance(error, ActivityError) else error
    return cause.type if isinstance(cause, ApplicationError) else None


def said(error: FailureError) -> str:
    """Why an activity failed, for people. Only Kure's own errors have a text that is fit to be
    shown."""
    cause = error.cause if isinstance(error, ActivityError) else error
    if isinstance(cause, ApplicationError) and cause.type in SHOWN:
        return cause.message
    return "The cluster's worker did not get it done in time."
