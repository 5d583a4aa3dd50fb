"""What a scan has listed so far, sealed: so that a worker that takes it over lists nothing again.

Gone when the scan ends.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.postgres.pool import Pool, transaction, translated
from kure.adapters.postgres.security.scans import progress
from kure.domain.manifests import Manifest
from kure.errors import Conflict
from kure.ids import new_id

RUNNING = "SELECT id FROM scans WHERE id = $1 AND state = 'running' FOR NO KEY UPDATE"
KEEP = """
    INSERT INTO scan_pages (id, scan_id, kind, page, objects, sealed, next, refused)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (scan_id, kind, page) DO NOTHING
"""
LAST = """
    SELECT page, next FROM scan_pages WHERE scan_id = $1 AND kind = $2 ORDER BY page DESC LIMIT 1
"""
COUNT = "SELECT coalesce(sum(objects), 0) FROM scan_pages WHERE scan_id = $1 AND kind = $2"
DROP = "DELETE FROM scan_pages WHERE scan_id = $1 AND kind = $2"
KINDS = "SELECT DISTINCT kind FROM scan_pages WHERE scan_id = $1 AND refused = '' ORDER BY kind"
PAGES = "SELECT id, sealed FROM scan_pages WHERE scan_id = $1 AND kind = $2 ORDER BY page"
REFUSED = "SELECT kind, refused FROM scan_pages WHERE scan_id = $1 AND refused <> '' ORDER BY kind"


@dataclass(frozen=True)
class Reached:
    """How far the list of a kind has come: the number of the page to be asked for, and the server's
    token for it, '' where the list is complete."""

    page: int = 0
    next: str = ""

    @property
    def is_complete(self) -> bool:
        return self.page > 0 and not self.next


@dataclass(frozen=True)
class ScanPages:
    """The pages of all scans under way."""

    pool: Pool
    cipher: Cipher

    async def reached(self, scan_id: UUID, kind: str) -> Reached:
        async with translated():
            row = await self.pool.fetchrow(LAST, scan_id, kind)
        return Reached() if row is None else Reached(row["page"] + 1, row["next"])

    async def keep(
        self,
        scan_id: UUID,
        kind: str,
        at: Reached,
        objects: Sequence[Manifest],
        next_: str,
        now: datetime,
    ) -> Reached:
        """Store the page that `at` named; `next_` is the token for the one after."""
        id_ = new_id()
        sealed = self.cipher.seal(zlib.compress(json.dumps(list(objects)).encode(), 1), id_.bytes)
        await self._store(scan_id, kind, (id_, at.page, len(objects), sealed, next_, ""), now)
        return Reached(at.page + 1, next_)

    async def refuse(self, scan_id: UUID, kind: str, why: str, now: datetime) -> None:
        """The kind may not be listed: what came before counts no more."""
        async with translated():
            await self.pool.execute(DROP, scan_id, kind)
        await self._store(scan_id, kind, (new_id(), 0, 0, None, "", why[:2000]), now)

    async def forget(self, scan_id: UUID, kind: str) -> None:
        """The server has forgotten the list midway: it begins anew."""
        async with translated():
            await self.pool.execute(DROP, scan_id, kind)

    async def count(self, scan_id: UUID, kind: str) -> int:
        async with translated():
            counted: int = await self.pool.fetchval(COUNT, scan_id, kind)
        return counted

    async def kinds(self, scan_id: UUID) -> list[str]:
        """Those that were listed, whether or not there are any."""
        async with translated():
            return [row["kind"] for row in await self.pool.fetch(KINDS, scan_id)]

    async def objects(self, scan_id: UUID, kind: str) -> list[Manifest]:
        async with translated():
            rows = await self.pool.fetch(PAGES, scan_id, kind)
        found: list[Manifest] = []
        for row in rows:
            found += json.loads(zlib.decompress(self.cipher.open(row["sealed"], row["id"].bytes)))
        return found

    async def refused(self, scan_id: UUID) -> dict[str, str]:
        """The kinds that may not be listed, with what the API server answered."""
        async with translated():
            rows = await self.pool.fetch(REFUSED, scan_id)
        return {row["kind"]: row["refused"] for row in rows}

    async def _store(
        self,
        scan_id: UUID,
        kind: str,
        page: tuple[UUID, int, int, bytes | None, str, str],
        now: datetime,
    ) -> None:
        id_, number, objects, sealed, next_, refused = page
        async with transaction(self.pool) as connection:
            if await connection.fetchval(RUNNING, scan_id) is None:
                raise Conflict(f"The scan {scan_id} has ended: nothing more is stored of it.")
            await connection.execute(
                KEEP, id_, scan_id, kind, number, objects, sealed, next_, refused
            )
            await progress(connection, scan_id, now)
