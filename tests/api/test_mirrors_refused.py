"""What may not be tested, and what is said then. Nothing is stored, nothing is created."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from api import mirror_runs as api_runs
from kure.domain.mirrors.documents import MOST_BYTES
from tests.api.conftest import Api
from tests.api.mirror_stage import Cluster, cause, incident, stored, working
from tests.api.people import browser, make
from tests.api.test_reports import FAILED

NOWHERE = "018f0000-0000-7000-8000-000000000000"

BODIES: dict[str, dict[str, Any]] = {
    "a life too short": {"ttl_seconds": 29},
    "a life too long": {"ttl_seconds": 3601},
    "half a second": {"ttl_seconds": 30.5},
    "no manifest": {"manifest": ""},
    "a manifest with a NUL": {"manifest": "a\0b"},
    "a manifest too large": {"manifest": "x" * (MOST_BYTES + 1)},
    "an unknown field": {"colour": "red"},
}
PREVIEWS: dict[str, dict[str, Any]] = BODIES | {
    "a cause before the first": {"cause": -1},
    "a cause that is not there": {"cause": 7},
    "a rule that says nothing": {"rule": "X99"},
    "a cause whose fix is another object's": {"cause": 1},
    "a cause without a fix": {"cause": 2},
}
DEPLOYS: dict[str, dict[str, Any]] = {
    name: {"manifest": "kind: Pod"} | body for name, body in BODIES.items()
} | {
    "nothing to test": {},
    "two things to test": {"fix_id": NOWHERE, "manifest": "kind: Pod"},
    "no round": {"fix_id": NOWHERE, "rounds": 0},
    "four rounds": {"fix_id": NOWHERE, "rounds": 4},
    "no fix": {"fix_id": "this"},
}


@pytest.fixture
async def failing(api: Api) -> str:
    """An incident with a cause that a mirror can test, one of another object, and one without."""
    service = cause("S1", target={"kind": "Service", "name": "cart", "namespace": "shop"})
    return await incident(api, cause(), service, cause("C99", patch=None))


@pytest.mark.parametrize("body", PREVIEWS.values(), ids=PREVIEWS)
async def test_what_cannot_be_previewed(api: Api, failing: str, body: dict[str, Any]) -> None:
    answer = await api.person("POST", f"/api/mirror/preview/{failing}", json=body)
    assert (answer.status_code, bool(answer.json()["fields"])) == (422, True)
    assert await api.count("fixes") == 0


@pytest.mark.parametrize("body", DEPLOYS.values(), ids=DEPLOYS)
async def test_what_cannot_be_deployed(api: Api, failing: str, body: dict[str, Any]) -> None:
    answer = await api.person("POST", f"/api/mirror/deploy/{failing}", json=body)
    assert (answer.status_code, bool(answer.json()["fields"])) == (422, True)
    assert await api.count("mirrors") == 0


async def test_a_fix_of_another_incident_is_not_found(api: Api, failing: str) -> None:
    await stored(api, failing)
    fix_id = str(await api.pool.fetchval("SELECT id FROM fixes"))
    other = await incident(api, name="other")
    for where, fix in ((other, fix_id), (failing, NOWHERE)):
        answer = await api.person("POST", f"/api/mirror/deploy/{where}", json={"fix_id": fix})
        assert answer.status_code == 404


async def test_a_node_has_no_pod_to_copy(api: Api) -> None:
    node = {"kind": "Node", "name": "n1", "namespace": "", "uid": "n", "reason": "NodeNotReady"}
    incident_id = (await api.agent("POST", FAILED, json=node)).json()["incident_id"]
    answer = await api.person("POST", f"/api/mirror/preview/{incident_id}", json={})
    assert (answer.status_code, "no pod" in answer.text) == (409, True)


async def test_without_a_worker_of_the_cluster_it_says_so(
    api: Api, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_runs, "PLAN_SECONDS", 1.0)
    answer = await api.person("POST", f"/api/mirror/preview/{failing}", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert f"worker of cluster {api.settings.cluster}" in answer.json()["detail"]
    assert await api.count("mirrors") == 0


async def test_what_the_cluster_refuses_is_told_as_such(
    api: Api, failing: str, temporal_client: Client
) -> None:
    error = ApplicationError("Its namespace is gone.", type="Gone", non_retryable=True)
    async with working(api, temporal_client, Cluster(error=error)):
        answer = await api.person("POST", f"/api/mirror/preview/{failing}", json={})
    assert (answer.status_code, answer.json()["detail"]) == (404, "Its namespace is gone.")


class TestPolicy:
    async def test_every_reason_is_told_before_anything_is_created(
        self, api: Api, failing: str, temporal_client: Client
    ) -> None:
        cluster = Cluster(refusals=["It is privileged.", "It mounts the host's /."])
        async with working(api, temporal_client, cluster):
            shown = await api.person("POST", f"/api/mirror/preview/{failing}", json={})
            assert shown.json()["policy"]["refusals"] == cluster.refusals
            body = {"fix_id": shown.json()["fix_id"], "confirmed": True}
            answer = await api.person("POST", f"/api/mirror/deploy/{failing}", json=body)
        assert answer.status_code == 422
        assert answer.json()["fields"] == [
            {"path": "policy", "message": reason} for reason in cluster.refusals
        ]
        assert await api.count("mirrors") == 0
        entry = await api.pool.fetchrow("SELECT * FROM audit_log WHERE action = 'deploy'")
        assert entry["outcome"] == "refused"
        assert "privileged" in entry["detail"]["why"]

    async def test_what_has_to_be_confirmed_is_asked(
        self, api: Api, failing: str, temporal_client: Client
    ) -> None:
        async with working(api, temporal_client, Cluster(confirmations=["It writes to db."])):
            shown = (await api.person("POST", f"/api/mirror/preview/{failing}", json={})).json()
            assert shown["policy"] == {"refusals": [], "confirmations": ["It writes to db."]}
            body = {"fix_id": shown["fix_id"]}
            path = f"/api/mirror/deploy/{failing}"
            asked = await api.person("POST", path, json=body)
            assert asked.status_code == 422
            assert asked.json()["fields"] == [{"path": "confirmed", "message": "It writes to db."}]
            assert await api.count("mirrors") == 0
            done = await api.person("POST", path, json=body | {"confirmed": True})
            assert done.status_code == 202

    async def test_it_is_told_who_asks_and_an_edit_of_others_is_not_kept(
        self, api: Api, failing: str, temporal_client: Client
    ) -> None:
        await make(api, "ada", "write")
        cluster = Cluster(refusals=["Only an admin may edit."])
        async with working(api, temporal_client, cluster), browser(api, "ada") as ada:
            body = {"manifest": "kind: Pod"}
            shown = (await ada.post(f"/api/mirror/preview/{failing}", json=body)).json()
        assert (shown["fix_id"], shown["policy"]["refusals"]) == (None, cluster.refusals)
        wish = cluster.planned[0].wish
        assert (wish.by, wish.role, wish.edited) == ("ada", "write", "kind: Pod")
        assert await api.count("fixes") == 0


class TestMany:
    async def test_a_fix_is_tested_once_at_a_time(
        self, api: Api, failing: str, temporal_client: Client
    ) -> None:
        async with working(api, temporal_client, Cluster()):
            fix_id = await previewed(api, failing)
            path, body = f"/api/mirror/deploy/{failing}", {"fix_id": fix_id}
            first = (await api.person("POST", path, json=body)).json()["mirror_id"]
            again = await api.person("POST", path, json=body)
        assert again.status_code == 409
        assert first in again.json()["detail"]
        assert await api.count("mirrors") == 1

    async def test_no_more_at_once_than_an_admin_allows(
        self, api: Api, failing: str, temporal_client: Client
    ) -> None:
        await allow(api, per_cluster=9, per_namespace=1)
        async with working(api, temporal_client, Cluster()):
            answers = await asyncio.gather(
                *(
                    api.person(
                        "POST", f"/api/mirror/deploy/{failing}", json={"manifest": f"kind: {n}"}
                    )
                    for n in range(4)
                )
            )
        assert sorted(answer.status_code for answer in answers) == [202, 409, 409, 409]
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert "1 mirrors in namespace shop, and 1 are the most" in refused.json()["detail"]
        assert (await api.count("mirrors"), await api.count("fixes")) == (1, 1)

    async def test_the_same_key_is_the_same_mirror_also_at_once(
        self, api: Api, failing: str, temporal_client: Client
    ) -> None:
        async with working(api, temporal_client, Cluster()):
            body = {"fix_id": await previewed(api, failing)}
            asked = [
                api.person(
                    "POST",
                    f"/api/mirror/deploy/{failing}",
                    json=body,
                    headers={"Idempotency-Key": "k"},
                )
                for _ in range(3)
            ]
            answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.json()["mirror_id"] for answer in answers}) == 1
        deploys = "SELECT count(*) FROM audit_log WHERE action = 'mirror.deploy'"
        assert (await api.count("mirrors"), await api.pool.fetchval(deploys)) == (1, 1)


async def previewed(api: Api, incident_id: str) -> str:
    answer = await api.person("POST", f"/api/mirror/preview/{incident_id}", json={})
    assert answer.status_code == 200, answer.text
    fix_id: str = answer.json()["fix_id"]
    return fix_id


async def allow(api: Api, per_cluster: int, per_namespace: int) -> None:
    body = {"per_cluster": per_cluster, "per_namespace": per_namespace, "version": 0}
    answer = await api.person("PUT", "/api/admin/settings/mirror-limits", json=body)
    assert answer.status_code == 200
