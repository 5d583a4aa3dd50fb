"""How each part is, since when, and `kure health`."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from kure.errors import AccessDenied, Misconfigured, Unavailable
from kure.operating.health import as_lines, ask_health
from kure.settings import Settings
from tests.api.conftest import Api
from workflows.housekeeping import RetentionWorkflow
from workflows.names import cluster_queue

HEALTH = "/api/admin/health"


async def parts(api: Api) -> dict[str, dict[str, Any]]:
    found = (await api.person("GET", HEALTH)).json()
    return {part["name"]: part for part in found["parts"]}


async def test_without_a_token_nobody_learns_how_it_is(api: Api) -> None:
    assert (await api.client.get(HEALTH)).status_code == 401
    assert (await api.agent("GET", HEALTH)).status_code == 403


async def test_each_part_is_named_with_its_state_and_since_when(api: Api) -> None:
    answer = await api.person("GET", HEALTH)
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    by_name = {part["name"]: part for part in found["parts"]}
    own = f"workers of {cluster_queue(api.settings.cluster)}"
    assert {"api", "postgresql", "temporal", "workers of kure", own, "agents"} <= set(by_name)
    assert by_name["postgresql"]["state"] == by_name["temporal"]["state"] == "ok"
    assert by_name[own]["state"] == "down"
    assert "kure worker" in by_name[own]["detail"]
    assert by_name["agents"]["state"] == "down"
    assert found["state"] == "down"
    again = await parts(api)
    assert again["temporal"]["since"] == by_name["temporal"]["since"]


async def test_a_queue_is_well_while_a_worker_asks_it_for_work(
    api: Api, temporal_client: Client
) -> None:
    queue = cluster_queue(api.settings.cluster)
    assert (await parts(api))[f"workers of {queue}"]["state"] == "down"
    async with Worker(temporal_client, task_queue=queue, workflows=[RetentionWorkflow]):
        async with asyncio.timeout(20):
            while (await parts(api))[f"workers of {queue}"]["state"] != "ok":
                await asyncio.sleep(0.2)


async def test_agents_and_the_nodes_that_nobody_watches(api: Api) -> None:
    beat = {"version": "1", "node": "node-1", "leads": True, "nodes": ["node-1", "node-2"]}
    assert (await api.agent("POST", "/api/agent/heartbeat", json=beat)).status_code == 204
    name = f"agent of {api.settings.cluster}, node-1"
    assert (await parts(api))[name]["state"] == "ok"
    ill = beat | {"problem": "may not list pods"}
    await api.agent("POST", "/api/agent/heartbeat", json=ill)
    assert (await parts(api))[name]["state"] == "degraded"
    silent = datetime.now(UTC) - timedelta(minutes=3)
    await api.pool.execute("UPDATE agents SET seen_at = $1", silent)
    await api.pool.execute("UPDATE nodes SET named_at = $1", silent)
    found = (await api.person("GET", HEALTH)).json()
    by_name = {part["name"]: part for part in found["parts"]}
    assert by_name[name]["state"] == "down"
    assert datetime.fromisoformat(by_name[name]["since"]) == silent
    assert {node["node"] for node in found["unwatched_nodes"]} == {"node-1", "node-2"}
    assert by_name["nodes"]["state"] == "degraded"


def of(api: Api, **more: Any) -> Settings:
    url = f"http://127.0.0.1:{api.settings.port}"
    return api.settings.model_copy(update={"api_url": url} | more)


async def test_the_command_says_the_same(api: Api) -> None:
    lines = as_lines(await ask_health(of(api)))
    assert any(line.startswith("ok       postgresql") for line in lines)
    assert lines[-1] == "all in all: down"


async def test_the_command_says_why_it_cannot_tell(api: Api, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="token"):
        await ask_health(of(api, data_dir=tmp_path))
    (tmp_path / "token").write_text("not-the-token-of-this-installation")
    with pytest.raises(AccessDenied, match="401"):
        await ask_health(of(api, data_dir=tmp_path))
    with pytest.raises(Unavailable, match="KURE_API_URL"):
        await ask_health(of(api, api_url="http://127.0.0.1:1"))
