"""Gathering and confirming on a real cluster, with the worker's account."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.cluster import ClusterActivities
from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.watch import Seen, Watch
from kure.contracts.activities import ConfirmRequest, Gathered, GatherRequest, PodRef, Recovery
from kure.domain import manifests
from kure.domain.failures.detect import detect
from kure.domain.failures.model import FailureClass, Graces
from kure.domain.incidents import Resolution
from kure.domain.owners import workload_from_manifest
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.ports import Manifest
from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec
from tests.fakes import FakeEvidenceStore

pytestmark = pytest.mark.cluster

PATIENCE = 90
GRACES = Graces(pending=timedelta(0))
SECRET = "plover-tangent-ocelot"
WITH_SECRET: dict[str, Any] = {"env": [{"name": "DB_PASSWORD", "value": SECRET}]}


async def when(observer: KubeCluster, path: str, holds: Callable[[Manifest], bool]) -> Manifest:
    """The first object of the list for which it holds."""
    async with asyncio.timeout(PATIENCE), aclosing(Watch(observer, path).changes()) as changes:
        async for change in changes:
            if isinstance(change, Seen) and holds(change.object):
                return change.object
    raise AssertionError("a watch never ends")


async def when_failing(
    observer: KubeCluster, namespace: str, failure_class: FailureClass
) -> Manifest:
    def holds(found: Manifest) -> bool:
        failures = detect(found, (), utc_now(), GRACES).failures
        return any(failure.failure_class is failure_class for failure in failures)

    return await when(observer, PATHS["Pod"].format(namespace), holds)


def activities(cluster: KubeCluster, store: FakeEvidenceStore) -> ClusterActivities:
    return ClusterActivities(
        cluster=cluster,
        store=store,
        redactor=Redactor(b"k" * 32),
        clock=utc_now,
        graces=GRACES,
    )


async def gathered(cluster: KubeCluster, failing: Manifest, store: FakeEvidenceStore) -> Gathered:
    request = GatherRequest(
        incident_id="i",
        run_id="r",
        number=1,
        workload=workload_from_manifest("local", failing),
        pods=[PodRef(uid=manifests.uid(failing), name=manifests.name(failing))],
    )
    return await ActivityEnvironment().run(activities(cluster, store).gather, request)


async def confirmed(
    cluster: KubeCluster, namespace: str, kind: str, name: str = "cart"
) -> Recovery:
    workload = Workload("local", namespace, kind, name)
    request = ConfirmRequest(incident_id="i", workload=workload, pods=[])
    found = activities(cluster, FakeEvidenceStore()).confirm_recovered
    return await ActivityEnvironment().run(found, request)


FAILING = [
    pytest.param(
        pod_spec(image="registry.example.com/private/cart:7", container=WITH_SECRET),
        FailureClass.IMAGE_PULL,
        ("A03", "401 Unauthorized"),
        id="an image that may not be pulled",
    ),
    pytest.param(
        pod_spec(f"echo up; echo ERROR cannot log in with {SECRET}; exit 3", container=WITH_SECRET),
        FailureClass.CRASH_LOOP,
        ("C07", "ERROR cannot log in with [redacted:"),
        id="a crash loop",
    ),
    pytest.param(
        pod_spec(
            image="python:3.11",
            container={
                **WITH_SECRET,
                "command": ["python3", "-c", "x = []\nwhile True: x.append(bytearray(1 << 20))"],
                "resources": {"limits": {"memory": "32Mi"}},
            },
        ),
        FailureClass.OOM_KILLED,
        ("C01", "32Mi"),
        id="a container without enough memory",
    ),
    pytest.param(
        pod_spec("sleep 1", nodeSelector={"disk": "marble"}, container=WITH_SECRET),
        FailureClass.UNSCHEDULABLE,
        ("F06", "disk=marble"),
        id="a pod that no node takes",
    ),
]


@pytest.mark.parametrize(("spec", "failure_class", "expected"), FAILING)
async def test_a_failing_pod_is_explained_with_the_line_that_decides(
    worker_cluster: KubeCluster,
    observer: KubeCluster,
    admin: Admin,
    namespace: str,
    spec: dict[str, Any],
    failure_class: FailureClass,
    expected: tuple[str, str],
) -> None:
    await admin.create(pod(namespace, "cart", spec))
    failing = await when_failing(observer, namespace, failure_class)
    store = FakeEvidenceStore()
    found = await gathered(worker_cluster, failing, store)
    rule, decisive = expected
    assert found.diagnosis.causes[0].rule == rule
    assert any(decisive in line.text for line in found.diagnosis.causes[0].evidence)
    kept = "\n".join(item.text for item in store.kept.values())
    assert len(found.evidence_ids) == len(store.kept) > 0
    assert SECRET not in found.model_dump_json() + kept
    assert "DB_PASSWORD" in kept


async def test_a_deployment_is_recovered_when_it_is_repaired(
    worker_cluster: KubeCluster, observer: KubeCluster, admin: Admin, namespace: str
) -> None:
    path = PATHS["Deployment"].format(namespace)
    broken = pod_spec(image="registry.example.com/missing/cart:1")
    await admin.create(deployment(namespace, "cart", broken))
    failing = await when_failing(observer, namespace, FailureClass.IMAGE_PULL)
    assert workload_from_manifest("local", failing).name == "cart"
    before = await confirmed(worker_cluster, namespace, "Deployment")
    assert (before.resolution, "0 of 1 ready" in before.text) == (None, True)

    repaired = {"template": {"spec": pod_spec("sleep 3600")}}
    await admin.patch(f"{path}/cart", {"spec": repaired})
    await when(observer, path, is_rolled_out)
    after = await recovered(worker_cluster, namespace)
    assert after.text == "Deployment cart: 1 of 1 ready, generation 2 observed"

    await admin.patch(f"{path}/cart", {"spec": {"replicas": 0}})
    await when(observer, path, lambda found: manifests.status(found).get("observedGeneration") == 3)
    assert (
        await confirmed(worker_cluster, namespace, "Deployment")
    ).resolution is Resolution.STOPPED

    await admin.delete(f"{path}/cart")
    assert (await confirmed(worker_cluster, namespace, "Deployment")).resolution is Resolution.GONE


def is_rolled_out(found: Manifest) -> bool:
    status = manifests.status(found)
    return (
        status.get("observedGeneration") == 2
        and status.get("updatedReplicas") == 1
        and status.get("readyReplicas") == 1
    )


async def recovered(cluster: KubeCluster, namespace: str) -> Recovery:
    """Looks as often as it is told to, until the last of the old pods is gone."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await confirmed(cluster, namespace, "Deployment")
            if found.resolution is Resolution.RECOVERED:
                return found
            await asyncio.sleep(0.2)


async def test_a_job_is_recovered_only_by_success(
    worker_cluster: KubeCluster, observer: KubeCluster, admin: Admin, namespace: str
) -> None:
    path = PATHS["Job"].format(namespace)
    never = {"restartPolicy": "Never"}
    await admin.create(job(namespace, "broken", pod_spec("exit 1", **never)))
    await when(observer, path, lambda found: bool(manifests.condition(found, "Failed")))
    failed = await confirmed(worker_cluster, namespace, "Job", "broken")
    assert (failed.resolution, failed.look_again_seconds) == (None, 600)
    assert "BackoffLimitExceeded" in failed.text

    await admin.create(job(namespace, "cart", pod_spec("exit 0", **never)))
    await when(observer, path, lambda found: bool(manifests.condition(found, "Complete")))
    assert (await confirmed(worker_cluster, namespace, "Job")).resolution is Resolution.RECOVERED


async def test_a_bare_pod_is_recovered_when_it_is_ready_and_gone_when_deleted(
    worker_cluster: KubeCluster, observer: KubeCluster, admin: Admin, namespace: str
) -> None:
    path = PATHS["Pod"].format(namespace)
    await admin.create(pod(namespace, "cart", pod_spec("exit 1")))
    await when_failing(observer, namespace, FailureClass.CRASH_LOOP)
    assert (await confirmed(worker_cluster, namespace, "Pod")).resolution is None

    await admin.delete(f"{path}/cart")
    assert (await confirmed(worker_cluster, namespace, "Pod")).resolution is Resolution.GONE

    await admin.create(pod(namespace, "cart", pod_spec("sleep 3600")))
    await when(
        observer, path, lambda found: manifests.condition(found, "Ready").get("status") == "True"
    )
    assert (await confirmed(worker_cluster, namespace, "Pod")).resolution is Resolution.RECOVERED
