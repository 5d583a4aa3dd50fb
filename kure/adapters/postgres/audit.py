"""The record of who asked for what, and whether it was done or refused."""

from datetime import datetime
from typing import Any

from kure.adapters.postgres.pool import Db
from kure.ids import new_id

WRITE = """
    INSERT INTO audit_log (id, at, actor, action, target, outcome, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def write(
    db: Db,
    now: datetime,
    actor: str,
    action: str,
    target: str,
    outcome: str,
    detail: dict[str, Any],
) -> None:
    """Add an entry. `outcome` is done or refused."""
    await db.execute(WRITE, new_id(), now, actor, action, target, outcome, detail)
