"""Tokens of clusters' agents: whose they are, and their rotation."""

from typing import Any

import pytest

from api import service_tokens
from tests.api.conftest import AGENT_TOKEN, OTHER_TOKEN, Api, free_port, running
from tests.api.people import browser, make

ROTATE = "/api/admin/service-token/rotate"


async def opens(api: Api, token: str) -> int:
    answer = await api.client.get("/api/agent/config", headers={"X-Service-Token": token})
    return answer.status_code


async def rotated(api: Api, **body: Any) -> str:
    answer = await api.person("POST", ROTATE, json=body)
    assert answer.status_code == 201
    token: str = answer.json()["token"]
    return token


async def test_only_an_admin_rotates(api: Api) -> None:
    await make(api, "ada", "write")
    async with browser(api, "ada") as ada:
        assert (await ada.post(ROTATE, json={})).status_code == 403
    assert (await api.agent("POST", ROTATE, json={})).status_code == 403
    assert (await api.person("POST", ROTATE, json={"cluster": "A b"})).status_code == 422


async def test_two_are_good_at_once_and_an_ended_one_stays_so(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_tokens, "KNOWN_SECONDS", 0.0)
    second = await rotated(api)
    assert [await opens(api, token) for token in (AGENT_TOKEN, second)] == [200, 200]
    third = await rotated(api)
    assert [await opens(api, t) for t in (AGENT_TOKEN, second, third)] == [401, 200, 200]
    assert await opens(api, OTHER_TOKEN) == 200
    stored = await api.pool.fetch("SELECT * FROM service_tokens")
    assert third not in str(stored)
    again = api.settings.model_copy(update={"port": free_port()})
    async with running(again) as restarted:
        assert await opens(restarted, AGENT_TOKEN) == 401


async def test_a_further_cluster_gets_its_own(api: Api) -> None:
    token = await rotated(api, cluster="edge-1")
    headers = {"X-Service-Token": token}
    answer = await api.client.get("/api/agent/config", headers=headers)
    assert answer.json()["cluster"] == "edge-1"
