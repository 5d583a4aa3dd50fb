"""What a provider says becomes: tests/cases/models/replies.yaml, by each protocol."""

from dataclasses import asdict
from typing import Any

import pytest

from kure.adapters.models.factory import model_of
from kure.adapters.outgoing import Guard, guarded_client
from kure.contracts.models import Provider
from kure.errors import InvalidInput
from tests import case_files
from tests.models.asking import TRUST, asked_at, prompt
from tests.models.server import ModelServer
from tests.models.steps import Step

CASES = case_files.read("models/replies.yaml")
KINDS = ("openai", "anthropic", "groq", "compatible")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_reply(kind: str, case: dict[str, Any]) -> None:
    async with (
        ModelServer(Step.of(case["step"])) as server,
        asked_at(f"{server.url}/v1", kind) as model,
    ):
        reply = asdict(await model.ask(prompt()))
    reply["calls"] = list(reply["calls"])
    assert {name: reply[name] for name in case["reply"]} == case["reply"]


@pytest.mark.parametrize("kind", KINDS)
async def test_ids_of_wishes_tell_the_turn(kind: str) -> None:
    wish = Step(call=[{"name": "logs", "arguments": {"pod": "web-1"}}])
    async with ModelServer(wish) as server, asked_at(f"{server.url}/v1", kind) as model:
        reply = await model.ask(prompt("later"))
    assert [call.id for call in reply.calls] == ["call_2_1"]


async def test_an_answer_by_the_tool_ends_it_whatever_else_is_wished() -> None:
    both = [{"name": "logs", "arguments": {}}, {"name": "answer", "arguments": {"cause": "oom"}}]
    async with (
        ModelServer(Step(call=both)) as server,
        asked_at(f"{server.url}/v1", "groq") as model,
    ):
        reply = await model.ask(prompt())
    assert (reply.stop, reply.text, reply.calls) == ("answer", '{"cause": "oom"}', ())


@pytest.mark.parametrize(
    ("kind", "base_url"),
    [("compatible", None), ("openai", "no address"), ("openai", "https://ada:secret@api.test/v1")],
)
async def test_a_provider_needs_an_address(kind: str, base_url: str | None) -> None:
    provider = Provider.model_validate(
        {"id": "one", "kind": kind, "model": "big", "base_url": base_url}
    )
    async with guarded_client(Guard(), TRUST, inside=False) as client:
        with pytest.raises(InvalidInput, match="provider one") as refused:
            model_of(provider, client)
    assert "secret" not in str(refused.value)
