"""Reads again, hourly, what the identity provider says of those who signed in through it.

Whoever it says no more of is signed out; whose groups have changed, too, and may sign in again to
what they grant now. Where it cannot be asked, what it said last is believed for an hour more: the
queries of sessions and tokens see to that, so nothing hangs on this being done.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from api.oidc import Oidc
from kure.adapters.postgres.access import provided
from kure.adapters.postgres.access.provided import Due
from kure.adapters.postgres.pool import AWAY, Pool, transaction
from kure.errors import KureError, Misconfigured, NotSignedIn, Unavailable

log = logging.getLogger("kure.api.oidc")

EVERY_SECONDS = 30.0


class Rereading:
    """Several processes may do this side by side: each session is taken by one of them."""

    def __init__(self, pool: Pool, oidc: Oidc, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._oidc = oidc
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                while await self.read(self._clock()):
                    pass
            except (KureError, *AWAY) as error:
                log.warning("what accounts may is not read again for the moment: %s", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def read(self, now: datetime) -> int:
        """Read some of what is due, side by side; returns how many that were."""
        due = await provided.take_due(self._pool, self._oidc.issuer, now)
        await asyncio.gather(*(self._read(one, now) for one in due))
        return len(due)

    async def _read(self, due: Due, now: datetime) -> None:
        try:
            told = await self._oidc.read_again(due.sealed, due.user_id, due.subject, now)
        except NotSignedIn as error:
            async with transaction(self._pool) as connection:
                await provided.end(connection, due, str(error), now)
            return
        except (Unavailable, Misconfigured) as error:
            log.warning("the account %s is not read again for the moment: %s", due.user_id, error)
            return
        kept = (self._oidc.seal(told, due.user_id) or due.sealed, told.lasts)
        async with transaction(self._pool) as connection:
            await provided.renew(connection, due, self._oidc.granted(told), kept, now)
