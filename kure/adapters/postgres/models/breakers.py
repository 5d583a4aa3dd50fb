"""A breaker for each provider, shared by all workers: what fails is left alone for a while, then
one call of all workers tries it.

The name of a breaker is its provider's with the version of its settings: see
`settings.ModelSettings.breaker`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kure.adapters.postgres.events import NewEvent
from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.models import BreakerState, ProviderHealth
from kure.domain.models.breaker import pause
from kure.errors import ModelFailed

READ = "SELECT * FROM model_breakers WHERE provider = $1"
LOCK = f"{READ} FOR UPDATE"
TRY = "UPDATE model_breakers SET trying_until = $2 WHERE provider = $1"
ANSWERED = """
    INSERT INTO model_breakers (provider, answered_at) VALUES ($1, $2)
    ON CONFLICT (provider) DO UPDATE SET failures = 0, failing_since = NULL, open_until = NULL,
        trying_until = NULL, error = '', answered_at = EXCLUDED.answered_at
"""
KNOW = "INSERT INTO model_breakers (provider) VALUES ($1) ON CONFLICT DO NOTHING"
FAILED = """
    UPDATE model_breakers SET failures = $2, error = $3, open_until = $4, trying_until = $5,
        failing_since = coalesce(failing_since, $6)
    WHERE provider = $1
"""
BREAKERS = "SELECT * FROM model_breakers WHERE provider = ANY($1)"
FORGET = "DELETE FROM model_breakers WHERE NOT provider = ANY($1)"
DAY = timedelta(days=1)
CALLS = """
    SELECT provider, count(*) AS calls,
        count(*) FILTER (WHERE state IN ('failed', 'lost')) AS failed,
        (percentile_cont(0.5) WITHIN GROUP (ORDER BY latency_ms)
            FILTER (WHERE state = 'answered'))::integer AS median_ms
    FROM model_calls WHERE provider = ANY($1) AND asked_at > $2 GROUP BY provider
"""


@dataclass(frozen=True)
class Leave:
    """Whether a provider may be asked: `tries` where this is the one call that tries whether it is
    back. `until` is when it may be asked again, None where it may be now; `error` is how it failed.
    """

    until: datetime | None
    tries: bool = False
    error: str = ""


def leave(row: Any, now: datetime) -> Leave:
    """What a breaker's row says; None for one that is not there."""
    if row is None or row["open_until"] is None:
        return Leave(None)
    if row["open_until"] > now:
        return Leave(row["open_until"], error=row["error"])
    trying = row["trying_until"]
    if trying is not None and trying > now:
        return Leave(trying, error=row["error"])
    return Leave(None, tries=True)


async def look(db: Db, breaker: str, now: datetime) -> Leave:
    """Whether the provider may be asked now; changes nothing."""
    return leave(await db.fetchrow(READ, breaker), now)


async def enter(connection: Connection, breaker: str, now: datetime, until: datetime) -> Leave:
    """The same, and where this call is the one that tries, no other does `until` then: a worker
    that is killed while it tries holds the provider up no longer."""
    found = leave(await connection.fetchrow(LOCK, breaker), now)
    if found.tries:
        await connection.execute(TRY, breaker, until)
    return found


async def leave_to_another(db: Db, breaker: str) -> None:
    """The call that was to try whether the provider is back says nothing of it."""
    await db.execute(TRY, breaker, None)


async def answered(connection: Connection, breaker: str, now: datetime) -> list[NewEvent]:
    """The provider is well. Returns what there is to tell, last in the caller's transaction."""
    before = await connection.fetchrow(LOCK, breaker)
    await connection.execute(ANSWERED, breaker, now)
    was_open = before is not None and before["open_until"] is not None
    return [_changed(breaker, BreakerState.CLOSED)] if was_open else []


async def failed(
    connection: Connection, breaker: str, error: ModelFailed, now: datetime, *, tried: bool
) -> list[NewEvent]:
    """Count a failure and open the breaker where it is time to. `tried`: it was the one call that
    tried whether the provider is back. One that began before the breaker opened says nothing new.
    Returns what there is to tell, last in the caller's transaction."""
    await connection.execute(KNOW, breaker)
    row = await connection.fetchrow(LOCK, breaker)
    is_late = row["open_until"] is not None and not tried
    failures = row["failures"] + (0 if is_late else 1)
    open_until, trying_until = row["open_until"], row["trying_until"]
    if not is_late:
        length = pause(error.outcome, failures, error.retry_after_seconds)
        open_until, trying_until = (now + length) if length else None, None
    text = str(error)[:500]
    await connection.execute(FAILED, breaker, failures, text, open_until, trying_until, now)
    opens = row["open_until"] is None and open_until is not None
    return [_changed(breaker, BreakerState.OPEN)] if opens else []


async def forget_all_but(db: Db, breakers: list[str]) -> None:
    """Providers that are no more, or are set otherwise now."""
    await db.execute(FORGET, breakers)


def _changed(breaker: str, state: BreakerState) -> NewEvent:
    provider = breaker.partition("@")[0]
    payload = {"provider": provider, "breaker": state.value}
    return NewEvent("model.changed", "model", provider, payload=payload)


async def health(db: Db, breakers: Mapping[str, str], now: datetime) -> dict[str, ProviderHealth]:
    """How each provider does; `breakers` are their breakers' names, by their ids."""
    rows = {row["provider"]: row for row in await db.fetch(BREAKERS, list(breakers.values()))}
    found = await db.fetch(CALLS, list(breakers), now - DAY)
    calls = {row["provider"]: row for row in found}
    return {
        provider: _health(rows.get(breaker), calls.get(provider), now)
        for provider, breaker in breakers.items()
    }


def _health(row: Any, calls: Any, now: datetime) -> ProviderHealth:
    figures = {"calls": 0, "failed": 0, "median_ms": None}
    if calls is not None:
        figures = {name: calls[name] for name in figures}
    if row is None:
        return ProviderHealth.model_validate(figures)
    return ProviderHealth(
        breaker=_state(row, now),
        open_until=row["open_until"],
        failing_since=row["failing_since"],
        error=row["error"],
        last_answered_at=row["answered_at"],
        **figures,
    )


def _state(row: Any, now: datetime) -> BreakerState:
    if row["open_until"] is None:
        return BreakerState.CLOSED
    return BreakerState.OPEN if row["open_until"] > now else BreakerState.HALF_OPEN


async def all_open_until(db: Db, breakers: list[str]) -> datetime | None:
    """When the first of them may be asked again, where all are open; else None."""
    rows = await db.fetch(BREAKERS, breakers)
    moments = [row["open_until"] for row in rows if row["open_until"] is not None]
    return min(moments) if moments and len(moments) == len(breakers) else None
