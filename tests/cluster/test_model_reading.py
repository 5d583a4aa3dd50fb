"""Each tool of a model on the real cluster, with the worker's own rights."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.domain.models.conversation import ToolCall
from kure.domain.models.showing.text import Shown
from kure.domain.models.tools import Refusal, checked
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.investigating.reading import WishReading
from kure.ports import Manifest
from kure.settings import Settings
from tests.cluster.accounts import Account
from tests.cluster.conftest import temporary_namespace
from tests.cluster.kube import PATHS, Admin, deployment, pod_spec

pytestmark = pytest.mark.cluster

PASSWORD = "fairly-secret-mulberry"
PATIENCE = 90


@dataclass(frozen=True)
class Asked:
    """A Deployment that crashes, and what reads it at a model's wish."""

    reading: WishReading
    namespace: str
    pod: str
    node: str

    async def ask(self, tool: str, **arguments: Any) -> Shown | Refusal:
        wish = checked(ToolCall("call_1_1", tool, arguments), self.reading.workload)
        assert not isinstance(wish, Refusal), wish
        return await self.reading.read(wish)

    async def shown(self, tool: str, **arguments: Any) -> str:
        found = await self.ask(tool, **arguments)
        assert isinstance(found, Shown), found
        assert PASSWORD not in found.text
        return found.text


def objects(namespace: str) -> list[Manifest]:
    metadata = {"namespace": namespace, "name": "cart"}
    rbac = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": metadata}
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}
    env = [{"name": "DB_PASSWORD", "value": PASSWORD}]
    spec = pod_spec("echo starting with $DB_PASSWORD; exit 3", container={"env": env})
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"color": "teal"}},
        rbac | {"kind": "Role", "rules": [rule]},
        rbac
        | {
            "kind": "RoleBinding",
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "cart"},
            "subjects": [{"kind": "ServiceAccount", "name": "cart", "namespace": namespace}],
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": metadata,
            "spec": {"selector": {"app": "card"}, "ports": [{"port": 80, "targetPort": 8080}]},
        },
        deployment(namespace, "cart", spec | {"serviceAccountName": "cart"}),
    ]


@pytest.fixture(scope="module")
async def asked(
    admin: Admin, accounts: dict[Account, Path], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Asked]:
    folder = tmp_path_factory.mktemp("worker")
    settings = Settings(kubeconfig=accounts[Account.WORKER], data_dir=folder)
    async with AsyncExitStack() as stack:
        namespace = await stack.enter_async_context(temporary_namespace(admin))
        cluster = await stack.enter_async_context(connect(settings))
        for obj in objects(namespace):
            await admin.create(obj)
        path = f"{PATHS['Deployment'].format(namespace)}/cart"
        note = {"template": {"metadata": {"annotations": {"shop/note": "second"}}}}
        await admin.patch(path, {"spec": note})
        pod = await crashed(cluster, namespace)
        workload = Workload("test", namespace, "Deployment", "cart")
        reading = WishReading(cluster, workload, Redactor(bytes(32)))
        yield Asked(reading, namespace, pod["metadata"]["name"], pod["spec"]["nodeName"])


async def crashed(cluster: KubeCluster, namespace: str) -> Manifest:
    """The pod of the second revision, once it has ended and the kubelet has told of it."""
    query = {"labelSelector": "app=cart"}
    async with asyncio.timeout(PATIENCE):
        while True:
            async for pod in cluster.list(PATHS["Pod"].format(namespace), query):
                notes = pod["metadata"].get("annotations", {})
                [status] = pod["status"].get("containerStatuses") or [{}]
                if "shop/note" in notes and status.get("restartCount", 0) > 0:
                    return pod
            await asyncio.sleep(0.2)  # not ours


async def test_objects_are_described_by_whoever_may_only_list_them(asked: Asked) -> None:
    for kind, name in (
        ("Pod", asked.pod),
        ("Deployment", "cart"),
        ("ConfigMap", "cart"),
        ("ServiceAccount", "cart"),
        ("Node", asked.node),
        ("Namespace", asked.namespace),
    ):
        text = await asked.shown("describe", kind=kind, name=name, namespace="")
        assert text.startswith(f"kind: {kind}\n")
    told = await asked.shown("describe", kind="Pod", name=asked.pod, namespace="")
    assert "reason: CrashLoopBackOff" in told or "exitCode: 3" in told
    assert "reason: Started" in told
    assert "teal" not in await asked.shown("describe", kind="ConfigMap", name="cart", namespace="")


async def test_what_is_not_there_and_what_is_not_referred_to_is_refused(asked: Asked) -> None:
    for kind, name, why in (
        ("HorizontalPodAutoscaler", "cart", "There is no HorizontalPodAutoscaler/cart"),
        ("HTTPRoute", "cart", "There is no HTTPRoute/cart"),
        ("Pod", "cart-none", asked.pod),
        ("PriorityClass", "system-node-critical", "does not refer to PriorityClass"),
    ):
        found = await asked.ask("describe", kind=kind, name=name, namespace="")
        assert isinstance(found, Refusal)
        assert why in found.text
    found = await asked.ask("endpoints", service="kubernetes", namespace="default")
    assert isinstance(found, Refusal)
    assert "does not refer to Service kubernetes of namespace default" in found.text


async def test_events_are_told(asked: Asked) -> None:
    told = await asked.shown("events", kind="Pod", name=asked.pod, namespace="")
    assert "reason: Started" in told


async def test_a_log_is_told(asked: Asked) -> None:
    # Of a container that waits this is the run that ended.
    wanted = {"pod": asked.pod, "container": "", "previous": False}
    told = await asked.shown("logs", **wanted, containing="")
    assert "starting with [redacted:" in told
    assert await asked.shown("logs", **wanted, containing="STARTING") == told


async def test_pods_are_listed_by_label(asked: Asked) -> None:
    told = await asked.shown("list", kind="Pod", labels="app=cart")
    assert f"Pod/{asked.pod} phase=Running" in told
    assert await asked.shown("list", kind="Pod", labels="app=none") == (
        "0 of kind Pod with app=none"
    )


async def test_revisions_are_told(asked: Asked) -> None:
    told = await asked.shown("revisions")
    assert "revision 2: ReplicaSet/cart-" in told
    assert '{"shop/note": "second"}' in told
    assert "no earlier revision is kept" in told


async def test_who_can_is_told(asked: Asked) -> None:
    told = await asked.shown("who_can", verb="list", resource="pods")
    assert "the workload runs as ServiceAccount/cart, which may\n" in told
    assert "ServiceAccount/cart may by RoleBinding/cart, role cart" in told
    told = await asked.shown("who_can", verb="delete", resource="pods")
    assert "which may not" in told
    assert "could not be read" not in told


async def test_endpoints_are_told(asked: Asked) -> None:
    told = await asked.shown("endpoints", service="cart", namespace="")
    assert "0 of them ready" in told
    assert f"Pod/{asked.pod} has app=cart" in told
