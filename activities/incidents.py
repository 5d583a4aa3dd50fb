"""The incident's short work in PostgreSQL: each activity joins a request to one function."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from temporalio import activity

from kure.adapters.postgres import changes, runs, workflow
from kure.adapters.postgres.pool import Pool
from kure.contracts import activities as contract
from kure.contracts.activities import (
    ChangeRequest,
    Closed,
    CloseRequest,
    DiagnoseRequest,
    EndRun,
    IncidentView,
    TakeRequest,
)
from kure.contracts.incidents import Changed
from kure.contracts.runs import StepRecord
from kure.domain.diagnosis.model import Cause
from kure.domain.recovery import Quiet

CAUSES = TypeAdapter(list[Cause])


async def nobody() -> bool:
    """Nobody is to be told of anything."""
    return False


class IncidentActivities(contract.IncidentActivities):
    """Needs the database only. `clock` gives the time: skipped time in tests is not SQL's now().
    `notifies` says whether there is anybody to be told."""

    def __init__(
        self,
        pool: Pool,
        quiet: Quiet,
        clock: Callable[[], datetime],
        diagnosed: Callable[[timedelta], None] = lambda _: None,
        notifies: Callable[[], Awaitable[bool]] = nobody,
    ) -> None:
        """`diagnosed` is told how long after the report a diagnosis was stored."""
        self._pool = pool
        self._notifies = notifies
        self._quiet = quiet
        self._clock = clock
        self._diagnosed = diagnosed

    @activity.defn
    async def take(self, request: TakeRequest) -> IncidentView:
        view = await workflow.take(self._pool, request, self._quiet, self._clock())
        return view.model_copy(update={"notify": await self._notifies()})

    @activity.defn
    async def diagnose(self, request: DiagnoseRequest) -> None:
        """Keep what the rules found; a repeated attempt finds it kept."""
        causes = CAUSES.dump_python(list(request.gathered.diagnosis.causes), mode="json")
        reported_at = await workflow.store_diagnosis(self._pool, request, causes, self._clock())
        if reported_at is not None:
            self._diagnosed(self._clock() - reported_at)

    @activity.defn
    async def change(self, request: ChangeRequest) -> Changed:
        return await changes.change(self._pool, request, self._clock())

    @activity.defn
    async def close(self, request: CloseRequest) -> Closed:
        return Closed(closed=await workflow.close(self._pool, request, self._clock()))

    @activity.defn
    async def end_run(self, request: EndRun) -> None:
        await runs.end(self._pool, UUID(request.run_id), "completed", self._clock())

    @activity.defn
    async def record_step(self, record: StepRecord) -> None:
        await runs.record(self._pool, record, self._clock())
