"""Asking a model: who is passed over, who is asked next, what is never asked twice."""

import asyncio
from decimal import Decimal
from uuid import UUID

import pytest

from kure.adapters.postgres.models import calls
from kure.adapters.postgres.models.calls import NewCall, Turn
from kure.contracts.models import Budget
from kure.errors import Conflict, ModelFailed
from kure.investigating.asking import Asking
from tests.investigating.stage import (
    PLACE,
    PRICE,
    PROMPT,
    REPLY,
    Stage,
    failing,
    investigated,
    provider,
    put,
)


async def refusal(asking: Asking, of: UUID) -> str:
    with pytest.raises(Conflict) as error:
        await asking.ask(of, 1, PROMPT, PLACE)
    return str(error.value)


async def down(asking: Asking, of: UUID) -> tuple[str, int]:
    with pytest.raises(ModelFailed) as error:
        await asking.ask(of, 1, PROMPT, PLACE)
    return str(error.value), error.value.retry_after_seconds


async def cut_off(stage: Stage, of: UUID) -> None:
    """A worker was killed while it asked."""
    one = provider("a")
    call = NewCall(Turn(of, 1), one, "a@1", Decimal("0.5"), Budget())
    await calls.begin(stage.pool, call, stage.clock())


async def test_nobody_is_asked_where_nothing_is_set_up_or_all_is_off(stage: Stage) -> None:
    of = await investigated(stage.pool)
    asking = stage.worker()
    assert "no provider of models is set up" in await refusal(asking, of)
    await put(stage.pool, provider("a", enabled=False))
    stage.clock.later(3)
    assert "switched off" in await refusal(asking, of)
    assert await stage.rows() == []


async def test_nothing_of_a_namespace_that_is_not_named_goes_outside(stage: Stage) -> None:
    await put(stage.pool, provider("a"), outside_namespaces=["prod/cart*", "stage/*"])
    of, model = await investigated(stage.pool), stage.model("a")
    said = await refusal(stage.worker(), of)
    assert said.startswith("No model was asked: a is outside, and nothing of prod/shop may go")
    assert model.asked == 0


async def test_one_inside_is_asked_of_every_namespace(stage: Stage) -> None:
    outside, inside = provider("a"), provider("b", place="inside")
    await put(stage.pool, outside, inside, outside_namespaces=[])
    of = await investigated(stage.pool)
    stage.model("a"), stage.model("b")
    assert await stage.worker().ask(of, 1, PROMPT, PLACE) == REPLY
    assert (stage.models["a"].asked, stage.models["b"].asked) == (0, 1)


@pytest.mark.parametrize(
    ("budget", "says"),
    [
        (Budget(calls=1), "the day's budget of 1 call is spent; it begins anew at 00:00 UTC"),
        (Budget(calls=0), "the day's budget of 0 calls is spent; it begins anew at 00:00 UTC"),
        (Budget(usd=Decimal("0.11")), "the day's budget of 0.11 USD is spent; it begins anew"),
        (Budget(usd=Decimal("1.1")), "0.11 USD of the day's budget of 1.10 USD is spent and this"),
    ],
)
async def test_a_budget_that_is_out_stops_and_says_so(
    stage: Stage, budget: Budget, says: str
) -> None:
    await put(stage.pool, provider("a", price=PRICE))
    model, asking = stage.model("a"), stage.worker()
    await asking.ask(await investigated(stage.pool), 1, PROMPT, PLACE)
    await put(stage.pool, provider("a", price=PRICE), budget=budget)
    stage.clock.later(3)
    of = await investigated(stage.pool)
    assert says in await refusal(asking, of)
    assert model.asked == 1


async def test_a_budget_begins_anew_at_midnight(stage: Stage) -> None:
    await put(stage.pool, provider("a"), budget=Budget(calls=1))
    model, asking = stage.model("a"), stage.worker()
    await asking.ask(await investigated(stage.pool), 1, PROMPT, PLACE)
    of = await investigated(stage.pool)
    stage.clock.later(12 * 3600 - 1)
    assert "it begins anew at 00:00 UTC" in await refusal(asking, of)
    stage.clock.later(1)
    assert await asking.ask(of, 1, PROMPT, PLACE) == REPLY
    assert model.asked == 2


async def test_a_budget_that_is_out_leaves_what_costs_nothing(stage: Stage) -> None:
    dear, free = provider("a", price=PRICE), provider("b", place="inside")
    await put(stage.pool, dear, free, budget=Budget(usd=Decimal("0.01")))
    stage.model("a"), stage.model("b")
    assert await stage.worker().ask(await investigated(stage.pool), 1, PROMPT, PLACE) == REPLY
    assert (stage.models["a"].asked, stage.models["b"].asked) == (0, 1)


async def test_the_next_one_is_asked_where_one_fails(stage: Stage) -> None:
    await put(stage.pool, provider("a"), provider("b", price=PRICE))
    stage.model("a", failing("down")), stage.model("b")
    of = await investigated(stage.pool)
    assert await stage.worker().ask(of, 1, PROMPT, PLACE) == REPLY
    first, second = await stage.rows()
    assert (first["state"], first["outcome"], first["usd"]) == ("failed", "down", 0)
    assert (second["state"], second["outcome"]) == ("answered", "answer")
    assert (second["usd"], second["input_tokens"]) == (Decimal("0.11"), 100)
    assert [row["attempt"] for row in (first, second)] == [1, 2]
    assert [(one.provider, one.outcome) for one in stage.called] == [("a", "down"), ("b", "answer")]


async def test_a_stored_answer_is_not_asked_for_again(stage: Stage) -> None:
    await put(stage.pool, provider("a"))
    of, model = await investigated(stage.pool), stage.model("a")
    for _ in range(3):
        assert await stage.worker().ask(of, 1, PROMPT, PLACE) == REPLY
    await stage.pool.execute("UPDATE investigations SET state = 'unanswered', ended_at = now()")
    assert await stage.worker().ask(of, 1, PROMPT, PLACE) == REPLY
    assert model.asked == 1
    (row,) = await stage.rows()
    assert b"cause" not in row["sealed"]


async def test_what_is_over_is_not_asked_on(stage: Stage) -> None:
    await put(stage.pool, provider("a"))
    of, model = await investigated(stage.pool), stage.model("a")
    await stage.pool.execute("UPDATE investigations SET state = 'unanswered', ended_at = now()")
    assert "the investigation is over" in await refusal(stage.worker(), of)
    assert model.asked == 0


async def test_one_cut_off_in_flight_is_asked_once_more_and_then_no_more(stage: Stage) -> None:
    await put(stage.pool, provider("a"))
    of, model = await investigated(stage.pool), stage.model("a")
    await cut_off(stage, of)
    assert await stage.worker().ask(of, 1, PROMPT, PLACE) == REPLY
    lost, answered = await stage.rows()
    assert (lost["state"], lost["usd"]) == ("lost", Decimal("0.5"))
    assert answered["state"] == "answered"

    other = await investigated(stage.pool)
    await cut_off(stage, other)
    await calls.take_over(stage.pool, Turn(other, 1), stage.clock())
    await cut_off(stage, other)
    assert "cut off in flight" in await refusal(stage.worker(), other)
    assert model.asked == 1


async def test_an_answer_that_broke_off_may_have_cost_and_counts_as_cut_off(stage: Stage) -> None:
    await put(stage.pool, *(provider(name, price=PRICE) for name in "abc"))
    for name in "abc":
        stage.model(name, failing("cut", sent=True))
    of = await investigated(stage.pool)
    assert "cut off in flight" in await refusal(stage.worker(), of)
    rows = await stage.rows()
    assert [row["state"] for row in rows] == ["lost", "lost"]
    assert all(row["usd"] > 1 for row in rows)
    assert stage.models["c"].asked == 0


async def test_one_that_nobody_waits_for_any_more_is_known_as_lost_at_once(stage: Stage) -> None:
    await put(stage.pool, provider("a"))
    of, model = await investigated(stage.pool), stage.model("a")
    model.gate = asyncio.Event()
    asking = asyncio.create_task(stage.worker().ask(of, 1, PROMPT, PLACE))
    while not model.under_way:
        await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    (row,) = await stage.rows()
    assert (row["state"], row["ended_at"]) == ("lost", stage.clock())


async def test_two_attempts_at_once_store_one_answer(stage: Stage) -> None:
    """A worker that was cut off from Temporal goes on while another one takes over."""
    await put(stage.pool, provider("a"))
    of, model = await investigated(stage.pool), stage.model("a")
    model.gate = asyncio.Event()
    first = asyncio.create_task(stage.worker().ask(of, 1, PROMPT, PLACE))
    while model.asked < 1:
        await asyncio.sleep(0.01)
    second = asyncio.create_task(stage.worker().ask(of, 1, PROMPT, PLACE))
    while model.asked < 2:
        await asyncio.sleep(0.01)
    model.gate.set()
    assert {*await asyncio.gather(first, second)} == {REPLY}
    states = [row["state"] for row in await stage.rows()]
    assert sorted(states) == ["answered", "lost"]
    assert await stage.worker().ask(of, 1, PROMPT, PLACE) == REPLY
    assert model.asked == 2


async def test_no_more_are_under_way_in_a_worker_than_are_allowed(stage: Stage) -> None:
    await put(stage.pool, provider("a", at_once=2))
    model, asking = stage.model("a"), stage.worker()
    model.gate = asyncio.Event()
    wanted = [await investigated(stage.pool) for _ in range(5)]
    asked = [asyncio.create_task(asking.ask(of, 1, PROMPT, PLACE)) for of in wanted]
    while model.under_way < 2:
        await asyncio.sleep(0.01)
    model.gate.set()
    await asyncio.gather(*asked)
    assert (model.asked, model.most_under_way) == (5, 2)


async def test_no_more_begin_in_a_minute_than_are_allowed(stage: Stage) -> None:
    await put(stage.pool, provider("a", per_minute=3))
    model, workers = stage.model("a"), [stage.worker(), stage.worker()]
    wanted = [await investigated(stage.pool) for _ in range(8)]
    found = await asyncio.gather(
        *(workers[n % 2].ask(of, 1, PROMPT, PLACE) for n, of in enumerate(wanted)),
        return_exceptions=True,
    )
    assert sum(one == REPLY for one in found) == model.asked == 3
    (failure, *_) = (one for one in found if isinstance(one, ModelFailed))
    assert failure.retry_after_seconds == 60
    assert "a was asked 3 times in a minute" in str(failure)


async def test_two_workers_never_spend_more_than_the_budget(stage: Stage) -> None:
    """Each call counts the most that it may cost before it is made: 1.01 USD and a bit."""
    one = provider("a", price=PRICE, at_once=50)
    await put(stage.pool, one, budget=Budget(calls=None, usd=Decimal("5.5")))
    model, workers = stage.model("a"), [stage.worker(), stage.worker()]
    model.gate = asyncio.Event()
    wanted = [await investigated(stage.pool) for _ in range(12)]
    asked = [
        asyncio.create_task(workers[n % 2].ask(of, 1, PROMPT, PLACE)) for n, of in enumerate(wanted)
    ]
    while not all(task.done() for task in asked) and sum(t.done() for t in asked) < 7:
        await asyncio.sleep(0.01)
    spent = await stage.pool.fetchval("SELECT sum(usd) FROM model_calls")
    assert Decimal(5) < spent <= Decimal("5.5")
    assert model.under_way == 5
    model.gate.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(one == REPLY for one in found) == 5
    assert sum(isinstance(one, Conflict) for one in found) == 7
    assert await stage.pool.fetchval("SELECT sum(usd) FROM model_calls") == Decimal("0.55")
