"""The server of models itself: what it says fits the libraries' own types, to the letter; what it
is sent is judged; it runs as a process of its own."""

import asyncio
import base64
import socket
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anthropic.types import Message, ModelInfo
from openai.types import Model
from openai.types.chat import ChatCompletion
from openai.types.responses import Response
from pydantic import BaseModel, TypeAdapter

from tests.models import wire
from tests.models.asking import asked_at, prompt
from tests.models.judging import wrong
from tests.models.server import MODELS, ModelServer
from tests.models.steps import Step
from tests.models.wire import Protocol

TYPES: dict[Protocol, type[BaseModel]] = {
    "responses": Response,
    "chat": ChatCompletion,
    "messages": Message,
}
STEPS = [
    Step(say={"cause": "oom"}),
    Step(call=[{"name": "logs", "arguments": {"pod": "web-0"}}]),
    Step(refuse="No."),
    Step(cut_off="It"),
]


@pytest.mark.parametrize("protocol", TYPES)
@pytest.mark.parametrize("step", STEPS)
def test_it_speaks_as_the_libraries_types_say(protocol: Protocol, step: Step) -> None:
    answer = wire.answer(protocol, step, {"model": "big"})
    TypeAdapter(TYPES[protocol]).validate_python(answer)


def test_its_lists_are_those_of_the_libraries() -> None:
    TypeAdapter(list[Model]).validate_python(wire.models("chat", MODELS)["data"])
    TypeAdapter(list[ModelInfo]).validate_python(wire.models("messages", MODELS)["data"])


CLOSED: dict[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
ASKED = {"role": "user", "content": "Why?"}
USE = {"type": "tool_use", "id": "a", "name": "logs", "input": {}}
CALL = {"id": "a", "type": "function", "function": {"name": "logs", "arguments": "{}"}}
WRONG: list[tuple[Protocol, dict[str, Any], str]] = [
    ("messages", {"messages": [ASKED]}, "max_tokens"),
    ("messages", {"max_tokens": 1, "messages": []}, "the first and the last"),
    (
        "messages",
        {"max_tokens": 1, "messages": [ASKED, {"role": "assistant", "content": [USE]}, ASKED]},
        "must define tools",
    ),
    (
        "messages",
        {
            "max_tokens": 1,
            "tools": [{}],
            "messages": [ASKED, {"role": "assistant", "content": [USE]}, ASKED],
        },
        "without `tool_result`",
    ),
    (
        "messages",
        {
            "max_tokens": 1,
            "messages": [ASKED],
            "output_config": {"format": {"schema": {**CLOSED, "additionalProperties": True}}},
        },
        "additionalProperties",
    ),
    ("chat", {"messages": []}, "at least one"),
    ("chat", {"messages": [ASKED, {"role": "assistant", "tool_calls": [CALL]}, ASKED]}, "followed"),
    ("chat", {"messages": [ASKED, {"role": "tool", "tool_call_id": "a"}]}, "must follow"),
    ("responses", {"input": [{"type": "function_call", "call_id": "a"}]}, "No tool output"),
    ("responses", {"input": [{"type": "function_call_output", "call_id": "a"}]}, "No tool call"),
    (
        "responses",
        {
            "input": [ASKED],
            "tools": [
                {"strict": True, "parameters": {**CLOSED, "properties": {"a": {"type": "string"}}}}
            ],
        },
        "every key",
    ),
]


@pytest.mark.parametrize(("protocol", "asked", "why"), WRONG)
def test_it_refuses_what_the_real_ones_refuse(
    protocol: Protocol, asked: dict[str, Any], why: str
) -> None:
    assert why in wrong(protocol, asked)


async def test_it_runs_beside_those_that_are_killed(tmp_path: Path) -> None:
    script = tmp_path / "steps.yaml"
    script.write_text("steps: [{status: 500}]\nalways: {say: {cause: oom}}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.models.server", "--port", str(port), "--script", script)
    )
    try:
        url = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(base_url=url, trust_env=False) as control:
            await _until_it_answers(control)
            async with asked_at(f"{url}/v1", "anthropic") as model:
                with pytest.raises(Exception, match="answered 500"):
                    await model.ask(prompt())
                assert (await model.ask(prompt())).text == '{"cause": "oom"}'
            told = (await control.get("/_seen")).json()
            assert told["asked"] == 2
            assert b"Why does web-0 fail?" in base64.b64decode(told["requests"][0]["bytes"])
            await control.delete("/_seen")
            assert (await control.get("/_seen")).json()["asked"] == 0
    finally:
        process.terminate()
        await process.wait()


async def _until_it_answers(control: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                await control.get("/_seen")
                return
            except httpx2.ConnectError:
                await asyncio.sleep(0.05)


async def test_a_test_may_decide_by_what_is_asked() -> None:
    def decide(protocol: Protocol, asked: dict[str, Any]) -> Step | None:
        return Step(say={"cause": "decided"}) if asked.get("tools") else None

    async with (
        ModelServer(always=Step(say="else"), decide=decide) as server,
        asked_at(server.url, "openai") as model,
    ):
        assert (await model.ask(prompt("first"))).text == '{"cause": "decided"}'
        assert (await model.ask(prompt("last"))).text == "else"
