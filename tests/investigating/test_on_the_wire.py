"""Asking over the providers' own protocols: servers that fail as they do, or answer."""

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from kure.adapters.models.factory import model_of
from kure.adapters.outgoing import Guard, guarded_client
from kure.adapters.postgres.models.settings import Current
from kure.contracts.models import Budget, Provider, ProviderKind
from kure.errors import ModelFailed
from kure.investigating.asking import Asking
from kure.investigating.testing import try_out
from kure.ports import Model
from tests.investigating.stage import CIPHER, PLACE, Stage, investigated, provider, put
from tests.models.asking import prompt
from tests.models.server import ModelServer
from tests.models.steps import Step

ANSWER = Step.of({"say": {"cause": "no memory"}})
ASKED = prompt()


@asynccontextmanager
async def asking_at(
    stage: Stage, *servers: ModelServer, **more: Any
) -> AsyncIterator[tuple[Asking, list[Provider]]]:
    """A worker whose providers are these servers, in this order: `a` speaks chat completions, `b`
    Anthropic's messages."""
    trust = ssl.create_default_context()
    kinds = (ProviderKind.COMPATIBLE, ProviderKind.ANTHROPIC)
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            guarded_client(Guard(loopback=True), trust, inside=False)
        )
        found = []
        for name, kind, server in zip("ab", kinds, servers, strict=False):
            await stack.enter_async_context(server)
            found.append(provider(name, kind=kind, base_url=f"{server.url}/v1", **more))
        await put(stage.pool, *found)

        def model(one: Provider) -> Model:
            return model_of(one, client)

        current = Current(stage.pool, CIPHER, stage.clock)
        yield Asking(stage.pool, CIPHER, current, model, stage.clock), found


async def test_what_one_cannot_do_the_next_one_does_in_its_own_protocol(stage: Stage) -> None:
    first, second = ModelServer(always=Step.of({"status": 503})), ModelServer(always=ANSWER)
    async with asking_at(stage, first, second) as (asking, _):
        for _ in range(4):
            of = await investigated(stage.pool)
            reply = await asking.ask(of, 1, ASKED, PLACE)
            assert reply.text == '{"cause": "no memory"}'
    assert (len(first.asked), len(second.asked)) == (3, 4), "three failures in a row are enough"
    rows = await stage.rows()
    assert {(row["provider"], row["state"]) for row in rows} == {("a", "failed"), ("b", "answered")}


async def test_a_busy_provider_is_asked_when_it_wants_to_be(stage: Stage) -> None:
    busy = Step.of({"status": 429, "headers": {"Retry-After": "7"}})
    server = ModelServer(busy, always=ANSWER)
    async with asking_at(stage, server) as (asking, _):
        of = await investigated(stage.pool)
        for seconds in (7, 1):
            with pytest.raises(ModelFailed) as error:
                await asking.ask(of, 1, ASKED, PLACE)
            assert error.value.retry_after_seconds == seconds
            stage.clock.later(6 if seconds == 7 else 0)
        stage.clock.later(1)
        assert (await asking.ask(of, 1, ASKED, PLACE)).stop == "answer"
    assert len(server.asked) == 2


@pytest.mark.parametrize("fault", ["cut", "drop"])
async def test_an_answer_that_breaks_off_is_asked_for_once_more_and_counts(
    stage: Stage, fault: str
) -> None:
    server = ModelServer(Step.of({"fault": fault}), always=ANSWER)
    price = {"input": 1, "output": 1, "cached": 0}
    async with asking_at(stage, server, price=price) as (asking, _):
        of = await investigated(stage.pool)
        with pytest.raises(ModelFailed):
            await asking.ask(of, 1, ASKED, PLACE)
        await asking.ask(of, 1, ASKED, PLACE)
    lost, answered = await stage.rows()
    assert (lost["state"], answered["state"]) == ("lost", "answered")
    assert lost["usd"] > 0
    assert len(server.asked) == 2


async def test_a_test_tells_latency_tokens_and_the_models_there_are(stage: Stage) -> None:
    server = ModelServer(always=Step.of({"say": {"ok": True}}))
    async with asking_at(stage, server) as (asking, _):
        found = await try_out(asking, "a")
        assert (found.ok, found.error, found.models) == (True, "", ["small", "large"])
        assert (found.input_tokens, found.output_tokens) == (1000, 100)
        assert found.latency_ms is not None
        assert not (await try_out(asking, "nobody")).ok
    (row,) = await stage.rows()
    assert (row["state"], row["investigation_id"]) == ("answered", None)


async def test_a_test_says_what_is_wrong_and_closes_a_breaker_when_nothing_is(
    stage: Stage,
) -> None:
    server = ModelServer(Step.of({"status": 401}), always=ANSWER)
    async with asking_at(stage, server) as (asking, _):
        found = await try_out(asking, "a")
        assert not found.ok
        assert (
            found.error == "The provider a (127.0.0.1) answered 401 (server_error). Check its key."
        )
        of = await investigated(stage.pool)
        with pytest.raises(ModelFailed, match="a is left alone until") as error:
            await asking.ask(of, 1, ASKED, PLACE)
        assert error.value.retry_after_seconds == 900
        assert (await try_out(asking, "a")).ok
        assert (await asking.ask(of, 1, ASKED, PLACE)).stop == "answer"


async def test_a_test_is_not_made_where_the_budget_is_out(stage: Stage) -> None:
    server = ModelServer(always=ANSWER)
    async with asking_at(stage, server) as (asking, providers):
        await put(stage.pool, *providers, budget=Budget(calls=0))
        assert "budget of 0 calls is spent" in (await try_out(asking, "a")).error
    assert server.asked == []
