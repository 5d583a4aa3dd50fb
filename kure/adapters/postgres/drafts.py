"""Manifests that are planned, or asked for and not allowed yet, on their way between the API and a
cluster's worker: too large for a payload of Temporal's.

They are rows of `fixes` that nobody proposed: shown nowhere, and gone as soon as they were read.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.postgres.fixes import DRAFT
from kure.adapters.postgres.pool import Pool, transaction, translated
from kure.adapters.postgres.rows import KEEPER_FOR_NEW
from kure.errors import NotFound
from kure.ids import new_id

# One that nobody came for: who asked has died meanwhile.
FORGOTTEN = timedelta(minutes=10)
FORGET = f"DELETE FROM fixes WHERE incident_id = $1 AND {DRAFT} AND created_at < $2"
KEEP = """
    INSERT INTO fixes (id, incident_id, digest, source, title, sealed, created_by, created_at)
    VALUES ($1, $2, 'draft/' || ($1::uuid)::text, 'edited', 'A draft', $3, $4, $5)
"""
READ = "SELECT sealed FROM fixes WHERE id = $1 AND source = 'edited'"
DROP = f"DELETE FROM fixes WHERE id = $1 AND {DRAFT}"


@dataclass(frozen=True)
class DraftTable:
    """The drafts of all incidents. Implements kure.ports.Drafts."""

    pool: Pool
    cipher: Cipher

    async def keep(self, incident_id: str, text: str, by: str, now: datetime) -> str:
        """NotFound where there is no such incident any more."""
        new = new_id()
        async with transaction(self.pool) as connection:
            incident = await connection.fetchval(KEEPER_FOR_NEW, UUID(incident_id))
            if incident is None:
                raise NotFound(f"There is no incident {incident_id} to test a fix of.")
            await connection.execute(FORGET, incident, now - FORGOTTEN)
            sealed = self.cipher.seal(text.encode(), new.bytes)
            await connection.execute(KEEP, new, incident, sealed, by, now)
        return str(new)

    async def read(self, id_: str) -> str:
        """Also that of an edited fix that is to be tested."""
        async with translated():
            sealed = await self.pool.fetchval(READ, UUID(id_))
        if sealed is None:
            raise NotFound("The manifest that is to be tested is not stored any more: ask again.")
        return self.cipher.open(sealed, UUID(id_).bytes).decode()

    async def drop(self, id_: str) -> None:
        """Where it is gone there is nothing to do; a fix stays. DatabaseUnavailable, as `read`."""
        async with translated():
            await self.pool.execute(DROP, UUID(id_))
