"""What agents tell, counted by outcome; what they were refused is noted in the audit log."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from api.identity import AgentIdentity
from kure.adapters.postgres import audit
from kure.adapters.postgres.pool import Pool
from kure.errors import AccessDenied, InvalidInput, KureError

NOTED_EVERY = timedelta(minutes=1)
MOST_NOTED = 1000


class Reporting:
    """One process' own count: `counts[what, outcome]`."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self._pool = pool
        self._clock = clock
        self._noted: dict[tuple[str, str, str], datetime] = {}

    @asynccontextmanager
    async def of(self, agent: AgentIdentity, what: str, target: str) -> AsyncIterator[None]:
        """Around the handling of one message; errors are counted and go on."""
        try:
            yield
        except AccessDenied as error:
            self.counts[what, "refused"] += 1
            await self._note(agent, what, target, str(error))
            raise
        except KureError as error:
            self.counts[what, "invalid" if isinstance(error, InvalidInput) else "failed"] += 1
            raise

    async def _note(self, agent: AgentIdentity, what: str, target: str, why: str) -> None:
        """An agent that goes on asking is noted once a minute for each reason."""
        now, which = self._clock(), (agent.key, what, why)
        if which in self._noted and now - self._noted[which] < NOTED_EVERY:
            return
        if len(self._noted) >= MOST_NOTED:
            self._noted.clear()
        self._noted[which] = now
        await audit.write(
            self._pool, now, str(agent), f"agent.{what}", target[:300], "refused", {"why": why}
        )
