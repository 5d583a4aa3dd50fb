"""Writes that were refused before anybody knew whom: of nobody, of a strange page or under a
strange name, and with a body that is none.

Those of nobody are counted in memory and written down every second, one entry a minute and address:
however many there are, they cost the database next to nothing. What was sent is never noted.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from fastapi.exceptions import RequestValidationError
from starlette.requests import HTTPConnection

from kure.adapters.postgres import audit
from kure.adapters.postgres.pool import AWAY, Pool
from kure.domain.access.addresses import throttled_as
from kure.domain.access.person import Person
from kure.errors import AccessDenied, KureError, NotSignedIn

log = logging.getLogger("kure.api")

SAFE = ("GET", "HEAD", "OPTIONS")
EVERY_SECONDS = 1.0
# Of a minute; the requests of further ones are counted together.
MOST_ADDRESSES = 100
OTHERS = "others"


class Refusals:
    """What one API process refused to nobody, until it is in the audit log."""

    def __init__(
        self, pool: Pool, address: Callable[[HTTPConnection], str], clock: Callable[[], datetime]
    ) -> None:
        """`address` tells from where somebody asks."""
        self._pool = pool
        self._address = address
        self._clock = clock
        self._counted: dict[tuple[datetime, str], Counter[str]] = {}

    def count(self, connection: HTTPConnection) -> None:
        """Count a request that would have changed something."""
        if not writes(connection):
            return
        minute = self._clock().replace(second=0, microsecond=0)
        address = throttled_as(self._address(connection))
        if (minute, address) not in self._counted and len(self._counted) >= MOST_ADDRESSES:
            address = OTHERS
        route = getattr(connection.scope.get("route"), "path", "none")
        counts = self._counted.setdefault((minute, address), Counter())
        counts[f"{connection.scope['method']} {route}"] += 1

    @contextmanager
    def of_nobody(self, connection: HTTPConnection) -> Iterator[None]:
        """Around finding out who asks: counts where nobody does, or who may not even ask."""
        try:
            yield
        except (NotSignedIn, AccessDenied):
            self.count(connection)
            raise

    async def run(self) -> None:
        """Write down what was counted, every second until cancelled, and at the end."""
        try:
            while True:
                await asyncio.sleep(EVERY_SECONDS)
                await self.write()
        finally:
            await self.write()

    async def write(self) -> None:
        """Write down what was counted since; where PostgreSQL is away it stays counted."""
        counted, self._counted = self._counted, {}
        try:
            while counted:
                (minute, address), counts = next(iter(counted.items()))
                await audit.count_of_nobody(self._pool, minute, address, counts)
                del counted[minute, address]
        except (KureError, *AWAY) as error:
            log.warning("refused requests are not in the audit log yet: %s", type(error).__name__)
            for key, counts in counted.items():
                self._counted.setdefault(key, Counter()).update(counts)

    async def note_invalid(
        self, connection: HTTPConnection, person: Person, error: RequestValidationError
    ) -> None:
        """Note a body that is none, of somebody who is signed in. Of each mistake only its kind:
        places and messages may quote what was sent."""
        kinds = sorted({str(one["type"])[:50] for one in error.errors()[:50]})[:10]
        route = connection.scope.get("route")
        await audit.write(
            self._pool,
            self._clock(),
            person.name,
            getattr(route, "name", "none"),
            connection.url.path.removeprefix("/api/")[:500],
            "refused",
            {"why": "What was sent cannot be used.", "kinds": kinds},
        )


def writes(connection: HTTPConnection) -> bool:
    """Whether it asks to change something; a WebSocket does not."""
    return connection.scope["type"] == "http" and connection.scope["method"] not in SAFE
