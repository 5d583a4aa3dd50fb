"""Reading a real cluster with the agent's account."""

import asyncio
from contextlib import aclosing

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.owners import find_owner
from kure.adapters.cluster.watch import Seen, Watch
from kure.domain import manifests
from kure.errors import AccessDenied, NotFound
from kure.ports import Manifest
from kure.settings import Settings
from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 60


async def when_phase(cluster: KubeCluster, namespace: str, phase: str) -> Manifest:
    """The first pod of the namespace that is in this phase."""
    watch = Watch(cluster, PATHS["Pod"].format(namespace))
    async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
        async for change in changes:
            if isinstance(change, Seen) and manifests.phase(change.object) == phase:
                return change.object
    raise AssertionError("a watch never ends")


async def test_a_stranger_is_told_which_right_is_missing(
    stranger: Settings, namespace: str
) -> None:
    async with connect(stranger) as cluster:
        with pytest.raises(AccessDenied, match=r"403 \(pods is forbidden.*; grant this right"):
            _ = [item async for item in cluster.list(PATHS["Pod"].format(namespace))]


async def test_what_is_not_there_is_not_found(cluster: KubeCluster, namespace: str) -> None:
    with pytest.raises(NotFound, match='pods "none" not found'):
        await cluster.get(PATHS["Pod"].format(namespace) + "/none")


async def test_a_list_is_complete_over_its_pages(
    cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    unscheduled = pod_spec("sleep 1", nodeSelector={"no": "node"})
    names = [f"pod-{number}" for number in range(7)]
    await asyncio.gather(*(admin.create(pod(namespace, name, unscheduled)) for name in names))
    path = PATHS["Pod"].format(namespace)
    found = [item async for item in cluster.list(path, {"limit": "3"})]
    assert sorted(map(manifests.name, found)) == names
    assert {(item["kind"], item["apiVersion"]) for item in found} == {("Pod", "v1")}


async def test_of_a_log_with_long_lines_the_newest_are_read(
    cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    """The log is larger than what one request may read, so fewer lines are asked for."""
    line = 'awk \'BEGIN { x = sprintf("%9000s", ""); for (i = 0; i < 1000; i++) print i x }\''
    await admin.create(pod(namespace, "long", pod_spec(line, restartPolicy="Never")))
    await when_phase(cluster, namespace, "Succeeded")
    found = await cluster.log(namespace, "long", "app", previous=False)
    lines = found.text.splitlines()
    assert found.truncated
    assert [line.split()[0] for line in lines] == [str(n) for n in range(1000 - len(lines), 1000)]
    assert 20 <= len(lines) <= 29


async def test_logs_that_are_not_there_are_not_found(
    cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    await admin.create(pod(namespace, "once", pod_spec("echo here", restartPolicy="Never")))
    await when_phase(cluster, namespace, "Succeeded")
    assert (await cluster.log(namespace, "once", "app", previous=False)).text == "here\n"
    with pytest.raises(NotFound, match="previous terminated container"):
        await cluster.log(namespace, "once", "app", previous=True)
    with pytest.raises(NotFound, match="container none is not valid"):
        await cluster.log(namespace, "once", "none", previous=False)


async def test_owners_are_found_with_reads(
    cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    await admin.create(deployment(namespace, "web", pod_spec("sleep 600")))
    found = await when_phase(cluster, namespace, "Running")
    workload, read = await find_owner(cluster, "local", found)
    assert workload.key == f"local/{namespace}/Deployment/web"
    assert [owner["kind"] for owner in read] == ["ReplicaSet"]


async def test_a_jobs_pod_belongs_to_its_job(
    cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    await admin.create(job(namespace, "once", pod_spec("true", restartPolicy="Never")))
    found = await when_phase(cluster, namespace, "Succeeded")
    workload, _ = await find_owner(cluster, "local", found)
    assert workload.key == f"local/{namespace}/Job/once"
