"""Deleting an incident, and having a run end."""

import asyncio
from uuid import UUID, uuid4

from temporalio.client import Client

from tests.api.conftest import Api
from tests.api.mirror_stage import Cluster, cause, incident, stored, until, working
from tests.api.people import browser, make
from tests.api.test_scopes import SHOP, fail

OVER = """
    UPDATE incidents SET status = 'resolved', resolution = 'person', resolved_at = now()
    WHERE id = $1
"""


async def test_an_open_incident_stays(api: Api) -> None:
    incident_id = await fail(api, SHOP)
    answer = await api.person("DELETE", f"/api/incidents/{incident_id}")
    assert (answer.status_code, "Resolve or ignore it" in answer.text) == (409, True)
    assert await api.count("incidents") == 1


async def test_one_with_a_live_mirror_stays(api: Api) -> None:
    incident_id = await fail(api, SHOP)
    await stored(api, incident_id)
    await api.pool.execute(OVER, UUID(incident_id))
    answer = await api.person("DELETE", f"/api/incidents/{incident_id}")
    assert (answer.status_code, "End them first" in answer.text) == (409, True)


async def test_one_that_is_over_goes_with_all_that_is_its_own(api: Api) -> None:
    incident_id = await fail(api, SHOP)
    await api.pool.execute(OVER, UUID(incident_id))
    await make(api, "ada", "write", ("*/elsewhere",))
    async with browser(api, "ada") as ada:
        headers = {"Origin": api.url}
        assert (
            await ada.delete(f"/api/incidents/{incident_id}", headers=headers)
        ).status_code == 404
    assert (await api.person("DELETE", f"/api/incidents/{incident_id}")).status_code == 204
    for table in ("incidents", "failed_pods", "evidence", "reports", "timeline"):
        assert await api.count(table) == 0, table
    assert (await api.person("DELETE", f"/api/incidents/{incident_id}")).status_code == 404
    told = await api.pool.fetchrow("SELECT * FROM ui_events WHERE topic = 'incident.deleted'")
    assert (told["payload"], told["namespace"]) == ({"id": incident_id}, SHOP)
    noted = await api.pool.fetchrow("SELECT * FROM audit_log WHERE action = 'delete'")
    assert (noted["target"], noted["detail"]["namespace"]) == (f"incident/{incident_id}", SHOP)


async def test_an_incidents_own_run_is_not_cancelled(api: Api) -> None:
    await fail(api, SHOP)
    run = await api.pool.fetchval("SELECT id FROM runs")
    answer = await api.person("POST", f"/api/runs/{run}/cancel")
    assert (answer.status_code, "Resolve or ignore" in answer.text) == (409, True)
    assert (await api.person("POST", f"/api/runs/{uuid4()}/cancel")).status_code == 404


async def test_a_mirrors_run_cleans_up_when_it_is_cancelled(
    api: Api, temporal_client: Client
) -> None:
    incident_id = await incident(api, cause())
    cluster = Cluster()
    async with working(api, temporal_client, cluster):
        shown = await api.person("POST", f"/api/mirror/preview/{incident_id}", json={})
        body = {"fix_id": shown.json()["fix_id"]}
        made = await api.person("POST", f"/api/mirror/deploy/{incident_id}", json=body)
        mirror_id = made.json()["mirror_id"]
        await until(api, mirror_id, "starting")
        run = (await api.person("GET", f"/api/mirror/status/{mirror_id}")).json()["run"]["id"]
        page = (await api.person("GET", "/api/runs?type=MirrorWorkflow")).json()
        assert [found["id"] for found in page["items"]] == [run]
        assert page["counts"]["running"] == 1
        assert page["items"][0]["workload"].startswith("shop/")
        assert (await api.person("POST", f"/api/runs/{run}/cancel")).status_code == 202
        await until(api, mirror_id, "gone")
        async with asyncio.timeout(20):
            while (await api.person("GET", f"/api/runs/{run}")).json()["state"] == "running":
                await asyncio.sleep(0.05)
        again = await api.person("POST", f"/api/runs/{run}/cancel")
    assert (again.status_code, "not running any more" in again.text) == (409, True)
    noted = await api.pool.fetchval("SELECT target FROM audit_log WHERE action = 'cancel'")
    assert noted == f"run/{run}"
