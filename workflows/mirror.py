"""One mirror: made, watched until it has a verdict, kept until its time is up, and then deleted,
whatever happened before.

Its row in PostgreSQL says what is wanted; where Temporal's store is lost, a new run goes on from
what the row knows. No mirror lives longer than an hour, and only its end may be moved meanwhile, so
the history stays short: it never continues as new.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    FailureError,
    WorkflowAlreadyStartedError,
)

with workflow.unsafe.imports_passed_through():
    from kure.contracts.investigating import InvestigationStart
    from kure.contracts.mirroring import (
        Captured,
        Deployed,
        EndRequest,
        Extended,
        ExtendRequest,
        MirrorJob,
        MirrorStart,
        Moment,
        Progress,
        Watched,
    )
    from kure.contracts.mirrors import Phase, Verdict
    from kure.contracts.notifications import NotifyStart
    from kure.errors import Conflict, InvalidInput
    from workflows.asking import start_investigation
    from workflows.lifetime import Lifetime
    from workflows.mirror_calls import Calls, end_run, kind_of, note, said, take
    from workflows.names import mirror_workflow_id
    from workflows.notify import wake
    from workflows.waits import Waits

# A pod gets a second to end, and its node needs a moment to say so.
FAREWELL = timedelta(seconds=1)

# Of a life that ends without a verdict the last seconds are for keeping what the mirror shows.
LAST_LOOK = FAREWELL + timedelta(seconds=2)

PHASES = {
    Verdict.PASSED: Phase.PASSED,
    Verdict.FAILED: Phase.FAILED,
    Verdict.NONE: Phase.NO_VERDICT,
}

STATUS = SearchAttributeKey.for_keyword("KureStatus")


@workflow.defn
class MirrorWorkflow:
    """Owns one mirror, from before it is made until the API server says that it is gone."""

    @workflow.init
    def __init__(self, start: MirrorStart) -> None:
        self._id = start.mirror_id
        self._run_id = workflow.info().first_execution_run_id
        self._lock = asyncio.Lock()
        self._life = Lifetime(FAREWELL)
        self._known: dict[str, Any] = {}
        self._so_far: Watched | None = None
        self._next: str | None = None
        self._asks = False

    @workflow.run
    async def run(self, start: MirrorStart) -> None:
        """Ends when the mirror is gone, also where the run is cancelled: that ends the mirror's
        life, and the way from there is the same."""
        living = asyncio.create_task(self._live())
        try:
            await asyncio.shield(living)
        except asyncio.CancelledError:
            self._life.end("The test was cancelled")
            await living
            raise

    @workflow.update
    async def extend(self, request: ExtendRequest) -> Extended:
        """Live longer: so many seconds from the creation on."""
        async with self._lock:
            expires_at = self._wanted_end(request)
            if expires_at != self._life.ends_at:
                try:
                    await self._calls.extend(expires_at)
                except ActivityError as error:
                    # An activity's error would fail the workflow task; this one fails the update.
                    raise ApplicationError(said(error), type=kind_of(error)) from error
                if self._life.is_over:
                    raise _refused(Conflict, "The mirror's time was up before it was extended.")
                self._life.ends_at = self._known["expires_at"] = expires_at
                await self._note()
            return Extended(expires_at=expires_at)

    @workflow.update
    async def end(self, request: EndRequest) -> None:
        """Delete it now."""
        self._life.end(f"Ended by {request.by}")

    def _wanted_end(self, request: ExtendRequest) -> datetime:
        created_at, ends_at = self._known.get("created_at"), self._life.ends_at
        if created_at is None or ends_at is None or self._life.is_over:
            raise _refused(Conflict, "Only a mirror that lives can be extended.")
        wanted: datetime = created_at + timedelta(seconds=request.ttl_seconds)
        if wanted < ends_at:
            until = f"{ends_at:%H:%M:%S} UTC"
            raise _refused(InvalidInput, f"It lives until {until} already: ask for a longer life.")
        return wanted

    async def _live(self) -> None:
        job = await take(self._id, self._run_id)
        if job is None or job.phase is Phase.GONE:
            return
        self._resume(job)
        try:
            if job.phase is not Phase.EXPIRING and await self._is_there():
                await self._follow()
        except FailureError as error:
            await self._decide(Watched(verdict=Verdict.NONE, text=said(error)))
        await self._clean_up()
        if self._next is not None:
            await self._start(self._next)
        elif self._asks:
            await self._ask()

    def _resume(self, job: MirrorJob) -> None:
        """Where nothing has happened yet, and where a run before this one was lost."""
        self._job = job
        self._calls = Calls(job, self._run_id)
        self._waits = Waits(self._run_id, job.incident_id, local=False)
        self._life.ends_at = job.expires_at
        self._needs = job.needs_seconds
        if job.verdict is not None:
            self._so_far = Watched(verdict=job.verdict, text="", held_seconds=job.needs_seconds)
        if job.uid is not None:
            self._known |= {"uid": job.uid, "created_at": job.created_at}

    async def _is_there(self) -> bool:
        """Whether there is a mirror now. Where there will be none, it is said why."""
        if self._calls.uid is not None:
            return True
        deployed = await self._life.during(self._calls.deploy())
        if deployed is not None and deployed.uid is not None and deployed.created_at is not None:
            await self._begin(deployed, deployed.created_at)
            return True
        text = self._life.ended
        if deployed is not None:
            self._known["plan"], text = deployed.plan, " ".join(deployed.plan.refusals)
        await self._decide(Watched(verdict=Verdict.NONE, text=text))
        return False

    async def _begin(self, deployed: Deployed, created_at: datetime) -> None:
        self._calls.pod, self._calls.uid = deployed.plan.pod, deployed.uid
        self._needs = deployed.plan.needs_seconds
        self._life.ends_at = created_at + timedelta(seconds=self._job.wish.ttl_seconds)
        self._known |= {
            "uid": deployed.uid,
            "created_at": created_at,
            "expires_at": self._life.ends_at,
            "plan": deployed.plan,
        }
        await self._life.during(self._note(Phase.CREATED))
        await self._life.during(self._note(Phase.STARTING))

    async def _follow(self) -> None:
        """Watch it as long as its verdict may change, then keep it until its time is up."""
        while not self._life.is_over:
            so_far = self._so_far
            if so_far is None or (so_far.verdict is Verdict.PASSED and not so_far.final):
                await self._watch(so_far)
            elif so_far.verdict is Verdict.NONE:
                return
            else:
                await self._keep()
        if self._so_far is None:
            ended = self._life.ended or "Its time was up"
            text = f"{ended} before it had shown anything"
            await self._decide(Watched(verdict=Verdict.NONE, text=text))

    async def _watch(self, so_far: Watched | None) -> None:
        """Until there is news of its verdict, its end was moved, or its time is up."""
        ends_at = self._life.ends_at
        assert ends_at is not None, "it was set when the mirror was made"
        until = ends_at if so_far else ends_at - LAST_LOOK
        watched = await self._life.during(
            self._calls.watch(self._needs, until, so_far),
            cut_off=lambda: self._life.ends_at != ends_at,
        )
        if watched is None or self._life.ends_at != ends_at:
            return
        if watched.verdict is None:
            if so_far is None:
                await self._decide(watched.model_copy(update={"verdict": Verdict.NONE}))
                await self._capture("end")
            await self._life.until(lambda: self._life.ends_at != ends_at)
        elif so_far is not None and watched.verdict is not Verdict.FAILED:
            # It has passed, and is over: evicted, or done.
            self._so_far = so_far.model_copy(update={"final": True})
        else:
            await self._decide(watched)
            captured = await self._capture("taken_back" if so_far else "verdict")
            if watched.verdict is Verdict.FAILED and captured is not None:
                await self._propose_next(captured)

    async def _keep(self) -> None:
        ends_at = self._life.ends_at
        why = f"Kept until {ends_at:%H:%M:%S} UTC, to be looked at"
        await self._life.during(self._waits.begin(why))
        await self._life.until(lambda: self._life.ends_at != ends_at)

    async def _capture(self, moment: Moment) -> Captured | None:
        """What it shows now; None where that could not be read, or not in time."""
        try:
            return await self._life.during(self._calls.capture(moment))
        except ActivityError as error:
            workflow.logger.warning("what the mirror shows was not kept: %s", error.cause)
            return None

    async def _propose_next(self, captured: Captured) -> None:
        """The next fix is tried in a mirror of its own, for which this one makes room. Where the
        rules know none, a model is asked."""
        if self._job.round >= self._job.rounds:
            return
        if not captured.next_operations and not workflow.patched("ask-a-model-for-the-next-fix"):
            return
        try:
            proposed = await self._life.during(self._calls.next_round(captured))
        except ActivityError as error:
            workflow.logger.warning("no next fix is tried: %s", error.cause)
            return
        if proposed is not None and proposed.mirror_id is not None:
            self._next = proposed.mirror_id
            self._life.end("The next fix is tried")
        elif proposed is not None and proposed.ask:
            self._asks = True
            self._life.end("A model is asked for the next fix")

    async def _start(self, mirror_id: str) -> None:
        try:
            await workflow.start_child_workflow(
                MirrorWorkflow.run,
                MirrorStart(mirror_id=mirror_id),
                id=mirror_workflow_id(mirror_id),
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                cancellation_type=workflow.ChildWorkflowCancellationType.ABANDON,
                search_attributes=workflow.info().typed_search_attributes,
            )
        except WorkflowAlreadyStartedError:
            return  # the reconciler was quicker

    async def _ask(self) -> None:
        """An investigation of what this mirror showed, which goes on with the next one."""
        start = InvestigationStart(
            incident_id=self._job.incident_id, asked_by=self._job.wish.by, mirror_id=self._id
        )
        try:
            await start_investigation(start)
        except WorkflowAlreadyStartedError:
            workflow.logger.warning("a model is asked about this incident already")

    async def _clean_up(self) -> None:
        """Also where nothing says that it was made: an answer may have been lost. What people see
        is written beside it, since a database that is away must not keep a mirror alive."""
        self._life.end("It is being deleted")
        noting = asyncio.create_task(self._tell_end())
        await self._calls.delete()
        await noting
        await self._note(Phase.GONE)
        await end_run(self._run_id)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _tell_end(self) -> None:
        await self._waits.end()
        await self._note(Phase.EXPIRING)

    async def _decide(self, watched: Watched) -> None:
        self._so_far = watched
        self._known |= {
            "verdict": watched.verdict,
            "text": watched.text,
            "held_seconds": watched.held_seconds,
        }
        await self._life.during(self._note(PHASES[watched.verdict] if watched.verdict else None))
        if watched.verdict in (Verdict.PASSED, Verdict.FAILED):
            await self._life.during(wake(NotifyStart(subject="incident", id=self._job.incident_id)))

    async def _note(self, phase: Phase | None = None) -> None:
        """All that is known: what a note before this one could not write comes with it."""
        progress = Progress(mirror_id=self._id, phase=phase, at=workflow.now(), **self._known)
        if await note(progress):
            self._known.pop("plan", None)
        # Only where the start carried it: an attribute that the namespace does not know fails.
        if phase and workflow.info().typed_search_attributes.get(STATUS) is not None:
            workflow.upsert_search_attributes([STATUS.value_set(phase.value)])


def _refused(kind: type[Exception], text: str) -> ApplicationError:
    return ApplicationError(text, type=kind.__name__)
