"""What was spent on models today, over all workers."""

from datetime import datetime

from kure.adapters.postgres.pool import Db
from kure.contracts.models import Spent
from kure.domain.models.budget import day_begins

SPENT = """
    SELECT count(*) FILTER (WHERE state <> 'failed') AS calls, coalesce(sum(usd), 0) AS usd
    FROM model_calls WHERE asked_at >= $1
"""


async def spent(db: Db, now: datetime) -> Spent:
    """Since midnight UTC. What is being asked or was lost counts the most that it may cost. A call
    that failed is none, but counts the money that it may have cost."""
    row = await db.fetchrow(SPENT, day_begins(now))
    assert row is not None, "an aggregate always yields a row"
    return Spent(calls=row["calls"], usd=row["usd"])
