"""The list and what people do with incidents, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client

from tests.api.conftest import Api
from tests.api.test_reports import CRASH, FAILED
from tests.workflows.world import World

NOWHERE = "018f0000-0000-7000-8000-000000000000"
ACTIONS = ["acknowledge", "ignore", "restore", "resolve", "retry", "investigate"]


async def crash(api: Api, number: int, **more: Any) -> str:
    pod = CRASH | {"name": f"p{number}", "uid": f"u{number}"} | more
    answer = await api.agent("POST", FAILED, json=pod)
    incident_id: str = answer.json()["incident_id"]
    return incident_id


class TestActionsAreRefused:
    @pytest.mark.parametrize("action", ACTIONS)
    async def test_without_a_token(self, api: Api, action: str) -> None:
        answer = await api.client.post(f"/api/incidents/{NOWHERE}/{action}", json={})
        assert answer.status_code == 401

    @pytest.mark.parametrize("action", ACTIONS)
    async def test_on_what_is_not_there(self, api: Api, action: str) -> None:
        body = {"count": 1} if action == "ignore" else {}
        answer = await api.person("POST", f"/api/incidents/{NOWHERE}/{action}", json=body)
        assert answer.status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"until": "2020-01-01T00:00:00Z"},
            {"until": "2030-01-01T00:00:00"},
            {"until": "forever", "count": 3},
            {"count": 0},
            {"until": "soon"},
            {"colour": "red"},
        ],
    )
    async def test_ignoring_without_saying_until_when(self, api: Api, body: dict[str, Any]) -> None:
        incident_id = await crash(api, 1)
        answer = await api.person("POST", f"/api/incidents/{incident_id}/ignore", json=body)
        assert answer.status_code == 422
        assert answer.json()["fields"]


async def test_actions_pass_through_the_workflow(api: Api, temporal_client: Client) -> None:
    world = World(temporal_client, api.pool, cluster_name=api.settings.cluster)
    incident_id = await crash(api, 1)
    world_of_it = await api.pool.fetchrow("SELECT kind, name FROM incidents")
    assert (world_of_it["kind"], world_of_it["name"]) == ("Pod", "p1")
    path = f"/api/incidents/{incident_id}"
    async with world.working():
        await world.until(incident_id, lambda row: not row.diagnosing)
        done = await api.person(
            "POST", f"{path}/acknowledge", json={}, headers={"Idempotency-Key": "k1"}
        )
        assert done.status_code == 200, done.text
        again = await api.person(
            "POST", f"{path}/acknowledge", json={}, headers={"Idempotency-Key": "k1"}
        )
        assert again.json() == done.json()
        stale = await api.person("POST", f"{path}/resolve", json={"version": 1})
        assert (stale.status_code, "changed meanwhile" in stale.text) == (409, True)
        wrong = await api.person("POST", f"{path}/restore", json={})
        assert wrong.status_code == 409
        resolved = await api.person("POST", f"{path}/resolve", json={"reason": "by hand"})
        assert resolved.json()["status"] == "resolved"
    detail = (await api.person("GET", path)).json()
    run_id = detail["run"]["id"]
    [listed] = (await api.person("GET", "/api/runs?state=completed&state=running")).json()["items"]
    assert listed["id"] == run_id
    assert listed["workload"] == "shop/Pod p1"
    assert listed["doing"] in {step["summary"] for step in detail["run"]["steps"]}
    assert (await api.person("GET", f"/api/runs?after={run_id}")).json()["items"] == []
    run = (await api.person("GET", f"/api/runs/{run_id}")).json()
    assert {step["name"] for step in run["steps"]} >= {"gather", "diagnose"}
    assert [entry["what"] for entry in detail["timeline"]] == [
        "opened",
        "diagnosed",
        "acknowledged",
        "resolved",
    ]
    outcomes = await api.pool.fetch("SELECT action, outcome FROM audit_log ORDER BY id")
    assert [(row["action"], row["outcome"]) for row in outcomes] == [
        ("acknowledge", "done"),
        ("resolve", "refused"),
        ("restore", "refused"),
        ("resolve", "done"),
    ]


async def test_the_list_is_paged_without_gaps_while_rows_arrive(api: Api) -> None:
    for number in range(7):
        await crash(api, number)
    seen: list[str] = []
    after = ""
    while True:
        query = f"?limit=3&sort=first_seen&after={after}"
        page = (await api.person("GET", f"/api/incidents{query}")).json()
        seen += [row["name"] for row in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
        await crash(api, 100 + len(seen))
    assert seen == [f"p{number}" for number in (6, 5, 4, 3, 2, 1, 0)]


async def test_the_list_filters_and_counts(api: Api) -> None:
    await crash(api, 1)
    await crash(api, 2, namespace="bill")
    await api.pool.execute(
        "UPDATE incidents SET status = 'resolved', resolved_at = $1, resolution = 'gone' "
        "WHERE name = 'p2'",
        datetime.now(UTC) - timedelta(minutes=1),
    )
    everything = (await api.person("GET", "/api/incidents")).json()
    assert everything["counts"] == {
        "open": 1, "regressed": 0, "ignored": 0, "resolved": 1, "attention": 1, "all": 2
    }  # fmt: skip
    assert [row["name"] for row in everything["items"]] == ["p1", "p2"]
    for query, names in {
        "status=resolved": ["p2"],
        "status=open&status=resolved": ["p1", "p2"],
        "namespace=bill": ["p2"],
        "q=bill/p": ["p2"],
        "q=%25": [],
        "q=bill_p": [],
        "q=bill%5C": [],
        "q=BILL/": ["p2"],
        "class=OOMKilled": [],
        "class=CrashLoopBackOff&status=open": ["p1"],
    }.items():
        page = (await api.person("GET", f"/api/incidents?{query}")).json()
        assert [row["name"] for row in page["items"]] == names, query
        assert page["total"] == len(names)


async def test_a_row_of_the_list_is_small(api: Api) -> None:
    await crash(api, 1, manifest={"metadata": {"annotations": {"note": "x" * 100_000}}})
    answer = await api.person("GET", "/api/incidents?limit=1")
    assert len(answer.content) < 1000


async def test_nobody_is_said_to_watch_before_an_agent_has_spoken(api: Api) -> None:
    watching = (await api.person("GET", "/api/config")).json()["watching"]
    assert watching == {
        "live": False, "last_seen": None, "agents": [], "nodes_total": 0, "unwatched": []
    }  # fmt: skip
    beat = {"version": "0.1.0", "pods": 7, "namespaces": 2}
    assert (await api.agent("POST", "/api/agent/heartbeat", json=beat)).status_code == 204
    watching = (await api.person("GET", "/api/config")).json()["watching"]
    assert (watching["live"], watching["agents"][0]["pods"]) == (True, 7)
