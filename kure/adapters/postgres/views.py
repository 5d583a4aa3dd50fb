"""Saved views: each is somebody's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.contracts.views import View, ViewBody
from kure.errors import Conflict, NotFound
from kure.ids import new_id

MOST = 50

COLUMNS = "id, name, query, created_at"
LOCK = "SELECT id FROM users WHERE id = $1 FOR UPDATE"
COUNT = "SELECT count(*) FROM views WHERE user_id = $1 AND name <> $2"
SAVE = f"""
    INSERT INTO views (id, user_id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (user_id, name) DO UPDATE SET query = EXCLUDED.query RETURNING {COLUMNS}
"""
LIST = f"SELECT {COLUMNS} FROM views WHERE user_id = $1 ORDER BY name"
DELETE = "DELETE FROM views WHERE id = $1 AND user_id = $2 RETURNING id"


async def of_user(db: Db, user_id: UUID) -> list[View]:
    """A person's views, by name."""
    return [_view(row) for row in await db.fetch(LIST, user_id)]


async def save(pool: Pool, user_id: UUID, body: ViewBody, now: datetime) -> View:
    """Save a view, in place of the one of its name. Conflict where there are too many."""
    async with transaction(pool) as connection:
        await connection.execute(LOCK, user_id)  # two at once count one after the other
        if await connection.fetchval(COUNT, user_id, body.name) >= MOST:
            raise Conflict(f"You have {MOST} views, the most there may be. Delete one first.")
        row = await connection.fetchrow(SAVE, new_id(), user_id, body.name, body.query, now)
    return _view(row)


async def delete(db: Db, user_id: UUID, view_id: UUID) -> None:
    """NotFound where it is none of theirs."""
    if await db.fetchval(DELETE, view_id, user_id) is None:
        raise NotFound(f"You have no view {view_id}.")


def _view(row: Any) -> View:
    return View.model_validate(dict(row) | {"id": str(row["id"])})
