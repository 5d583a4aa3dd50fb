"""Reading a cluster: a real one with the agent's account, and a recording of the same, played.

What is read is made once. Both must answer alike: that is what the demo's cluster promises.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.owners import find_owner
from kure.adapters.cluster.watch import Seen, Watch
from kure.domain import manifests
from kure.domain.redact import Redactor
from kure.errors import AccessDenied, ClusterUnavailable, KureError, NotFound
from kure.ports import Manifest
from kure.recording.record import Order, Recorder
from kure.settings import Settings
from tests.cluster.accounts import Account
from tests.cluster.conftest import temporary_namespace
from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec
from tests.recorded.stage import playing

pytestmark = pytest.mark.cluster

PATIENCE = 60
RECORDED_SECONDS = 3.0
UNSCHEDULED = [f"pod-{number}" for number in range(7)]

# 1,000 lines of 9,000 bytes: more than one request may read.
LONG = 'awk \'BEGIN { x = sprintf("%9000s", ""); for (i = 0; i < 1000; i++) print i x }\''


@dataclass(frozen=True)
class Scene:
    """A namespace with everything that is read here, as it is and as it was recorded."""

    namespace: str
    real: KubeCluster
    recorded: KubeCluster


async def when_phase(cluster: KubeCluster, namespace: str, name: str, phase: str) -> Manifest:
    """The first pod whose name begins so and that is in this phase."""
    watch = Watch(cluster, PATHS["Pod"].format(namespace))
    async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
        async for change in changes:
            if not isinstance(change, Seen) or not manifests.name(change.object).startswith(name):
                continue
            if manifests.phase(change.object) == phase:
                return change.object
    raise AssertionError("a watch never ends")


async def record(settings: Settings, namespace: str, file: Path) -> Path:
    order = Order(RECORDED_SECONDS, [namespace])
    redactor = Redactor(key=b"k" * 32)
    async with connect(settings) as cluster:
        await Recorder(cluster, redactor, order, lambda _: None).run(file, asyncio.Event())
    return file


async def fill(admin: Admin, cluster: KubeCluster, namespace: str) -> None:
    nowhere = pod_spec("sleep 1", nodeSelector={"no": "node"})
    await asyncio.gather(*(admin.create(pod(namespace, name, nowhere)) for name in UNSCHEDULED))
    await admin.create(pod(namespace, "long", pod_spec(LONG, restartPolicy="Never")))
    await admin.create(pod(namespace, "once", pod_spec("echo here", restartPolicy="Never")))
    await admin.create(deployment(namespace, "web", pod_spec("sleep 600")))
    await admin.create(job(namespace, "task", pod_spec("true", restartPolicy="Never")))
    for name in ("long", "once", "task"):
        await when_phase(cluster, namespace, name, "Succeeded")
    await when_phase(cluster, namespace, "web", "Running")


@pytest.fixture(scope="module")
async def scene(
    admin: Admin,
    admin_settings: Settings,
    accounts: dict[Account, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    async with AsyncExitStack() as stack:
        name = await stack.enter_async_context(temporary_namespace(admin))
        reader = Settings(kubeconfig=accounts[Account.AGENT], data_dir=folder)
        real = await stack.enter_async_context(connect(reader))
        await fill(admin, real, name)
        file = await record(admin_settings, name, folder / "scene.kure.gz")
        settings, _ = await stack.enter_async_context(playing(file, folder / "played"))
        recorded = await stack.enter_async_context(connect(settings))
        yield Scene(name, real, recorded)


@pytest.fixture(params=["real", "recorded"])
def cluster(request: pytest.FixtureRequest, scene: Scene) -> KubeCluster:
    found: KubeCluster = getattr(scene, request.param)
    return found


@pytest.fixture
def home(scene: Scene) -> str:
    return scene.namespace


@pytest.mark.parametrize("is_recorded", [False, True], ids=["real", "recorded"])
async def test_a_stranger_is_told_which_right_is_missing(
    stranger: Settings, namespace: str, tmp_path: Path, *, is_recorded: bool
) -> None:
    """What could not be read while it was recorded is refused with the same words."""
    settings = stranger
    async with AsyncExitStack() as stack:
        if is_recorded:
            file = await record(stranger, namespace, tmp_path / "strange.kure.gz")
            settings, _ = await stack.enter_async_context(playing(file, tmp_path / "played"))
        cluster = await stack.enter_async_context(connect(settings))
        with pytest.raises(AccessDenied, match=r"403 \(.*pods is forbidden.*; grant this right"):
            _ = [item async for item in cluster.list(PATHS["Pod"].format(namespace))]


async def test_what_is_not_there_is_not_found(cluster: KubeCluster, home: str) -> None:
    with pytest.raises(NotFound, match='pods "none" not found'):
        await cluster.get(PATHS["Pod"].format(home) + "/none")


async def test_a_list_is_complete_over_its_pages(cluster: KubeCluster, home: str) -> None:
    path = PATHS["Pod"].format(home)
    query = {"limit": "3", "fieldSelector": "spec.nodeName="}
    found = [item async for item in cluster.list(path, query)]
    assert sorted(map(manifests.name, found)) == UNSCHEDULED
    assert {(item["kind"], item["apiVersion"]) for item in found} == {("Pod", "v1")}


async def test_labels_narrow_a_list(cluster: KubeCluster, home: str) -> None:
    found = cluster.list(PATHS["Pod"].format(home), {"labelSelector": "app in (web)"})
    assert [manifests.name(item).rpartition("-")[0][:3] async for item in found] == ["web"]


async def test_a_field_that_cannot_be_selected_is_said(cluster: KubeCluster, home: str) -> None:
    with pytest.raises(ClusterUnavailable, match="field label not supported"):
        _ = [
            item
            async for item in cluster.list(
                PATHS["Pod"].format(home), {"fieldSelector": "spec.colour=red"}
            )
        ]


async def test_the_events_of_a_pod_are_found(cluster: KubeCluster, home: str) -> None:
    once = await cluster.get(PATHS["Pod"].format(home) + "/once")
    reasons = {event["reason"] for event in await cluster.events(once | {"kind": "Pod"})}
    assert {"Scheduled", "Created", "Started"} <= reasons


async def test_of_a_log_with_long_lines_the_newest_are_read(
    cluster: KubeCluster, home: str
) -> None:
    """The log is larger than what one request may read, so fewer lines are asked for."""
    found = await cluster.log(home, "long", "app", previous=False)
    lines = found.text.splitlines()
    assert found.truncated
    assert [line.split()[0] for line in lines] == [str(n) for n in range(1000 - len(lines), 1000)]
    assert 20 <= len(lines) <= 29


async def test_logs_that_are_not_there_are_not_found(cluster: KubeCluster, home: str) -> None:
    assert (await cluster.log(home, "once", "app", previous=False)).text == "here\n"
    with pytest.raises(NotFound, match="previous terminated container"):
        await cluster.log(home, "once", "app", previous=True)
    with pytest.raises(NotFound, match="container none is not valid"):
        await cluster.log(home, "once", "none", previous=False)


async def test_a_pod_that_no_node_has_taken_has_an_empty_log(
    cluster: KubeCluster, home: str
) -> None:
    assert (await cluster.log(home, UNSCHEDULED[0], "app", previous=False)).text == ""


async def test_owners_are_found_with_reads(cluster: KubeCluster, home: str) -> None:
    found = await when_phase(cluster, home, "web", "Running")
    workload, read = await find_owner(cluster, "local", found)
    assert workload.key == f"local/{home}/Deployment/web"
    assert [owner["kind"] for owner in read] == ["ReplicaSet"]


async def test_a_jobs_pod_belongs_to_its_job(cluster: KubeCluster, home: str) -> None:
    found = await when_phase(cluster, home, "task", "Succeeded")
    workload, _ = await find_owner(cluster, "local", found)
    assert workload.key == f"local/{home}/Job/task"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"containers": []}, "spec.containers: Required value"),
        ({"containers": [{"name": "a"}]}, r"spec.containers\[0\].image: Required value"),
        ({"containers": "none"}, "cannot unmarshal string"),
        ({"restartPolicy": "Sometimes"}, 'Unsupported value: "Sometimes"'),
        ({"serviceAccountName": "nobody"}, 'serviceaccount "nobody" not found'),
    ],
)
@pytest.mark.parametrize("kind", ["real", "recorded"])
async def test_a_dry_run_says_what_is_wrong_with_a_pod(
    scene: Scene, admin_settings: Settings, kind: str, spec: Manifest, said: str
) -> None:
    made = pod(scene.namespace, "mirror", pod_spec("true") | spec)
    path = PATHS["Pod"].format(scene.namespace) + "?dryRun=All"
    async with AsyncExitStack() as stack:
        cluster = scene.recorded
        if kind == "real":
            cluster = await stack.enter_async_context(connect(admin_settings))
        with pytest.raises(KureError, match=said):
            await cluster.create(path, made)
