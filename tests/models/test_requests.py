"""What each kind of provider is sent, whole: tests/cases/models/requests.yaml."""

from typing import Any

import pytest

from kure.adapters.models.defaults import KINDS
from tests import case_files
from tests.models.asking import KEY, asked_at, prompt
from tests.models.server import ModelServer
from tests.models.steps import Step

BODIES = case_files.read("models/requests.yaml")["bodies"]
ANSWERED = Step(say={"cause": "oom"})
PATHS = {"openai": "/v1/responses", "anthropic": "/v1/messages"}


def cases() -> list[Any]:
    return [
        pytest.param(kind, moment, body, id=f"{kind}: {moment}")
        for kind, moments in BODIES.items()
        for moment, body in moments.items()
    ]


@pytest.mark.parametrize(("kind", "moment", "body"), cases())
async def test_what_is_sent(kind: str, moment: str, body: dict[str, Any]) -> None:
    async with (
        ModelServer(ANSWERED, key=KEY) as server,
        asked_at(f"{server.url}/v1", kind) as model,
    ):
        await model.ask(prompt(moment))
    (seen,) = server.seen
    assert seen.json == body
    assert (seen.method, seen.path) == ("POST", PATHS.get(kind, "/v1/chat/completions"))


def test_each_kind_has_a_case() -> None:
    assert set(BODIES) == set(KINDS)


@pytest.mark.parametrize("kind", list(BODIES))
async def test_a_prompt_only_grows_at_its_end(kind: str) -> None:
    """What was sent is where the next one begins, so that it can be read from a cache."""
    async with (
        ModelServer(always=ANSWERED) as server,
        asked_at(f"{server.url}/v1", kind) as model,
    ):
        await model.ask(prompt("first"))
        await model.ask(prompt("later"))
    first, later = (one.json for one in server.seen)
    said = "input" if kind == "openai" else "messages"
    assert later[said][: len(first[said])] == first[said]
    assert {**first, said: 0} == {**later, said: 0}


HEADERS = [
    ("openai", {}, {"authorization": f"Bearer {KEY}"}),
    ("anthropic", {}, {"authorization": f"Bearer {KEY}", "anthropic-version": "2026-10-21"}),
    ("groq", {}, {"authorization": f"Bearer {KEY}"}),
    ("compatible", {"key": "", "headers": {"api-key": "az"}}, {"api-key": "az"}),
    ("compatible", {"key": ""}, {"authorization": None}),
    ("openai", {"key": ""}, {"authorization": None}),
    ("anthropic", {"key": "", "headers": {"x-api-key": "own"}}, {"x-api-key": "own"}),
    (
        "copilot",
        {"headers": {"Copilot-Integration-Id": "kure"}},
        {"copilot-integration-id": "kure"},
    ),
    ("ollama", {"headers": {"Authorization": "Basic x"}}, {"authorization": "Basic x"}),
]


@pytest.mark.parametrize(("kind", "set_", "headers"), HEADERS)
async def test_keys_and_headers(
    kind: str, set_: dict[str, Any], headers: dict[str, str | None]
) -> None:
    async with (
        ModelServer(ANSWERED) as server,
        asked_at(f"{server.url}/v1", kind, **set_) as model,
    ):
        await model.ask(prompt())
    (seen,) = server.seen
    assert {name: seen.header(name) for name in headers} == headers
    assert seen.header("accept-encoding") == "identity"


@pytest.mark.parametrize("kind", ["openai", "anthropic", "compatible"])
async def test_nothing_of_the_environment_is_sent(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for vendor in ("OPENAI", "ANTHROPIC"):
        for name in ("API_KEY", "AUTH_TOKEN", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
            monkeypatch.setenv(f"{vendor}_{name}", "from-the-environment")
        monkeypatch.setenv(f"{vendor}_CUSTOM_HEADERS", "X-Own: from-the-environment")
        monkeypatch.setenv(f"{vendor}_BASE_URL", "http://from-the-environment")
    async with ModelServer(always=ANSWERED) as server:
        for key in ("", KEY):
            async with asked_at(f"{server.url}/v1", kind, key=key) as model:
                await model.ask(prompt())
    assert len(server.seen) == 2
    assert not [one for one in server.seen if b"from-the-environment" in one.bytes]


async def test_azures_version_stays_in_the_address() -> None:
    async with ModelServer(ANSWERED) as server:
        url = f"{server.url}/openai/deployments/mine?api-version=2024-10-21"
        async with asked_at(url, "compatible", key="", headers={"api-key": "az"}) as model:
            await model.ask(prompt())
    assert server.seen[0].path == (
        "/openai/deployments/mine/chat/completions?api-version=2024-10-21"
    )


LISTS = [
    ("openai", "/v1", "/v1/models"),
    ("anthropic", "", "/v1/models?limit=1000"),
    ("anthropic", "/v1/", "/v1/models?limit=1000"),
    ("gemini", "/v1beta/openai", "/v1beta/openai/models"),
    ("github", "/inference", "/catalog/models"),
    ("ollama", "/v1/", "/v1/models"),
]


@pytest.mark.parametrize(("kind", "base", "path"), LISTS)
async def test_models_are_listed(kind: str, base: str, path: str) -> None:
    async with ModelServer() as server, asked_at(server.url + base, kind) as model:
        assert await model.listed() == ["small", "large"]
    assert server.seen[0].path == path
