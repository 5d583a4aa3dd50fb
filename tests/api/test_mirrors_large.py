"""Manifests too large for a payload of Temporal's: shown, edited and tested all the same, and
stored no longer than they are on their way."""

from typing import Any
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import Client

from kure.adapters.clock import utc_now
from kure.adapters.postgres.drafts import FORGOTTEN, DraftTable
from kure.contracts.mirroring import Deployed, DeployRequest, Planned, PlanRequest
from kure.domain.mirrors.documents import MOST_BYTES
from kure.errors import DatabaseUnavailable, InvalidInput
from tests.api.conftest import Api
from tests.api.mirror_stage import Cluster, cause, cipher_of, incident, until, working

LINE = "# a comment that takes its place\n"
LARGE = "kind: Pod\n" + LINE * ((MOST_BYTES - 10) // len(LINE))
MOST_PAYLOAD = 64 * 1024


class LargeCluster(Cluster):
    """Whose pods' manifests are large: they are kept beside their plans."""

    @activity.defn
    async def plan_mirror(self, request: PlanRequest) -> Planned:
        plan = await super().plan_mirror(request)
        assert self.drafts is not None, "set when it begins to work"
        wish = self.planned[-1].wish
        kept = (request.incident_id, wish.edited or LARGE, wish.by, utc_now())
        manifest_id = await self.drafts.keep(*kept)
        return plan.model_copy(update={"manifest": "", "manifest_id": manifest_id})

    @activity.defn
    async def deploy_mirror(self, request: DeployRequest) -> Deployed:
        deployed = await super().deploy_mirror(request)
        plan = deployed.plan.model_copy(update={"manifest": ""})
        return deployed.model_copy(update={"plan": plan})


async def drafts_left(api: Api) -> int:
    count: int = await api.pool.fetchval("SELECT count(*) FROM fixes WHERE digest LIKE 'draft/%'")
    return count


async def largest(client: Client, workflow: str) -> int:
    """Of what the workflow's history holds, in bytes."""
    history = await client.get_workflow_handle(workflow).fetch_history()
    return max(event.ByteSize() for event in history.events)


async def post(api: Api, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await api.person("POST", f"/api/mirror/{path}", json=body)
    assert answer.status_code in (200, 202), answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_manifest_of_256_kib_is_shown_edited_and_tested(
    api: Api, temporal_client: Client
) -> None:
    incident_id = await incident(api, cause())
    cluster = LargeCluster()
    edited = LARGE.replace("kind", "Kind", 1)
    assert len(edited.encode()) > MOST_BYTES - 64
    async with working(api, temporal_client, cluster):
        assert (await post(api, f"preview/{incident_id}", {}))["manifest"] == LARGE
        shown = await post(api, f"preview/{incident_id}", {"manifest": edited})
        assert shown["manifest"] == edited
        assert await drafts_left(api) == 0
        started = await post(api, f"deploy/{incident_id}", {"fix_id": shown["fix_id"]})
        mirror_id = started["mirror_id"]
        found = await until(api, mirror_id, "starting")
        assert found["plan"]["manifest"] == edited
        assert [wish.edited for wish in cluster.tested] == [edited]
        for workflow in (f"mirror/{mirror_id}", f"mirror-plan/{cluster.planned[0].mirror_id}"):
            assert await largest(temporal_client, workflow) < MOST_PAYLOAD
    detail = (await api.person("GET", f"/api/incidents/{incident_id}")).json()
    assert {fix["title"] for fix in detail["fixes"]} == {"C07 fails", shown["title"]}


async def test_what_is_larger_is_refused(api: Api) -> None:
    incident_id = await incident(api, cause())
    body = {"manifest": LARGE + LINE}
    answer = await api.person("POST", f"/api/mirror/preview/{incident_id}", json=body)
    assert answer.status_code == 422
    assert str(MOST_BYTES) in answer.text


async def test_what_a_worker_refuses_is_not_kept(api: Api, temporal_client: Client) -> None:
    incident_id = await incident(api, cause())
    cluster = Cluster(error=InvalidInput("It is no manifest."))
    async with working(api, temporal_client, cluster):
        body = {"manifest": "kind: Pod"}
        answer = await api.person("POST", f"/api/mirror/preview/{incident_id}", json=body)
        assert answer.status_code == 422
    assert await api.pool.fetchval("SELECT count(*) FROM fixes") == 0


async def test_a_draft_that_cannot_be_dropped_fails_nothing(
    api: Api, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(self: DraftTable, id_: str) -> None:
        raise DatabaseUnavailable("PostgreSQL does not answer.")

    monkeypatch.setattr(DraftTable, "drop", away)
    incident_id = await incident(api, cause())
    async with working(api, temporal_client, Cluster()):
        shown = await post(api, f"preview/{incident_id}", {"manifest": "kind: Pod"})
    assert shown["source"] == "edited"
    assert await drafts_left(api) == 1


async def test_a_draft_is_no_fix_and_is_forgotten(api: Api) -> None:
    incident_id = await incident(api, cause())
    drafts = DraftTable(api.pool, cipher_of(api))
    left = await drafts.keep(incident_id, "kind: Pod", "ada", utc_now() - FORGOTTEN * 2)
    deployed = await api.person("POST", f"/api/mirror/deploy/{incident_id}", json={"fix_id": left})
    assert deployed.status_code == 404
    detail = (await api.person("GET", f"/api/incidents/{incident_id}")).json()
    assert detail["fixes"] == []
    new = await drafts.keep(incident_id, "kind: Pod", "ada", utc_now())
    rows = await api.pool.fetch("SELECT id, sealed FROM fixes")
    assert [row["id"] for row in rows] == [UUID(new)]
    assert b"Pod" not in rows[0]["sealed"]


@pytest.mark.parametrize("text", ["stored", "stored:1"])
async def test_words_in_place_of_a_manifest_name_none(
    api: Api, temporal_client: Client, text: str
) -> None:
    incident_id, cluster = await incident(api, cause()), Cluster()
    async with working(api, temporal_client, cluster):
        await post(api, f"preview/{incident_id}", {"manifest": text})
    sent = cluster.sent[0].wish
    assert sent.edited == "stored"
    assert sent.edited_id != text
