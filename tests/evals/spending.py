"""What an evaluation may still spend, which Kure's own budget of the day then holds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from kure.adapters.postgres.pool import Db
from kure.contracts.investigating import InvestigationView
from kure.domain.models.budget import day_begins

# Around midnight UTC, when Kure's budget begins anew, nothing may be asked: running workers follow
# a change within two seconds.
BEFORE, AFTER = timedelta(seconds=30), timedelta(seconds=5)

LOOK_SECONDS = 1.0
# As Kure says it where the budget would not bear the call.
SPENT_TEXT = "the day's budget of "

SPENT = """
    SELECT coalesce(sum(usd), 0) AS usd, count(*) AS calls,
        coalesce(sum(usd) FILTER (WHERE asked_at < $1), 0) AS earlier
    FROM model_calls
"""


def allowance(now: datetime, most: Decimal, earlier: Decimal) -> Decimal:
    """The budget of this day: `earlier` is what was spent on the days before."""
    today = day_begins(now)
    if now - today < AFTER or today + timedelta(days=1) - now < BEFORE:
        return Decimal(0)
    return max(most - earlier, Decimal(0))


async def spent(db: Db, now: datetime) -> tuple[Decimal, int, Decimal]:
    """In all, by how many calls, and on the days before this one. A call that is under way, or was
    lost, counts the most that it may have cost."""
    row = await db.fetchrow(SPENT, day_begins(now))
    return row["usd"], row["calls"], row["earlier"]


@dataclass
class Purse:
    """`set_budget` tells Kure what may be spent today. Kure itself never asks for more; the purse
    tells it anew each day, and says when no run need begin any more."""

    most: Decimal
    db: Db
    set_budget: Callable[[Decimal], Awaitable[None]]
    clock: Callable[[], datetime]
    is_empty: bool = False

    async def keep(self) -> None:
        """For ever, from when `most` was set: over midnight too nothing more is spent."""
        told = self.most
        while True:
            now = self.clock()
            *_, earlier = await spent(self.db, now)
            allowed = allowance(now, self.most, earlier)
            if allowed != told:
                await self.set_budget(allowed)
                told = allowed
            await asyncio.sleep(LOOK_SECONDS)

    def told(self, found: InvestigationView | None) -> None:
        """Nobody answered: where that is for the money, the rest need not be played."""
        at_midnight = allowance(self.clock(), self.most, Decimal(0)) == 0
        if found is not None and SPENT_TEXT in found.text and not at_midnight:
            self.is_empty = True
