"""What nobody wants to be told of: who may say so, what it closes, and that it comes back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from tests.api.conftest import Api
from tests.api.people import browser, make
from tests.api.test_incidents import crash
from tests.api.test_reports import CRASH, FAILED
from tests.workflows.world import World

NAMESPACES, PODS = "/api/admin/excluded-namespaces", "/api/admin/excluded-pods"
WHY = {"reason": "a playground"}


async def exclude(api: Api, path: str = PODS, **body: Any) -> dict[str, Any]:
    answer = await api.person("POST", path, json=WHY | body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def status(api: Api, incident_id: str) -> tuple[str, str | None]:
    row = (await api.person("GET", f"/api/incidents/{incident_id}")).json()
    return row["status"], row["resolution"]


class TestRefusals:
    @pytest.mark.parametrize("path", [NAMESPACES, PODS])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_without_a_token(self, api: Api, method: str, path: str) -> None:
        assert (await api.client.request(method, path, json={})).status_code == 401

    @pytest.mark.parametrize("path", [NAMESPACES, PODS])
    async def test_an_agent(self, api: Api, path: str) -> None:
        body = WHY | {"namespace": "shop"}
        assert (await api.agent("POST", path, json=body)).status_code in (401, 403)

    async def test_who_may_only_read_is_refused_and_noted(self, api: Api) -> None:
        await make(api, "rea", "read")
        async with browser(api, "rea") as rea:
            answer = await rea.post(NAMESPACES, json=WHY | {"namespace": "shop"})
        assert answer.status_code == 403
        noted = "SELECT count(*) FROM audit_log WHERE outcome = 'refused'"
        assert await api.pool.fetchval(noted) == 1

    @pytest.mark.parametrize(
        ("namespace", "code"), [("shop", 201), ("sh*", 403), ("bank", 403), ("*", 422)]
    )
    async def test_who_sees_a_part_excludes_there_only(
        self, api: Api, namespace: str, code: int
    ) -> None:
        await make(api, "sho", "write", (f"{api.settings.cluster}/shop",))
        other = await exclude(api, NAMESPACES, namespace="bank")
        body = WHY | {"cluster": api.settings.cluster, "namespace": namespace}
        async with browser(api, "sho") as sho:
            answer = await sho.post(NAMESPACES, json=body)
            assert answer.status_code == code, answer.text
            assert (await sho.delete(f"{NAMESPACES}/{other['id']}")).status_code == 404
            listed = (await sho.get(NAMESPACES)).json()["items"]
        assert [one["namespace"] for one in listed] == (["shop"] if code == 201 else [])

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            (NAMESPACES, {"namespace": "*"}),
            (NAMESPACES, {"namespace": ""}),
            (NAMESPACES, {"namespace": "x" * 301}),
            (NAMESPACES, {"namespace": "shop", "reason": ""}),
            (NAMESPACES, {"namespace": "shop", "reason": " "}),
            (NAMESPACES, {"namespace": "shop", "expires_at": "2020-01-01T00:00:00Z"}),
            (NAMESPACES, {"namespace": "shop", "colour": "red"}),
            (PODS, {}),
            (PODS, {"namespace": "**", "pod": "*"}),
            (PODS, {"pod": "a\0b"}),
        ],
    )
    async def test_what_makes_no_sense(self, api: Api, path: str, body: dict[str, Any]) -> None:
        answer = await api.person("POST", path, json=WHY | body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["fields"]

    async def test_one_that_is_not_there(self, api: Api) -> None:
        for path in (NAMESPACES, PODS):
            assert (await api.person("DELETE", f"{path}/{uuid4()}")).status_code == 404


async def test_they_are_listed_with_who_made_them_and_why(api: Api) -> None:
    made = await exclude(api, NAMESPACES, namespace="play-*")
    again = await exclude(api, NAMESPACES, namespace="play-*", reason="still")
    assert made["id"] == again["id"]
    [shown] = (await api.person("GET", NAMESPACES)).json()["items"]
    assert (shown["namespace"], shown["cluster"], shown["reason"]) == ("play-*", "*", "still")
    assert shown["created_by"]
    assert shown["is_expired"] is False
    assert (await api.person("DELETE", f"{NAMESPACES}/{made['id']}")).status_code == 204
    assert (await api.person("GET", NAMESPACES)).json()["items"] == []
    noted = await api.pool.fetch("SELECT action FROM audit_log WHERE action LIKE 'exclusion.%'")
    assert [row["action"] for row in noted] == ["exclusion.add"] * 2 + ["exclusion.remove"]
    told = "SELECT count(*) FROM ui_events WHERE topic = 'exclusions.changed'"
    assert await api.pool.fetchval(told) == 3


@pytest.mark.parametrize(
    ("path", "patterns"),
    [
        (NAMESPACES, {"namespace": "sh*"}),
        (PODS, {"pod": "p1"}),
        (PODS, {"workload": "Pod/p1"}),
        (PODS, {"label": "team=c*"}),
        (PODS, {"failure_class": "Crash*"}),
    ],
)
async def test_a_report_of_what_is_excluded_is_not_kept(
    api: Api, path: str, patterns: dict[str, str]
) -> None:
    labelled = {"metadata": {"name": "p1", "namespace": "shop", "labels": {"team": "cart"}}}
    body = CRASH | {"name": "p1", "uid": "u1", "manifest": labelled}
    made = await exclude(api, path, **patterns)
    answer = await api.agent("POST", FAILED, json=body)
    assert (answer.status_code, answer.json()["excluded"]) == (200, True)
    assert await api.count("incidents") == 0
    await api.person("DELETE", f"{path}/{made['id']}")
    answer = await api.agent("POST", FAILED, json=body)
    assert (answer.status_code, answer.json()["excluded"]) == (202, False)


async def test_of_two_failures_the_other_is_kept(api: Api) -> None:
    await exclude(api, failure_class="CrashLoopBackOff")
    other = CRASH["failures"][0] | {"failure_class": "OOMKilled"}
    await api.agent("POST", FAILED, json=CRASH | {"failures": [*CRASH["failures"], other]})
    assert await api.pool.fetchval("SELECT classes FROM incidents") == ["OOMKilled"]


async def test_what_is_open_ends_and_comes_back(api: Api, temporal_client: Client) -> None:
    world = World(temporal_client, api.pool, cluster_name=api.settings.cluster)
    first, second = await crash(api, 1), await crash(api, 2)
    run_id = f"incident/{api.settings.cluster}/shop/Pod/p1"
    async with world.working():
        await world.until(first, lambda row: not row.diagnosing)
        made = await exclude(api, pod="p1")
        assert await status(api, first) == ("resolved", "excluded")
        assert (await status(api, second))[0] == "open"
        handle = temporal_client.get_workflow_handle(run_id)
        async with asyncio.timeout(10):
            await handle.result()
        ended = (await handle.describe()).run_id
        await api.person("DELETE", f"{PODS}/{made['id']}")
        assert await status(api, first) == ("open", None)
        async with asyncio.timeout(10):
            while (await handle.describe()).run_id == ended:
                await asyncio.sleep(0.05)
        await handle.terminate("the test is over")
        await temporal_client.get_workflow_handle(run_id.replace("p1", "p2")).terminate("over")


async def test_a_preview_tells_what_it_would_close_and_changes_nothing(api: Api) -> None:
    first = await crash(api, 1)
    await crash(api, 2)
    body = WHY | {"workload": "Pod/p1"}
    answer = await api.person("POST", f"{PODS}?preview=true", json=body)
    assert answer.status_code == 200
    assert answer.json() == {"incidents": 1, "workloads": ["shop/Pod/p1"]}
    assert (await status(api, first))[0] == "open"
    assert await api.count("pod_exclusions") == 0


async def test_one_that_expires_ends_by_itself(api: Api) -> None:
    first = await crash(api, 1)
    soon = datetime.now(UTC) + timedelta(seconds=1)
    await exclude(api, pod="p1", expires_at=soon.isoformat())
    async with asyncio.timeout(10):
        while (await status(api, first))[0] != "open":
            await asyncio.sleep(0.05)
    assert datetime.now(UTC) >= soon
    [shown] = (await api.person("GET", PODS)).json()["items"]
    assert shown["is_expired"] is True


async def test_agents_are_told_at_once_and_only_of_their_own_cluster(api: Api) -> None:
    path = "/api/agent/config"
    first = await api.agent("GET", path)
    headers = {"If-None-Match": first.headers["ETag"]}
    waiting = asyncio.create_task(api.agent("GET", f"{path}?wait=20", headers=headers))
    await exclude(api, NAMESPACES, namespace="play", cluster="elsewhere")
    made = await exclude(api, NAMESPACES, namespace="shop")
    answer = await asyncio.wait_for(waiting, 5)
    assert answer.status_code == 200
    told = [one["namespace"] for one in answer.json()["exclusions"]]
    assert told == ["kure", "shop"]
    headers = {"If-None-Match": answer.headers["ETag"]}
    waiting = asyncio.create_task(api.agent("GET", f"{path}?wait=20", headers=headers))
    await api.person("DELETE", f"{NAMESPACES}/{made['id']}")
    answer = await asyncio.wait_for(waiting, 5)
    assert [one["namespace"] for one in answer.json()["exclusions"]] == ["kure"]


async def test_what_another_process_was_told_counts_here_too(api: Api) -> None:
    """As with several replicas: the row and its event are all that they share."""
    first = await crash(api, 1)
    await api.pool.execute(
        "INSERT INTO namespace_exclusions (id, cluster, namespace, reason, created_by, created_at)"
        " VALUES (gen_random_uuid(), '*', 'shop', 'why', 'ada', now())"
    )
    await api.pool.execute(
        "WITH e AS (INSERT INTO ui_events (at, topic, entity, entity_id, version, payload)"
        " VALUES (now(), 'exclusions.changed', 'exclusion', 'x', 0, '{}') RETURNING seq)"
        " SELECT pg_notify('kure_events', seq::text) FROM e"
    )
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(10):
        while await status(api, first) != ("resolved", "excluded"):
            await asyncio.sleep(0.02)
    assert asyncio.get_running_loop().time() - began < 5


async def test_kures_own_namespace_is_no_incident(api: Api) -> None:
    own = CRASH | {"namespace": api.settings.pod_namespace}
    assert (await api.agent("POST", FAILED, json=own)).json()["excluded"] is True


async def test_when_it_last_kept_something_away_is_shown(api: Api) -> None:
    by_api, by_agent = await exclude(api, pod="p1"), await exclude(api, pod="p2")
    await crash(api, 1)
    beat = {"version": "1", "node": "n1", "excluded": [by_agent["id"], str(uuid4())]}
    assert (await api.agent("POST", "/api/agent/heartbeat", json=beat)).status_code == 204
    await exclude(api, pod="p3", expires_at=(datetime.now(UTC) + timedelta(seconds=1)).isoformat())
    async with asyncio.timeout(10):
        while True:
            items = (await api.person("GET", PODS)).json()["items"]
            seen = {one["id"] for one in items if one["last_matched_at"]}
            if seen == {by_api["id"], by_agent["id"]}:
                break
            await asyncio.sleep(0.05)
