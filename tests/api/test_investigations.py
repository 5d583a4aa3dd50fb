"""A person has a model asked, and follows it, over HTTP."""

import asyncio
from typing import Any

from temporalio.client import Client

from tests.api.conftest import Api
from tests.api.test_incidents import crash
from tests.models.saying import ANSWER, EVENTS, reads_then_answers
from tests.models.server import ModelServer
from tests.models.setting import provider
from tests.workflows.asked_world import AskedWorld
from tests.workflows.world import World


async def page(api: Api, incident_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.person("GET", f"/api/incidents/{incident_id}")).json()
    return found


async def test_a_person_asks_a_model_and_sees_how_it_goes(
    api: Api, temporal_client: Client
) -> None:
    world = World(temporal_client, api.pool, cluster_name=api.settings.cluster)
    asked = AskedWorld(world)
    incident_id = await crash(api, 1)
    decide = reads_then_answers(1, arguments=EVENTS | {"kind": "Pod", "name": "p1"})
    async with (
        ModelServer(decide=decide) as server,
        asked.asking(),
        world.working(reads=[asked.read_for_model]),
    ):
        await asked.set(provider(server), ask="on_request")
        await world.until(incident_id, lambda row: not row.diagnosing)
        assert (await page(api, incident_id))["investigation"] is None
        path, key = f"/api/incidents/{incident_id}/investigate", {"Idempotency-Key": "k1"}
        for _ in range(2):
            done = await api.person("POST", path, json={}, headers=key)
            assert done.status_code == 200, done.text
        async with asyncio.timeout(30):
            while True:
                found = (await page(api, incident_id))["investigation"]
                if found and found["state"] != "asking":
                    break
                await asyncio.sleep(0.05)
    assert (found["state"], found["asked_by"], found["turns"]) == ("answered", "operator", 2)
    assert found["answer"]["cause"] == ANSWER["cause"]
    assert len(server.asked) == 2
    steps = [step["name"] for step in found["run"]["steps"]]
    assert steps == [
        *("begin_investigation", "ask_model", "read_for_model", "ask_model"),
        "finish_investigation",
    ]
    run = (await api.person("GET", f"/api/runs/{found['run']['id']}")).json()
    assert (run["workflow_type"], run["state"]) == ("InvestigationWorkflow", "completed")
    detail = await page(api, incident_id)
    assert detail["run"]["workflow_type"] == "IncidentWorkflow"
    told = [(entry["what"], entry["by"]) for entry in detail["timeline"]]
    assert ("asked a model", "operator") in told
    assert ("model answered", None) in told


async def test_of_what_is_over_no_model_is_asked(api: Api, temporal_client: Client) -> None:
    world = World(temporal_client, api.pool, cluster_name=api.settings.cluster)
    incident_id = await crash(api, 1)
    async with world.working():
        await world.until(incident_id, lambda row: not row.diagnosing)
        await api.person("POST", f"/api/incidents/{incident_id}/resolve", json={})
        refused = await api.person("POST", f"/api/incidents/{incident_id}/investigate", json={})
    assert (refused.status_code, "nothing to investigate" in refused.text) == (409, True)
