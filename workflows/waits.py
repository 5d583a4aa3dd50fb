"""Waits as steps that people see. A workflow interceptor may do no I/O, so the workflow writes its
own waits, by local activities."""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from kure.contracts.activities import IncidentActivities
    from kure.contracts.runs import StepRecord, StepState
    from workflows.options import db_local, db_write


class Waits:
    """The wait that a run is in, if any: the same reason again goes on with the same step.

    `local`: by local activities. While one of them waits for a database that is away, the run's
    timers begin late; where that must not be, by activities of their own.
    """

    def __init__(self, run_id: str, incident_id: str, *, local: bool = True) -> None:
        self._run_id = run_id
        self._incident_id = incident_id
        self._local = local
        self._now: StepRecord | None = None

    async def begin(self, why: str) -> None:
        """Wait for `why`; another wait ends."""
        if self._now is not None and self._now.summary == why:
            return
        await self.end()
        self._now = self._step(why, workflow.now())
        await self._record(self._now)

    async def end(self) -> None:
        """The wait is over, if there is one."""
        if self._now is not None:
            over, self._now = self._now, None
            ended = {"state": StepState.DONE, "ended_at": workflow.now()}
            await self._record(over.model_copy(update=ended))

    def _step(self, why: str, now: datetime) -> StepRecord:
        return StepRecord(
            run_id=self._run_id,
            incident_id=self._incident_id,
            step=f"wait-{workflow.uuid4()}",
            name="wait",
            attempt=1,
            state=StepState.WAITING,
            summary=why,
            started_at=now,
        )

    async def _record(self, step: StepRecord) -> None:
        if self._local:
            await workflow.execute_local_activity_method(
                IncidentActivities.record_step, step, **db_local(step.summary)
            )
        else:
            await workflow.execute_activity_method(
                IncidentActivities.record_step, step, **db_write(step.summary)
            )
