"""Calls of models: each is written before it is made, its answer before anybody is told of it.

So an answer that is stored is never asked for again, and a call that was cut off in flight is
known: it is *lost*, and counts the most that it may have cost.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from kure.adapters.crypto import Cipher
from kure.adapters.postgres.events import emit
from kure.adapters.postgres.models import breakers, budget
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.contracts.models import Budget, CallView, Provider
from kure.domain.models.breaker import left_alone
from kure.domain.models.budget import DayBudget, refusal
from kure.domain.models.conversation import Reply
from kure.errors import Conflict, ModelFailed
from kure.ids import new_id

REPLY = TypeAdapter(Reply)

# What is counted before something is inserted is counted by one at a time.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('kure.model_calls', 0))"
IS_UNDER_WAY = "SELECT state = 'asking' FROM investigations WHERE id = $1 FOR NO KEY UPDATE"
STORED = """
    SELECT id, sealed FROM model_calls
    WHERE investigation_id = $1 AND turn = $2 AND state = 'answered'
"""
LOST = """
    UPDATE model_calls SET state = 'lost', outcome = 'lost', ended_at = $3,
        error = 'It was cut off: whoever asked did not live to hear the answer.'
    WHERE investigation_id = $1 AND turn = $2 AND state = 'asking'
"""
COUNT_LOST = """
    SELECT count(*) FROM model_calls
    WHERE investigation_id = $1 AND turn = $2 AND state = 'lost'
"""
SINCE = """
    SELECT count(*) AS calls, min(asked_at) AS first FROM (
        SELECT asked_at FROM model_calls WHERE provider = $1 AND asked_at > $2
        ORDER BY asked_at DESC LIMIT $3
    ) newest
"""
BEGIN = """
    INSERT INTO model_calls (id, investigation_id, turn, attempt, provider, model, state, usd,
                             asked_at)
    SELECT $1, $2, $3, 1 + coalesce(max(attempt), 0), $4, $5, 'asking', $6, $7
    FROM model_calls WHERE investigation_id = $2 AND turn = $3
"""
IS_ASKED = """
    SELECT EXISTS (
        SELECT FROM model_calls
        WHERE investigation_id = $1 AND turn = $2 AND state IN ('asking', 'answered')
    )
"""
# An answer that comes after its call was taken for lost is one all the same, unless the turn has
# another by now: then only what it cost is known better.
ANSWERED = """
    UPDATE model_calls c SET
        state = CASE WHEN other.is_there THEN 'lost' ELSE 'answered' END,
        outcome = CASE WHEN other.is_there THEN 'lost' ELSE $2 END,
        error = CASE WHEN other.is_there THEN c.error ELSE '' END,
        sealed = CASE WHEN other.is_there THEN NULL ELSE $3::bytea END,
        model = $4, input_tokens = $5, cached_tokens = $6, output_tokens = $7, usd = $8,
        latency_ms = $9, ended_at = $10
    FROM (
        SELECT EXISTS (
            SELECT FROM model_calls o JOIN model_calls c ON c.id = $1
            WHERE o.investigation_id = c.investigation_id AND o.turn = c.turn AND o.id <> c.id
                AND o.state = 'answered'
        ) AS is_there
    ) other
    WHERE c.id = $1 AND c.state IN ('asking', 'lost')
"""
FAILED = """
    UPDATE model_calls SET state = $2, outcome = $3, error = $4,
        usd = CASE WHEN $5 THEN usd ELSE 0 END, latency_ms = $6, ended_at = $7
    WHERE id = $1 AND state IN ('asking', $2) RETURNING id
"""
ABANDONED = """
    UPDATE model_calls SET state = 'lost', outcome = 'lost', ended_at = $2,
        error = 'It was cut off: nobody waits for the answer any more.'
    WHERE id = $1 AND state = 'asking'
"""
VIEWS = """
    SELECT turn, attempt, provider, model, state, error, input_tokens, cached_tokens, output_tokens,
        usd, latency_ms, asked_at
    FROM model_calls WHERE investigation_id = $1 ORDER BY turn, attempt
"""
NEWEST_ANSWER = """
    SELECT provider, model FROM model_calls WHERE investigation_id = $1 AND state = 'answered'
    ORDER BY turn DESC LIMIT 1
"""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Turn:
    """What a call is for; None for a test."""

    investigation_id: UUID
    turn: int


@dataclass(frozen=True)
class NewCall:
    """A call to be made. `most_usd` is the most that it may cost, None where nobody knows."""

    of: Turn | None
    provider: Provider
    breaker: str
    most_usd: Decimal | None
    budget: Budget

    @property
    def trying_until(self) -> timedelta:
        """How long it may take, with what is needed to store what came of it."""
        return timedelta(seconds=self.provider.timeout_seconds + 15)


@dataclass(frozen=True)
class Begun:
    """A call that may be made now: it counts from here on. `tries`: it is the one that tries
    whether the provider is back."""

    id: UUID
    breaker: str
    tries: bool


@dataclass(frozen=True)
class Refused:
    """A call that may not be made, and why; `until` is when it may, None where waiting is no help
    (today)."""

    why: str
    until: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, what it cost and how long it took."""

    reply: Reply
    usd: Decimal
    latency_ms: int


async def stored(db: Db, cipher: Cipher, of: Turn) -> Reply | None:
    """The answer of a turn, where it is stored."""
    row = await db.fetchrow(STORED, of.investigation_id, of.turn)
    if row is None:
        return None
    return REPLY.validate_json(cipher.open(row["sealed"], row["id"].bytes))


async def take_over(pool: Pool, of: Turn, now: datetime) -> int:
    """What an earlier attempt was asking is lost; returns how many calls of the turn are. Conflict
    where the investigation is over."""
    async with transaction(pool) as connection:
        await connection.execute(ONE_AT_A_TIME)
        await _check_under_way(connection, of)
        await connection.execute(LOST, of.investigation_id, of.turn, now)
        lost: int = await connection.fetchval(COUNT_LOST, of.investigation_id, of.turn)
    return lost


async def _check_under_way(connection: Connection, of: Turn) -> None:
    if not await connection.fetchval(IS_UNDER_WAY, of.investigation_id):
        raise Conflict("No model was asked: the investigation is over.")


async def begin(pool: Pool, call: NewCall, now: datetime) -> Begun | Refused:
    """Write a call as being asked, or say why it may not be made: the breaker, the day's budget,
    the rate per minute. Conflict where another attempt goes on with its turn, or has ended it."""
    async with transaction(pool) as connection:
        await connection.execute(ONE_AT_A_TIME)
        if call.of is not None:
            await _check_under_way(connection, call.of)
            await _check_alone(connection, call.of)
        if refused := await _refused(connection, call, now):
            return refused
        entered = breakers.Leave(None)
        if call.of is not None:  # a test is made whatever the breaker says
            until = now + call.trying_until
            entered = await breakers.enter(connection, call.breaker, now, until)
        if entered.until is not None:
            why = left_alone(call.provider.id, entered.until, entered.error)
            return Refused(why, entered.until)
        new, one = new_id(), call.provider
        of = (call.of.investigation_id, call.of.turn) if call.of else (None, 1)
        usd = call.most_usd or Decimal()
        await connection.execute(BEGIN, new, *of, one.id, one.model, usd, now)
    return Begun(new, call.breaker, entered.tries)


async def _check_alone(connection: Connection, of: Turn) -> None:
    if await connection.fetchval(IS_ASKED, of.investigation_id, of.turn):
        raise Conflict("No model was asked: another attempt goes on with this turn.")


async def _refused(connection: Connection, call: NewCall, now: datetime) -> Refused | None:
    spent = await budget.spent(connection, now)
    most = DayBudget(call.budget.calls, call.budget.usd)
    if why := refusal(most, spent.calls, spent.usd, call.most_usd):
        return Refused(why)
    one = call.provider
    row = await connection.fetchrow(SINCE, one.id, now - MINUTE, one.per_minute)
    if row["calls"] >= one.per_minute:
        return Refused(
            f"{one.id} was asked {one.per_minute} times in a minute", row["first"] + MINUTE
        )
    return None


async def answered(pool: Pool, cipher: Cipher, begun: Begun, answer: Answer, now: datetime) -> None:
    """Store what a model said, with what it cost; the provider is well."""
    reply, usage = answer.reply, answer.reply.usage
    sealed = cipher.seal(REPLY.dump_json(reply), begun.id.bytes)
    async with transaction(pool) as connection:
        await connection.execute(ONE_AT_A_TIME)
        await connection.execute(
            ANSWERED, begun.id, reply.stop, sealed, reply.model[:200], usage.input, usage.cached,
            usage.output, answer.usd, answer.latency_ms, now,
        )  # fmt: skip
        events = await breakers.answered(connection, begun.breaker, now)
        await emit(connection, now, *events)


async def failed(
    pool: Pool, begun: Begun, error: ModelFailed, latency_ms: int, now: datetime
) -> None:
    """Note that the provider failed. A call of which the answer broke off is lost: it may have cost
    all that it may cost. Conflict where another attempt has taken the turn over meanwhile."""
    state = "lost" if error.outcome == "cut" else "failed"
    may_cost = error.sent or state == "lost"
    async with transaction(pool) as connection:
        known = await connection.fetchval(
            FAILED, begun.id, state, error.outcome, str(error)[:500], may_cost, latency_ms, now
        )
        tried = begun.tries
        events = await breakers.failed(connection, begun.breaker, error, now, tried=tried)
        await emit(connection, now, *events)
    if known is None:
        raise Conflict("Another attempt goes on with this turn.") from error


async def abandoned(pool: Pool, begun: Begun, now: datetime) -> None:
    """Nobody waits for the answer any more; it may cost all that it may cost. That says nothing of
    the provider."""
    async with transaction(pool) as connection:
        await connection.execute(ABANDONED, begun.id, now)
        if begun.tries:
            await breakers.leave_to_another(connection, begun.breaker)


async def of_investigation(db: Db, investigation_id: UUID) -> list[CallView]:
    """All calls of an investigation, in their order."""
    rows = await db.fetch(VIEWS, investigation_id)
    return [CallView.model_validate(dict(row)) for row in rows]


async def who_answered(db: Db, investigation_id: UUID) -> tuple[str, str]:
    """The provider and the model of the newest answer; '' and '' where there is none."""
    row: Any = await db.fetchrow(NEWEST_ANSWER, investigation_id)
    return (row["provider"], row["model"]) if row else ("", "")
