"""Deleting what is old, in small batches with pauses, told to Temporal as it goes on."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import activity

from kure.adapters.postgres import audit, retention
from kure.adapters.postgres.pool import Pool
from kure.contracts import housekeeping as contract
from kure.contracts.housekeeping import KeptDays, Pruned, PruneRequest
from kure.domain.retention import Record

# Between two batches others get their turn at the disk.
PAUSE = timedelta(milliseconds=50)

# Noise: a thousand of these go each hour on a busy day.
UNTOLD = (Record.EVENT,)


class HousekeepingActivities(contract.HousekeepingActivities):
    """`clock` dates the entry of the audit log; what is old, the request says. `gone` is told of
    each batch."""

    def __init__(
        self,
        pool: Pool,
        clock: Callable[[], datetime],
        gone: Callable[[Record, int], None] = lambda *_: None,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._gone = gone

    @activity.defn
    async def kept_days(self) -> KeptDays:
        return KeptDays(days=await retention.rules(self._pool))

    @activity.defn
    async def prune(self, request: PruneRequest) -> Pruned:
        """A further attempt goes on where the last one stopped, with its count."""
        told = activity.info().heartbeat_details
        deleted = int(told[0]) if told else 0
        more = True
        while more:
            some, more = await retention.delete_some(self._pool, request.record, request.before)
            deleted += some
            self._gone(request.record, some)
            activity.heartbeat(deleted)
            await asyncio.sleep(PAUSE.total_seconds() if more else 0)
        if deleted and request.record not in UNTOLD:
            await self._note(request, deleted)
        return Pruned(deleted=deleted)

    async def _note(self, request: PruneRequest, deleted: int) -> None:
        detail = {"deleted": deleted, "older_than": request.before.isoformat()}
        target = f"setting/{request.record.setting}"
        await audit.write(
            self._pool, self._clock(), "kure", "retention.delete", target, "done", detail
        )
