"""The agent on a real cluster: each kind of failure is told, and what is well is not."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

import pytest
from pydantic import SecretStr

from agent.main import run
from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.watch import Seen, Watch
from kure.domain import manifests
from kure.ports import Manifest
from kure.settings import Settings
from tests.agent.recording_api import TOKEN, RecordingApi, Told, recording_api
from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 90


class Watched:
    """What an agent told of one namespace."""

    def __init__(self, api: RecordingApi, namespace: str) -> None:
        self.api = api
        self._namespace = namespace

    def reports(self, *whats: str) -> list[Told]:
        return [one for one in self.api.of(namespace=self._namespace) if one.what in whats]

    async def told(self, what: str, name: str, count: int = 1) -> list[Told]:
        """The first reports of that kind on pods whose name begins so."""
        return await self.api.wait_for(
            lambda one: (
                one.what == what
                and one.body.get("namespace") == self._namespace
                and one.body["name"].startswith(name)
            ),
            PATIENCE,
            count,
        )


@asynccontextmanager
async def agent(reader: Settings, api: RecordingApi) -> AsyncIterator[None]:
    settings = reader.model_copy(update={"api_url": api.url, "service_token": SecretStr(TOKEN)})
    stop = asyncio.Event()
    running = asyncio.create_task(run(settings, stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, PATIENCE)


@pytest.fixture
async def watched(reader: Settings, namespace: str) -> AsyncIterator[Watched]:
    async with recording_api() as api, agent(reader, api):
        await api.wait_for(lambda one: one.what == "heartbeat", PATIENCE)
        yield Watched(api, namespace)


async def when(cluster: KubeCluster, path: str, wanted: str) -> Manifest:
    """The object once it is in the state that its status names: a phase, or enough replicas."""
    parent, _, name = path.rpartition("/")
    watch = Watch(cluster, parent, {"fieldSelector": f"metadata.name={name}"})
    async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
        async for change in changes:
            if isinstance(change, Seen) and wanted in _states(change.object):
                return change.object
    raise AssertionError("a watch never ends")


def _states(obj: Manifest) -> list[str]:
    status = manifests.status(obj)
    states = [f"phase {status.get('phase')}", f"succeeded {status.get('succeeded')}"]
    if status.get("observedGeneration") == manifests.metadata(obj).get("generation"):
        new, ready = status.get("updatedReplicas"), status.get("availableReplicas")
        states.append(f"available {ready} of {status.get('replicas')}, {new} new")
    return states


async def test_an_image_that_is_not_there_is_told_for_each_pod_of_its_deployment(
    watched: Watched, admin: Admin, namespace: str
) -> None:
    image = f"example.test/none-{secrets.token_hex(3)}:1"
    await admin.create(deployment(namespace, "unpulled", pod_spec(image=image), replicas=2))
    reports = await watched.told("failed", "unpulled", count=2)
    assert len({one.body["uid"] for one in reports}) == 2
    for one in reports:
        assert one.classes == ["ImagePullBackOff"]
        assert one.body["owner"] == {"kind": "Deployment", "name": "unpulled"}
        assert one.body["node"] == "node-1"
        assert "not found" in one.body["failures"][0]["message"]


async def test_an_image_pull_that_is_mended_is_told_as_well(
    watched: Watched, admin: Admin, namespace: str
) -> None:
    path = PATHS["Pod"].format(namespace) + "/mended"
    await admin.create(pod(namespace, "mended", pod_spec("sleep 600", image="example.test/no:1")))
    await watched.told("failed", "mended")
    # The pod is held by no failed state once its image is there: only Ready counts.
    containers = [{"name": "app", "image": "busybox:1.36"}]
    await admin.patch(path, {"spec": {"containers": containers}})
    (report,) = await watched.told("healthy", "mended")
    assert report.body["since"]
    assert len(watched.reports("failed")) == 1, "ErrImagePull and ImagePullBackOff are one verdict"


async def test_a_failing_pod_that_is_deleted_is_told_as_gone(
    watched: Watched, admin: Admin, namespace: str
) -> None:
    await admin.create(pod(namespace, "going", pod_spec(image="example.test/no:1")))
    await watched.told("failed", "going")
    await admin.delete(PATHS["Pod"].format(namespace) + "/going")
    (report,) = await watched.told("gone", "going")
    assert report.body["since"]


async def test_a_crash_loop_is_held_between_its_crashes(
    watched: Watched, admin: Admin, namespace: str
) -> None:
    crash = "echo started; sleep 1; echo password=swordfish-3f9c81d2ab; exit 3"
    await admin.create(deployment(namespace, "crashing", pod_spec(crash)))
    reports = await watched.told("failed", "crashing", count=3)
    assert {one.classes[0] for one in reports} == {"CrashLoopBackOff"}
    assert len({one.body["failures"][0]["since"] for one in reports}) == 3
    assert watched.reports("healthy", "gone") == []
    evidence = (await watched.told("evidence", "crashing", count=2))[-1].body
    texts = [log["text"] for log in evidence["logs"]]
    assert any(text.startswith("started\n") for text in texts)
    assert evidence["events"][0]["involvedObject"]["kind"] == "Pod"
    assert "swordfish-3f9c81d2ab" not in str(watched.api.told)


async def test_a_container_that_takes_too_much_memory_is_told(
    watched: Watched, admin: Admin, namespace: str
) -> None:
    limits = {"resources": {"limits": {"memory": "16Mi"}}}
    await admin.create(pod(namespace, "greedy", pod_spec("tail /dev/zero", container=limits)))
    # Now and then the runtime learns of the kill too late and calls it an error; not each time.
    (report, *_) = await watched.api.wait_for(
        lambda one: one.body.get("namespace") == namespace and one.classes == ["OOMKilled"],
        PATIENCE,
    )
    assert report.body["owner"] == {"kind": "Pod", "name": "greedy"}
    assert report.body["failures"][0]["container"] == "app"


async def test_a_pod_that_no_node_takes_is_told_after_its_grace(
    watched: Watched, admin: Admin, namespace: str
) -> None:
    await watched.api.change_graces(pending=1)
    spec = pod_spec("sleep 600", nodeSelector={"disk": "none-such"})
    await admin.create(pod(namespace, "homeless", spec))
    (report,) = await watched.told("failed", "homeless")
    assert report.classes == ["Unschedulable"]
    assert "didn't match Pod's node affinity/selector" in report.body["failures"][0]["message"]
    assert report.body["failures"][0].get("container", "") == ""


async def test_what_is_well_is_not_told(
    watched: Watched, cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    """A Deployment, a finished Job, a bare pod that is deleted, and a rolling update."""
    stops = "trap 'exit 143' TERM; while true; do sleep 0.1; done"
    spec = pod_spec(stops, terminationGracePeriodSeconds=5)
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/web"
    await admin.create(deployment(namespace, "web", spec, replicas=2))
    await admin.create(job(namespace, "once", pod_spec("exit 0", restartPolicy="Never")))
    await when(cluster, path, "available 2 of 2, 2 new")
    await when(cluster, f"/apis/batch/v1/namespaces/{namespace}/jobs/once", "succeeded 1")
    annotations = {"annotations": {"rolled": "once"}}
    await admin.patch(path, {"spec": {"template": {"metadata": annotations}}})
    await when(cluster, path, "available 2 of 2, 2 new")
    await admin.create(pod(namespace, "marker", pod_spec(image="example.test/no:1")))
    await watched.told("failed", "marker")
    assert [one.body["name"] for one in watched.reports("failed", "healthy", "gone")] == ["marker"]


async def test_an_agent_that_starts_again_tells_nothing_twice(
    reader: Settings, admin: Admin, namespace: str
) -> None:
    async with recording_api() as api:
        watched = Watched(api, namespace)
        async with agent(reader, api):
            for name in ("stays", "goes"):
                await admin.create(pod(namespace, name, pod_spec(image="example.test/no:1")))
                await watched.told("failed", name)
        told = [one.body for one in watched.reports("failed")]
        api.open_pods = [api.open_of(body) for body in told]
        await admin.delete(PATHS["Pod"].format(namespace) + "/goes")
        async with agent(reader, api):
            await watched.told("gone", "goes")
            await admin.create(pod(namespace, "marker", pod_spec(image="example.test/no:1")))
            await watched.told("failed", "marker")
        names = [one.body["name"] for one in watched.reports("failed")]
        assert names == ["stays", "goes", "marker"]
