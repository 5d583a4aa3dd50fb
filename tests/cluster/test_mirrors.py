"""Mirrors on a real cluster, with the worker's own account where an admin has allowed them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.mirror_cluster import MirrorClusterActivities
from kure.adapters.clock import utc_now
from kure.adapters.cluster.apply import MirrorWriter
from kure.adapters.cluster.client import KubeCluster, connect
from kure.contracts.mirroring import (
    Captured,
    CaptureRequest,
    DeleteMirrorRequest,
    Deployed,
    DeployRequest,
    ExtendMirrorRequest,
    PlanRequest,
    SweepRequest,
    Watched,
    WatchRequest,
    Wish,
)
from kure.contracts.mirrors import MirrorPlan, Verdict
from kure.domain import manifests
from kure.domain.access.roles import Role
from kure.domain.diagnosis.fixes import Operation
from kure.domain.mirrors.names import EXPIRES, ID_LABEL, LABEL
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.ids import new_id
from kure.ports import Manifest
from kure.settings import Settings
from tests.cluster.accounts import Account, allow_mirrors
from tests.cluster.kube import PATHS, Admin, deployment, pod, pod_spec
from tests.fakes import FakeDrafts, FakeEvidenceStore

pytestmark = pytest.mark.cluster

KEY = b"m" * 32
IMAGE = "/spec/template/spec/containers/0/image"
GOOD = Operation("replace", IMAGE, "busybox:1.36")
SECRET = "correct-horse-battery"
NO_RIGHT = "may not create pods"


@dataclass
class Mirrors:
    """The activities against one namespace, and what they have kept."""

    admin: Admin
    namespace: str
    activities: MirrorClusterActivities
    store: FakeEvidenceStore = field(default_factory=FakeEvidenceStore)

    def wish(self, name: str, *operations: Operation, **more: Any) -> Wish:
        workload = Workload("local", self.namespace, "Deployment", name)
        return Wish(
            workload=workload,
            pods=more.pop("pods", []),
            operations=list(operations),
            by="ada",
            role=Role.ADMIN,
            **more,
        )

    async def plan(self, wish: Wish) -> MirrorPlan:
        request = PlanRequest(incident_id="i", mirror_id=str(new_id()), wish=wish)
        return await ActivityEnvironment().run(self.activities.plan_mirror, request)

    async def deploy(self, wish: Wish, mirror_id: str) -> Deployed:
        request = DeployRequest(run_id="r", incident_id="i", mirror_id=mirror_id, wish=wish)
        return await ActivityEnvironment().run(self.activities.deploy_mirror, request)

    async def watch(
        self, made: Deployed, seconds: float = 200, so_far: Watched | None = None
    ) -> Watched:
        request = WatchRequest(
            run_id="r", incident_id="i", mirror_id="m", namespace=self.namespace,
            pod=made.plan.pod, uid=made.uid or "", needs_seconds=made.plan.needs_seconds,
            is_job=False, until=utc_now() + timedelta(seconds=seconds), so_far=so_far,
        )  # fmt: skip
        return await ActivityEnvironment().run(self.activities.watch_mirror, request)

    async def capture(self, wish: Wish, made: Deployed, mirror_id: str) -> Captured:
        request = CaptureRequest(
            run_id="r", incident_id="i", mirror_id=mirror_id, wish=wish, pod=made.plan.pod,
            uid=made.uid or "", moment="verdict",
        )  # fmt: skip
        return await ActivityEnvironment().run(self.activities.capture_mirror, request)

    async def delete(self, made: Deployed, mirror_id: str, *, uid: bool = True) -> None:
        request = DeleteMirrorRequest(
            run_id="r", incident_id="i", mirror_id=mirror_id, cluster="local",
            namespace=self.namespace, pod=made.plan.pod, uid=made.uid if uid else None,
        )  # fmt: skip
        await ActivityEnvironment().run(self.activities.delete_mirror, request)

    async def sweep(self, live: dict[str, datetime] | None = None) -> tuple[set[str], set[str]]:
        """What was deleted and what only looks like a mirror, of this namespace."""
        request = SweepRequest(cluster="local", live=live or {})
        swept = await ActivityEnvironment().run(self.activities.sweep_mirrors, request)
        here = f"{self.namespace}/"
        return (
            {name.removeprefix(here) for name in swept.deleted if name.startswith(here)},
            {name.removeprefix(here) for name in swept.impostors if name.startswith(here)},
        )

    async def pods(self) -> dict[str, Manifest]:
        found = await self.admin.read(PATHS["Pod"].format(self.namespace))
        return {manifests.name(item): item for item in found["items"]}

    async def is_there(self, made: Deployed) -> bool:
        return made.plan.pod in await self.pods()


@pytest.fixture
async def worker(accounts: dict[Account, Path], tmp_path: Path) -> AsyncIterator[KubeCluster]:
    settings = Settings(kubeconfig=accounts[Account.WORKER], data_dir=tmp_path)
    async with connect(settings) as connected:
        yield connected


def activities_of(worker: KubeCluster, store: FakeEvidenceStore) -> MirrorClusterActivities:
    return MirrorClusterActivities(
        cluster=worker,
        writer=MirrorWriter(worker),
        store=store,
        redactor=Redactor(b"k" * 32),
        drafts=FakeDrafts(),
        keys=lambda: (KEY,),
        own_namespace="kure",
        clock=utc_now,
    )


@pytest.fixture
async def mirrors(admin: Admin, worker: KubeCluster, namespace: str) -> Mirrors:
    """A namespace in which mirrors are allowed."""
    await allow_mirrors(admin, namespace)
    store = FakeEvidenceStore()
    return Mirrors(admin, namespace, activities_of(worker, store), store)


async def test_where_mirrors_are_not_allowed_none_is_made(
    admin: Admin, worker: KubeCluster, namespace: str
) -> None:
    here = Mirrors(admin, namespace, activities_of(worker, FakeEvidenceStore()))
    await admin.create(deployment(namespace, "cart", pod_spec("sleep 60")))
    made = await here.deploy(here.wish("cart"), str(new_id()))
    assert made.uid is None
    assert [text for text in made.plan.refusals if NO_RIGHT in text]


async def test_what_the_api_server_refuses_is_said_and_not_made(mirrors: Mirrors) -> None:
    await mirrors.admin.create(deployment(mirrors.namespace, "cart", pod_spec("sleep 60")))
    wrong = Operation("add", "/spec/template/spec/containers/0/resources", {"limits": {"cpu": "x"}})
    made = await mirrors.deploy(mirrors.wish("cart", wrong), str(new_id()))
    assert made.uid is None
    assert made.plan.refusals != []


# Each fails or passes by itself; watched side by side.
SPECS: dict[str, dict[str, Any]] = {
    "tag": pod_spec("sleep 3600", image="registry.local/busybox:none"),
    "late": pod_spec("sleep 20; exit 3"),
    "unready": pod_spec(
        "sleep 3600",
        container={"readinessProbe": {"exec": {"command": ["false"]}, "periodSeconds": 1}},
    ),
    "nowhere": pod_spec("sleep 3600", nodeSelector={"disk": "of-gold"}),
    "loses": pod_spec(
        "touch /tmp/ok; sleep 45; rm /tmp/ok; sleep 3600",
        container={
            "readinessProbe": {
                "exec": {"command": ["test", "-f", "/tmp/ok"]},
                "periodSeconds": 1,
            }
        },
    ),
}


@pytest.mark.long
async def test_verdicts(mirrors: Mirrors) -> None:
    for name, spec in SPECS.items():
        await mirrors.admin.create(deployment(mirrors.namespace, name, spec))
    ids = {name: str(new_id()) for name in (*SPECS, "mended")}
    wishes = {name: mirrors.wish(name) for name in SPECS}
    wishes["mended"] = mirrors.wish("tag", GOOD)
    made = {name: await mirrors.deploy(wish, ids[name]) for name, wish in wishes.items()}
    assert {name: one.plan.refusals for name, one in made.items()} == {name: [] for name in made}
    watching = {name: asyncio.create_task(mirrors.watch(one)) for name, one in made.items()}
    found = {name: await task for name, task in watching.items()}
    told = {name: one.verdict for name, one in found.items()}
    assert told == {
        "tag": Verdict.FAILED,
        "late": Verdict.FAILED,
        "unready": Verdict.FAILED,
        "nowhere": Verdict.FAILED,
        "loses": Verdict.PASSED,
        "mended": Verdict.PASSED,
    }, found
    assert "ImagePull" in found["tag"].text
    assert found["mended"].held_seconds >= 30
    taken_back = await mirrors.watch(made["loses"], 100, so_far=found["loses"])
    assert taken_back.verdict is Verdict.FAILED

    captured = await mirrors.capture(wishes["tag"], made["tag"], ids["tag"])
    assert captured.diagnosis.causes[0].failure_class == "ImagePullBackOff"
    kept = {(item.captured_for, item.subject) for item in mirrors.store.kept.values()}
    assert kept == {(f"mirror/{ids['tag']}/verdict", f"Pod/{made['tag'].plan.pod}")}

    for name, one in made.items():
        await mirrors.delete(one, ids[name])
        assert not await mirrors.is_there(one)


async def test_a_mirror_is_nobodys_pod(mirrors: Mirrors) -> None:
    """No Service routes to it, no controller adopts it; a second deploy finds the first's."""
    spec = pod_spec("sleep 3600", container={"env": [{"name": "PASSWORD", "value": SECRET}]})
    await mirrors.admin.create(deployment(mirrors.namespace, "cart", spec))
    await mirrors.admin.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"namespace": mirrors.namespace, "name": "cart"},
            "spec": {"selector": {"app": "cart"}, "ports": [{"port": 80}]},
        }
    )
    await mirrors.admin.create(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"namespace": mirrors.namespace, "name": "cart"},
            "spec": {"podSelector": {"matchLabels": {"app": "cart"}}, "policyTypes": ["Ingress"]},
        }
    )
    mirror_id = str(new_id())
    made = await mirrors.deploy(mirrors.wish("cart"), mirror_id)
    again = await mirrors.deploy(mirrors.wish("cart"), mirror_id)
    assert again.uid == made.uid
    assert SECRET not in made.model_dump_json()
    assert (await mirrors.watch(made)).verdict is Verdict.PASSED
    pods = await mirrors.pods()
    assert len(pods) == 2
    mirror = pods[made.plan.pod]
    assert set(manifests.labels(mirror)) == {LABEL, ID_LABEL}
    assert manifests.metadata(mirror).get("ownerReferences") is None
    slices = await mirrors.admin.read(
        f"/apis/discovery.k8s.io/v1/namespaces/{mirrors.namespace}/endpointslices"
    )
    held = {
        manifests.mapping(endpoint.get("targetRef")).get("name")
        for found in slices["items"]
        for endpoint in manifests.mappings(found.get("endpoints"))
    }
    assert made.plan.pod not in held
    policies = PATHS["NetworkPolicy"].format(mirrors.namespace)
    assert len((await mirrors.admin.read(policies))["items"]) == 2
    await mirrors.delete(made, mirror_id, uid=False)
    assert set(await mirrors.pods()) == set(pods) - {made.plan.pod}
    names = [manifests.name(item) for item in (await mirrors.admin.read(policies))["items"]]
    assert names == ["cart"]


async def test_a_sweep_deletes_what_is_over_and_touches_nobody_elses(mirrors: Mirrors) -> None:
    await mirrors.admin.create(deployment(mirrors.namespace, "cart", pod_spec("sleep 3600")))
    mirror_id = str(new_id())
    made = await mirrors.deploy(mirrors.wish("cart"), mirror_id)
    impostor = pod(mirrors.namespace, "impostor", pod_spec("sleep 3600"))
    impostor["metadata"]["labels"] = {LABEL: "true", ID_LABEL: mirror_id}
    impostor["metadata"]["annotations"] = {EXPIRES: "2026-01-01T00:00:00Z"}
    await mirrors.admin.create(impostor)
    assert await mirrors.sweep() == (set(), {"impostor"})
    assert await mirrors.sweep({made.uid or "": utc_now()}) == (set(), {"impostor"})
    past = ExtendMirrorRequest(
        run_id="r", incident_id="i", namespace=mirrors.namespace, pod=made.plan.pod,
        uid=made.uid or "", expires_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    await ActivityEnvironment().run(mirrors.activities.extend_mirror, past)
    later = utc_now() + timedelta(minutes=1)
    assert await mirrors.sweep({made.uid or "": later}) == (set(), {"impostor"})
    assert await mirrors.sweep() == ({made.plan.pod}, {"impostor"})
    await mirrors.delete(made, mirror_id)
    assert "impostor" in await mirrors.pods()


async def test_another_pod_of_its_name_is_not_patched(mirrors: Mirrors) -> None:
    await mirrors.admin.create(pod(mirrors.namespace, "other", pod_spec("sleep 3600")))
    request = ExtendMirrorRequest(
        run_id="r", incident_id="i", namespace=mirrors.namespace, pod="other", uid="u",
        expires_at=utc_now(),
    )  # fmt: skip
    with pytest.raises(Exception, match="other"):
        await ActivityEnvironment().run(mirrors.activities.extend_mirror, request)
