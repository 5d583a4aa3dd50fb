"""What else meets a mirror: reports of it, its missing run, the socket of old clients, metrics."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from api.mirror_runs import MirrorRuns
from api.relay import Starter
from kure.demo.temporal import TemporalServer
from tests.api.conftest import Api, free_port, running
from tests.api.mirror_stage import Cluster, cause, incident, name_of, stored, until, working
from tests.api.test_monitor_socket import message, of_person
from tests.api.test_reports import CRASH, FAILED
from tests.conftest import folder
from workflows.names import mirror_workflow_id

CREATED = "UPDATE mirrors SET phase = 'created', uid = 'mu', created_at = now()"


async def reported(api: Api, name: str, uid: str, **more: Any) -> Any:
    body = CRASH | {"name": name, "uid": uid} | more
    answer = await api.agent("POST", FAILED, json=body)
    return answer.status_code, answer.json()["excluded"]


class TestReports:
    """A mirror opens no incident; whatever else looks like one does."""

    async def test_of_a_mirror_by_its_uid(self, api: Api) -> None:
        pod = name_of(await stored(api, await incident(api)))
        await api.pool.execute(CREATED)
        assert await reported(api, pod, "mu") == (200, True)
        await api.pool.execute(
            "UPDATE mirrors SET phase = 'gone', gone_at = now() - '9d'::interval"
        )
        assert await reported(api, pod, "mu") == (200, True)
        assert await api.count("incidents") == 1
        ended = {"name": pod, "namespace": "shop", "uid": "mu"}
        answer = await api.agent("POST", "/api/pods/gone", json=ended)
        assert answer.json()["incident_id"] is None

    async def test_of_a_mirror_whose_uid_is_not_known_yet(self, api: Api) -> None:
        pod = name_of(await stored(api, await incident(api)))
        assert await reported(api, pod, "mu") == (200, True)
        assert await reported(api, pod, "mu", namespace="bill") == (202, False)

    @pytest.mark.parametrize("uid", ["mu", "another"])
    async def test_of_a_pod_with_the_name_of_a_mirror_of_another_cluster(
        self, api: Api, uid: str
    ) -> None:
        pod = name_of(await stored(api, await incident(api), cluster="elsewhere"))
        await api.pool.execute(CREATED)
        assert await reported(api, pod, uid) == (202, False)

    async def test_of_another_pod_of_its_name(self, api: Api) -> None:
        pod = name_of(await stored(api, await incident(api)))
        await api.pool.execute(CREATED)
        assert await reported(api, pod, "another") == (202, False)

    async def test_of_a_pod_that_only_carries_the_label(self, api: Api) -> None:
        await stored(api, await incident(api))
        labels = {"kure.dev/mirror": "true", "kure.dev/mirror-id": "x"}
        more = {"manifest": {"metadata": {"labels": labels}}}
        assert await reported(api, "cart-1-mirror-0123456789", "m", **more) == (202, False)

    async def test_long_after_one_that_was_never_made(self, api: Api) -> None:
        pod = name_of(await stored(api, await incident(api)))
        await api.pool.execute(
            "UPDATE mirrors SET phase = 'gone', gone_at = now() - '5min'::interval"
        )
        assert await reported(api, pod, "late") == (200, True)
        await api.pool.execute("UPDATE mirrors SET gone_at = now() - '11min'::interval")
        assert await reported(api, pod, "late") == (202, False)


async def test_a_mirror_without_a_run_gets_one(api: Api, temporal_client: Client) -> None:
    """As after a kill between the commit and the start."""
    mirror_id = await stored(api, await incident(api))
    async with working(api, temporal_client, Cluster()):
        runs = MirrorRuns(api.pool, temporal_client, Starter(temporal_client))
        await runs.reconcile()
        await until(api, mirror_id, "starting")
        await runs.reconcile()
    handle = temporal_client.get_workflow_handle(mirror_workflow_id(mirror_id))
    assert (await handle.describe()).run_id == await api.pool.fetchval(
        "SELECT id::text FROM runs WHERE workflow_type = 'MirrorWorkflow'"
    )


async def test_a_gone_mirror_gets_none(api: Api, temporal_client: Client) -> None:
    await stored(api, await incident(api))
    await api.pool.execute("UPDATE mirrors SET phase = 'gone', gone_at = now()")
    await MirrorRuns(api.pool, temporal_client, Starter(temporal_client)).reconcile()
    mirror_id = str(await api.pool.fetchval("SELECT id FROM mirrors"))
    found = [one.id async for one in temporal_client.list_workflows(_named(mirror_id))]
    assert found == []


def _named(mirror_id: str) -> str:
    return f"WorkflowId = '{mirror_workflow_id(mirror_id)}'"


async def test_beside_a_new_temporal_live_mirrors_run_again(api: Api) -> None:
    """Temporal's store was lost, or the database was restored."""
    mirror_id = await stored(api, await incident(api))
    with folder() as path:
        async with TemporalServer(path, port=0, ui_port=0) as server:
            later = api.settings.model_copy(
                update={"temporal_address": server.address, "port": free_port()}
            )
            client = await Client.connect(server.address)
            async with running(later), asyncio.timeout(20):
                handle = client.get_workflow_handle(mirror_workflow_id(mirror_id))
                while not [one async for one in client.list_workflows(_named(mirror_id))]:
                    await asyncio.sleep(0.1)
                assert (await handle.describe()).workflow_type == "MirrorWorkflow"


async def test_clients_of_kure_monitor_hear_of_its_begin_and_end(
    api: Api, temporal_client: Client
) -> None:
    incident_id = await incident(api, cause())
    async with working(api, temporal_client, Cluster()), of_person(api) as client:
        body = {"manifest": "kind: Pod"}
        path = f"/api/mirror/deploy/{incident_id}"
        mirror_id = (await api.person("POST", path, json=body)).json()["mirror_id"]
        created = await message(client, "mirror_created")
        assert (created["mirror_id"], created["pod_failure_id"]) == (mirror_id, incident_id)
        await api.person("DELETE", f"/api/mirror/{mirror_id}")
        deleted = await message(client, "mirror_deleted")
    assert deleted == {
        "mirror_id": mirror_id,
        "mirror_pod_name": name_of(mirror_id),
        "namespace": "shop",
    }
