"""Notices nodes and agents that have fallen silent, and has their incidents looked at.

Silence is no health: people learn which nodes nobody watches, and what a lost agent watched is read
by a worker instead. Requests to look stay in the database until the incident's run has taken them.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from temporalio.service import RPCError

from api.relay import Starter
from kure.adapters.postgres import nodes, nudges
from kure.adapters.postgres.pool import AWAY, Pool
from kure.errors import KureError

log = logging.getLogger("kure.api.silence")

EVERY_SECONDS = 1.0


class Silence:
    """Several processes may do this side by side: each change is told once, and a run does not mind
    being nudged twice."""

    def __init__(self, pool: Pool, starter: Starter, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._starter = starter
        self._clock = clock
        self._nudged: set[UUID] = set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except (KureError, RPCError, *AWAY) as error:
                log.warning("who has fallen silent is not known for the moment: %s", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Once; nudges each run that is asked to look, once for as long as it has not done so."""
        await nodes.handle_silence(self._pool, self._clock())
        asked = await nudges.to_look_at(self._pool)
        self._nudged &= {nudge.incident_id for nudge in asked}
        for nudge in asked:
            if nudge.incident_id not in self._nudged:
                await self._starter.nudge(nudge)
                self._nudged.add(nudge.incident_id)
