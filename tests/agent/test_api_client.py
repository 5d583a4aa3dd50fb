"""The agent's way to Kure's API: what is tried again, what is given up, what is said of it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from agent.api import Api, ApiAway
from kure.errors import InvalidInput, NotSignedIn
from kure.settings import Settings
from tests.agent.recording_api import TOKEN, RecordingApi, problem, recording_api

FAILED = "/api/pods/failed"
BODY = b'{"uid": "a"}'
PATIENCE = 15


@pytest.fixture
async def server() -> AsyncIterator[RecordingApi]:
    async with recording_api() as running:
        yield running


@pytest.fixture
async def api(server: RecordingApi) -> AsyncIterator[Api]:
    made = Api(Settings(api_url=server.url, service_token=SecretStr(TOKEN)))
    yield made
    await made.aclose()


async def test_what_the_api_will_never_take_is_refused_at_once(
    server: RecordingApi, api: Api
) -> None:
    server.refusals.append(problem(422, "The report names no failure"))
    with pytest.raises(InvalidInput, match=r"failed is answered 422 \(The report names no failure"):
        await api.insist("POST", FAILED, BODY)
    assert api.problem is None


async def test_a_wrong_token_is_said_without_the_token(server: RecordingApi, api: Api) -> None:
    server.token = "another-token"
    with pytest.raises(NotSignedIn, match="401"):
        await api.once("POST", FAILED, BODY)
    assert api.problem is not None
    assert "is KURE_SERVICE_TOKEN, or the file agent-token" in api.problem
    assert TOKEN not in api.problem


async def test_a_token_file_that_is_not_there_is_said(server: RecordingApi, tmp_path: Path) -> None:
    api = Api(Settings(api_url=server.url, data_dir=tmp_path))
    with pytest.raises(NotSignedIn, match="No such file"):
        await api.once("POST", FAILED, BODY)
    await api.aclose()


async def test_a_token_that_is_put_right_is_used_and_wakes_who_waits(
    server: RecordingApi, tmp_path: Path
) -> None:
    api = Api(Settings(api_url=server.url, data_dir=tmp_path))
    (tmp_path / "agent-token").write_text("wrong\n")
    waiting = asyncio.create_task(api.insist("POST", FAILED, BODY))
    with pytest.raises(NotSignedIn):
        await api.once("POST", FAILED, BODY)
    (tmp_path / "agent-token").write_text(f"{TOKEN}\n")
    await api.once("POST", "/api/pods/gone", BODY)
    await asyncio.wait_for(waiting, PATIENCE)
    assert {told.what for told in server.told} == {"gone", "failed"}
    await api.aclose()


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_api_that_cannot_just_now_is_asked_again(
    server: RecordingApi, api: Api, status: int
) -> None:
    server.refusals.extend([problem(status, "not now"), problem(status, "not now")])
    await asyncio.wait_for(api.insist("POST", FAILED, BODY), PATIENCE)
    assert [told.what for told in server.told] == ["failed"]
    assert api.problem is None


async def test_what_the_api_fails_over_again_and_again_is_given_up(
    server: RecordingApi, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.api.full_jitter", lambda *_, **__: 0)
    server.refusals.extend([problem(500, "a bug") for _ in range(6)])
    with pytest.raises(InvalidInput, match=r"500 \(a bug\); given up after 6 tries"):
        await asyncio.wait_for(api.insist("POST", FAILED, BODY), PATIENCE)


async def test_the_api_is_left_alone_for_as_long_as_it_asks(server: RecordingApi, api: Api) -> None:
    server.refusals.append(problem(429, "too many reports", Retry_After="1"))
    began = asyncio.get_running_loop().time()
    await asyncio.wait_for(api.insist("POST", FAILED, BODY), PATIENCE)
    assert asyncio.get_running_loop().time() - began >= 1


async def test_an_api_that_is_away_is_said_once_and_so_is_its_return(
    server: RecordingApi, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kure.agent")
    await server.stop()
    sends = [asyncio.create_task(api.insist("POST", FAILED, BODY)) for _ in range(3)]
    with pytest.raises(ApiAway):
        await api.once("POST", FAILED, BODY)
    await server.start()
    await asyncio.wait_for(asyncio.gather(*sends), PATIENCE)
    said = [record.getMessage() for record in caplog.records if record.name == "kure.agent"]
    assert len(said) == 2
    assert said[0].startswith(f"Cannot report: POST {server.url}{FAILED} fails (")
    assert said[1] == f"{server.url} takes reports again"


async def test_an_answer_that_is_not_kures_is_said_and_asked_again(
    server: RecordingApi, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    server.refusals.extend([problem(404, "no such page"), problem(200, "hello")])
    config = await asyncio.wait_for(api.config(), PATIENCE)
    assert config.cluster == "local"
    assert caplog.text.count("is not Kure's API, of this release") == 1
