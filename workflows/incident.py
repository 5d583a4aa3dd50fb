"""From the first report of a failing workload to its quiet recovery: one run an incident.

The incident's row in PostgreSQL is the truth; a signal only says "look again". So whatever is lost
on the way (a signal, a worker, Temporal's whole store) costs time, never an incident.
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from kure.contracts.activities import (
        ChangeRequest,
        CloseRequest,
        ClusterActivities,
        ConfirmRequest,
        DiagnoseRequest,
        EndRun,
        GatherRequest,
        IncidentActivities,
        IncidentView,
        Recovery,
        TakeRequest,
    )
    from kure.contracts.incidents import Action, Changed, IncidentStart, Resolution, Status
    from kure.errors import NotFound
    from workflows.asking import Asking
    from workflows.looks import Looks
    from workflows.names import cluster_queue
    from workflows.options import cluster_read, db_local, db_write
    from workflows.telling import Telling
    from workflows.waits import Waits

# Each open incident is read again after so long, even if nobody says that anything changed.
LOOK_AGAIN = timedelta(minutes=10)

# A timer for a moment that has passed already would fire at once and for ever.
SHORTEST_WAIT = timedelta(seconds=1)

STATUS = SearchAttributeKey.for_keyword("KureStatus")


@workflow.defn
class IncidentWorkflow:
    """Owns one incident until its workload has stayed well for the quiet time, or is gone, or has
    become part of another's."""

    @workflow.init
    def __init__(self, start: IncidentStart) -> None:
        self._id = start.incident_id
        self._run_id = workflow.info().first_execution_run_id
        self._nudged = True
        self._decided = False
        self._lock = asyncio.Lock()
        self._quiet: tuple[int, datetime] | None = None
        self._waits = Waits(self._run_id, self._id)
        self._looks = Looks()
        self._telling = Telling(start.incident_id)
        self._asking = Asking(start.incident_id, self.nudge)

    @workflow.run
    async def run(self, start: IncidentStart) -> None:
        """Goes on until the incident is over and nobody has asked for more meanwhile."""
        while not (await self._step() and await self._may_end()):
            await self._continue_as_new_if_suggested(start)

    @workflow.signal
    def nudge(self) -> None:
        """Something was reported: look at the incident again."""
        self._nudged = True

    @workflow.update
    async def acknowledge(self, request: ChangeRequest) -> Changed:
        """Somebody is looking at it."""
        return await self._change(request)

    @workflow.update
    async def ignore(self, request: ChangeRequest) -> Changed:
        """Out of the list until a time, until it was reported so often again, or for ever."""
        return await self._change(request)

    @workflow.update
    async def restore(self, request: ChangeRequest) -> Changed:
        """Back into the list."""
        return await self._change(request)

    @workflow.update
    async def resolve(self, request: ChangeRequest) -> Changed:
        """A person says that it is over; a new report reopens it."""
        return await self._change(request)

    @workflow.update
    async def retry(self, request: ChangeRequest) -> Changed:
        """Gather and diagnose again."""
        return await self._change(request)

    @workflow.update
    async def investigate(self, request: ChangeRequest) -> Changed:
        """Ask a model, also where it was asked before."""
        return await self._change(request)

    async def _change(self, request: ChangeRequest) -> Changed:
        # Under a lock, since handlers interleave where they await: the second one then sees, and
        # answers for, what the first one has done.
        # What is refused fails the update as it is: a local activity's error is not wrapped.
        async with self._lock:
            changed = await workflow.execute_local_activity_method(
                IncidentActivities.change, request, **db_local(request.summary)
            )
        self._nudged = True
        self._decided |= request.change.action in (Action.RESOLVE, Action.IGNORE)
        return changed

    async def _step(self) -> bool:
        """Look at the incident and do what is next; True once it is over."""
        self._nudged = self._decided = False
        try:
            view = await self._take()
        except ApplicationError as error:  # a local activity's, as it is
            if error.type == NotFound.__name__:  # it was old, and was deleted
                await self._asking.stop()
                return True
            raise
        if view.status not in (Status.OPEN, Status.REGRESSED):
            await self._asking.stop(view)
        if view.status in (Status.RESOLVED, Status.MERGED):
            await self._telling.tell(view)
            return True
        if view.status is not Status.IGNORED and (view.needs_diagnosis or self._looks_again(view)):
            if await self._diagnose_unless_decided(view):
                return False
        else:
            await self._telling.tell(view)
            await self._asking.ask(view, soon_known=self._looks.rest is not None)
            if not view.pods_failing or self._is_quiet(view):
                return await self._close_after_quiet(view)
        self._quiet = None
        return await self._wait_for_news(view)

    async def _take(self) -> IncidentView:
        request = TakeRequest(
            incident_id=self._id, run_id=self._run_id, workflow_id=workflow.info().workflow_id
        )
        view = await workflow.execute_local_activity_method(
            IncidentActivities.take, request, **db_local(request.summary)
        )
        self._show_status(view.status)
        return view

    def _show_status(self, status: Status) -> None:
        # Only where the start carried it: an attribute that the namespace does not know fails.
        shown = workflow.info().typed_search_attributes.get(STATUS)
        if shown is not None and shown != status.value:
            workflow.upsert_search_attributes([STATUS.value_set(status.value)])

    async def _diagnose_unless_decided(self, view: IncidentView) -> bool:
        """Gather and diagnose, but not against a person's decision; False where it failed."""
        diagnosing = asyncio.create_task(self._diagnose(view))
        await self._telling.tell_unless_soon(view, lambda: diagnosing.done() or self._decided)
        await workflow.wait_condition(lambda: diagnosing.done() or self._decided)
        if not diagnosing.done():
            diagnosing.cancel()
        try:
            await diagnosing
        except asyncio.CancelledError:
            return True
        except ActivityError as error:
            if self._decided:
                return True
            workflow.logger.warning("diagnosis failed: %s", error.cause)
            await self._telling.tell(view)
            return False
        await self._telling.tell_cause(view)
        return True

    def _looks_again(self, view: IncidentView) -> bool:
        """Whether it is time to see if by now something tells why it fails."""
        return bool(view.pods_failing) and self._looks.is_due

    async def _diagnose(self, view: IncidentView) -> None:
        look = self._looks.begin(again=not view.needs_diagnosis)
        await self._waits.end()
        gather = GatherRequest(
            incident_id=self._id,
            run_id=self._run_id,
            number=view.number,
            workload=view.workload,
            pods=view.failing,
            look=look,
        )
        gathered = await workflow.execute_activity_method(
            ClusterActivities.gather,
            gather,
            **cluster_read(gather.summary, cluster_queue(view.workload.cluster)),
        )
        self._looks.ended(gathered.diagnosis)
        if look and gathered.diagnosis.is_symptom:
            return
        diagnose = DiagnoseRequest(
            incident_id=self._id,
            run_id=self._run_id,
            number=view.number,
            explains=view.explains,
            gathered=gathered,
            look=look,
        )
        await workflow.execute_activity_method(
            IncidentActivities.diagnose, diagnose, **db_write(diagnose.summary)
        )

    async def _wait_for_news(self, view: IncidentView) -> bool:
        """Until somebody nudges; after LOOK_AGAIN, or at once where that was asked for, look at
        the workload itself."""
        if view.look_now and await self._seems_over(view):
            return await self._close_after_quiet(view)
        if await self._news_comes(view) or self._looks_again(view):
            return False
        return await self._seems_over(view) and await self._close_after_quiet(view)

    async def _news_comes(self, view: IncidentView) -> bool:
        """Wait at most LOOK_AGAIN, or until the incident is ignored no more, or it is time to
        gather again."""
        wait, why = LOOK_AGAIN, _watching(view)
        if view.status is Status.IGNORED and view.ignored_until is not None:
            wait = min(view.ignored_until - workflow.now(), LOOK_AGAIN)
            why = f"Ignored until {view.ignored_until:%d %b %H:%M} UTC"
        elif view.status is not Status.IGNORED and view.pods_failing and self._looks.rest:
            wait, why = self._looks.rest, "Nothing tells why yet: waiting for events"
        return await self._nudged_within(wait, why)

    async def _seems_over(self, view: IncidentView) -> bool:
        """Whether the workload itself is well, or, where the incident is ignored, gone."""
        recovery = await self._confirm(view)
        if recovery is None or recovery.resolution is None:
            return False
        return view.status is not Status.IGNORED or recovery.resolution is Resolution.GONE

    def _is_quiet(self, view: IncidentView) -> bool:
        """Whether the workload was found well, and nothing has been reported since."""
        return self._quiet is not None and self._quiet[0] == view.number

    async def _close_after_quiet(self, view: IncidentView) -> bool:
        """Wait out the quiet time, which a report starts anew, then close if all is well."""
        if self._quiet is None or not self._is_quiet(view):
            self._quiet = (view.number, workflow.now())
        rest = self._quiet[1] + timedelta(seconds=view.quiet_seconds) - workflow.now()
        if rest > timedelta(0) and await self._nudged_within(rest, _quiet_time(view)):
            return False
        recovery = await self._confirm(view)
        again = timedelta(seconds=recovery.look_again_seconds) if recovery else LOOK_AGAIN
        if recovery is None or recovery.resolution is None:
            if view.pods_failing:
                self._quiet = None
            text = recovery.text if recovery else "The cluster could not be read"
            await self._nudged_within(again, f"Not well yet: {text}")
            return False
        if view.status is Status.IGNORED and recovery.resolution is not Resolution.GONE:
            await self._nudged_within(LOOK_AGAIN, "Ignored; nothing fails now")
            return False
        return await self._close(view, recovery)

    async def _confirm(self, view: IncidentView) -> Recovery | None:
        """Read the workload itself; None where that is not possible."""
        await self._waits.end()
        request = ConfirmRequest(
            incident_id=self._id,
            run_id=self._run_id,
            workload=view.workload,
            pods=view.last_failed,
            since=view.newest_failure,
        )
        try:
            return await workflow.execute_activity_method(
                ClusterActivities.confirm_recovered,
                request,
                **cluster_read(request.summary, cluster_queue(view.workload.cluster)),
            )
        except ActivityError as error:
            workflow.logger.warning("recovery could not be confirmed: %s", error.cause)
            return None

    async def _close(self, view: IncidentView, recovery: Recovery) -> bool:
        assert recovery.resolution is not None, "only a workload that is well is closed"
        request = CloseRequest(
            incident_id=self._id,
            run_id=self._run_id,
            handled_number=view.number,
            resolution=recovery.resolution,
            text=recovery.text,
        )
        closed = await workflow.execute_local_activity_method(
            IncidentActivities.close, request, **db_local(request.summary)
        )
        if closed.closed:
            await self._telling.tell(view, status=Status.RESOLVED)
            await self._asking.stop(view)
        return closed.closed

    async def _nudged_within(self, wait: timedelta, why: str) -> bool:
        """Wait for a nudge; False where the time is over first."""
        await self._waits.begin(why)
        try:
            await workflow.wait_condition(
                lambda: self._nudged, timeout=max(wait, SHORTEST_WAIT), timeout_summary=why[:120]
            )
        except TimeoutError:
            return False
        return True

    async def _may_end(self) -> bool:
        """Whether nothing came while the incident was being closed.

        Ending would take with it every update that is still being handled and every signal that
        nobody has looked at.
        """
        await self._waits.end()
        await workflow.wait_condition(workflow.all_handlers_finished)
        if self._nudged:
            return False
        end = EndRun(run_id=self._run_id)
        await workflow.execute_local_activity_method(
            IncidentActivities.end_run, end, **db_local(end.summary)
        )
        return workflow.all_handlers_finished() and not self._nudged

    async def _continue_as_new_if_suggested(self, start: IncidentStart) -> None:
        if workflow.info().is_continue_as_new_suggested():
            await workflow.wait_condition(workflow.all_handlers_finished)
            workflow.continue_as_new(start)


def _watching(view: IncidentView) -> str:
    return "Ignored" if view.status is Status.IGNORED else "Waiting for a change"


def _quiet_time(view: IncidentView) -> str:
    minutes, seconds = divmod(int(view.quiet_seconds), 60)
    length = f"{minutes} min" if minutes and not seconds else f"{int(view.quiet_seconds)} s"
    return f"Nothing fails now; quiet time of {length}"
