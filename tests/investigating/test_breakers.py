"""Breakers: when a provider is left alone, for how long, and who tries whether it is back."""

import asyncio
from typing import Any

import pytest

from kure.adapters.postgres.models import breakers
from kure.contracts.models import BreakerState
from kure.domain.models.conversation import Reply
from kure.errors import ModelFailed
from tests.investigating.stage import (
    PLACE,
    PROMPT,
    REPLY,
    Scripted,
    Stage,
    failing,
    investigated,
    provider,
    put,
)


async def asked(stage: Stage) -> Reply | ModelFailed:
    """One more investigation asks."""
    of = await investigated(stage.pool)
    try:
        return await stage.worker().ask(of, 1, PROMPT, PLACE)
    except ModelFailed as error:
        return error


async def waits(stage: Stage) -> int:
    """When it is tried again, as whoever asks is told."""
    failure = await asked(stage)
    assert isinstance(failure, ModelFailed)
    return failure.retry_after_seconds


@pytest.fixture
async def model(stage: Stage) -> Scripted:
    await put(stage.pool, provider("a"))
    return stage.model("a", failing("down"))


async def test_it_opens_after_three_failures_and_doubles_up_to_ten_minutes(
    stage: Stage, model: Scripted
) -> None:
    assert [await waits(stage), await waits(stage)] == [5, 5]
    for pause in (30, 60, 120, 240, 480, 600, 600):
        assert await waits(stage) == pause
        tried = model.asked
        stage.clock.later(pause - 1)
        assert await waits(stage) == 1
        assert model.asked == tried, "it is left alone"
        stage.clock.later(1)


async def test_an_answer_between_counts_failures_anew(stage: Stage, model: Scripted) -> None:
    model.says.clear()
    model.says += [failing("down"), failing("invalid"), REPLY, failing("down"), failing("down")]
    found = [await asked(stage) for _ in range(5)]
    assert [isinstance(one, ModelFailed) for one in found] == [True, True, False, True, True]
    assert await waits(stage) == 30
    assert model.asked == 6


async def test_a_busy_one_is_left_alone_for_as_long_as_it_asks(
    stage: Stage, model: Scripted
) -> None:
    model.says[0] = failing("busy", retry_after=17)
    assert await waits(stage) == 17
    stage.clock.later(16)
    assert await waits(stage) == 1
    assert model.asked == 1
    model.says[0] = REPLY
    stage.clock.later(1)
    assert await asked(stage) == REPLY


@pytest.mark.parametrize("outcome", ["key", "request"])
async def test_what_only_an_admin_can_mend_is_left_alone_at_once_until_it_is_mended(
    stage: Stage, model: Scripted, outcome: str
) -> None:
    model.says[0] = failing(outcome)
    assert await waits(stage) == 900
    model.says[0] = REPLY
    stage.clock.later(3)
    assert await waits(stage) == 897
    await put(stage.pool, provider("a", key="another-key-0123"))
    stage.clock.later(3)
    assert await asked(stage) == REPLY


async def test_a_worker_that_knows_the_old_settings_does_not_open_the_new_breaker(
    stage: Stage, model: Scripted
) -> None:
    model.says[0], model.gate = failing("key"), asyncio.Event()
    late = asyncio.create_task(asked(stage))
    while not model.under_way:
        await asyncio.sleep(0.01)
    await put(stage.pool, provider("a", key="the-right-one-0123"))
    model.gate.set()
    assert isinstance(await late, ModelFailed)
    model.says[0] = REPLY
    assert await asked(stage) == REPLY


async def test_what_did_not_change_stays_as_it_is(stage: Stage, model: Scripted) -> None:
    model.says[0] = failing("key")
    await asked(stage)
    await put(stage.pool, provider("a"), provider("b"))
    stage.clock.later(3)
    stage.model("b")
    assert await asked(stage) == REPLY
    assert model.asked == 1


async def half_open(stage: Stage, model: Scripted) -> None:
    """It is time to try whether the provider is back; whoever does waits for its answer."""
    for _ in range(3):
        await asked(stage)
    stage.clock.later(30)
    model.gate = asyncio.Event()


async def test_one_call_of_all_workers_tries_whether_it_is_back(
    stage: Stage, model: Scripted
) -> None:
    await half_open(stage, model)
    model.says[0] = REPLY
    many = [asyncio.create_task(asked(stage)) for _ in range(8)]
    while sum(task.done() for task in many) < 7:
        await asyncio.sleep(0.01)
    assert (model.under_way, model.asked) == (1, 4)
    assert model.gate is not None
    model.gate.set()
    found = await asyncio.gather(*many)
    assert sum(one == REPLY for one in found) == 1
    assert await asked(stage) == REPLY


async def test_one_that_was_killed_while_it_tried_holds_nobody_up_for_long(
    stage: Stage, model: Scripted
) -> None:
    await half_open(stage, model)
    killed = asyncio.create_task(asked(stage))
    while not model.under_way:
        await asyncio.sleep(0.01)
    model.gate, model.says[0] = None, REPLY
    assert await waits(stage) == 120 + 15, "as long as the one that tries may take"
    stage.clock.later(120 + 15)
    assert await asked(stage) == REPLY
    killed.cancel()


async def test_one_that_stops_while_it_tries_leaves_it_to_another(
    stage: Stage, model: Scripted
) -> None:
    await half_open(stage, model)
    stopped = asyncio.create_task(asked(stage))
    while not model.under_way:
        await asyncio.sleep(0.01)
    stopped.cancel()
    await asyncio.gather(stopped, return_exceptions=True)
    model.gate, model.says[0] = None, REPLY
    assert await asked(stage) == REPLY


async def test_failures_that_come_late_do_not_prolong_it(stage: Stage, model: Scripted) -> None:
    model.gate = asyncio.Event()
    many = [asyncio.create_task(asked(stage)) for _ in range(4)]
    while model.under_way < 4:
        await asyncio.sleep(0.01)
    model.gate.set()
    await asyncio.gather(*many)
    assert await waits(stage) == 30


async def told(stage: Stage) -> list[dict[str, Any]]:
    rows = await stage.pool.fetch("SELECT * FROM ui_events WHERE topic = 'model.changed'")
    return [row["payload"] for row in rows]


async def test_how_it_does_is_told_and_shown(stage: Stage, model: Scripted) -> None:
    known = await put(stage.pool, provider("a"))
    names = {"a": known.breaker(known.providers[0])}
    for _ in range(3):
        await asked(stage)
    (how,) = (await breakers.health(stage.pool, names, stage.clock())).values()
    assert (how.breaker, how.calls, how.failed) == (BreakerState.OPEN, 3, 3)
    assert how.error == "The provider failed: down."
    assert how.failing_since == stage.clock()
    stage.clock.later(30)
    (how,) = (await breakers.health(stage.pool, names, stage.clock())).values()
    assert how.breaker is BreakerState.HALF_OPEN
    model.says[0] = REPLY
    await asked(stage)
    (how,) = (await breakers.health(stage.pool, names, stage.clock())).values()
    assert (how.breaker, how.failing_since, how.error) == (BreakerState.CLOSED, None, "")
    assert how.last_answered_at == stage.clock()
    assert await told(stage) == [
        {"provider": "a", "breaker": "open"},
        {"provider": "a", "breaker": "closed"},
    ]
