"""With the right to make pods in a namespace, Kure's worker makes and deletes mirrors, and nothing
else: the admission policy of infra/admission refuses the rest."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.problems import written
from kure.errors import KureError
from kure.ports import Manifest
from kure.settings import Settings
from tests.cluster.accounts import NAMESPACE, Account
from tests.cluster.kube import PATHS, Admin, pod, pod_spec

pytestmark = pytest.mark.cluster

ADMISSION = Path(__file__).parents[2] / "infra" / "admission" / "mirrors.yaml"
PATIENCE = 60
NAME = "cart-1-mirror-0123456789"
METADATA = {
    "labels": {"kure.dev/mirror": "true", "kure.dev/mirror-id": "m"},
    "annotations": {"kure.dev/signature": "s", "kure.dev/expires-at": "2026-01-01T00:00:00Z"},
}


def policy() -> list[Manifest]:
    return list(yaml.safe_load_all(ADMISSION.read_text()))


def mirror(namespace: str, **metadata: Any) -> Manifest:
    """A mirror as far as a policy can see; `metadata` is what differs."""
    made = pod(namespace, NAME, pod_spec("sleep 60", activeDeadlineSeconds=3660))
    made["metadata"] |= deepcopy(METADATA) | metadata
    return made


def network_policy(namespace: str, **metadata: Any) -> Manifest:
    named = {"namespace": namespace, "name": f"{NAME}-0"} | deepcopy(METADATA) | metadata
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": named,
        "spec": {"podSelector": {"matchLabels": {"kure.dev/mirror-id": "m"}}},
    }


@pytest.fixture
async def worker(
    admin: Admin, accounts: dict[Account, Path], namespace: str, tmp_path: Path
) -> AsyncIterator[KubeCluster]:
    """The worker's account, allowed mirrors in the namespace as the documentation says."""
    rights = ("kure-worker", "kure-mirrors")
    subject = {"kind": "ServiceAccount", "name": "kure-worker", "namespace": NAMESPACE}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": rights[1], "namespace": namespace},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": rights[1],
        },
        "subjects": [subject],
    }
    await admin.create(binding)
    for obj in policy():
        await admin.apply(obj)
    async with connect(Settings(kubeconfig=accounts[Account.WORKER], data_dir=tmp_path)) as made:
        await _until_in_force(made, namespace)
        yield made
    for obj in reversed(policy()):
        await admin.delete_if_there(f"{PATHS[obj['kind']]}/{obj['metadata']['name']}")


async def _until_in_force(worker: KubeCluster, namespace: str) -> None:
    """The API server learns of a binding and of a policy a moment later."""
    async with asyncio.timeout(PATIENCE):
        while "no mirror's name" not in await refusal(worker, mirror(namespace, name="probe")):
            await asyncio.sleep(0.2)


async def refusal(worker: KubeCluster, obj: Manifest) -> str:
    """What the API server says to the worker that makes it; '' where it was made."""
    try:
        await worker.send("POST", path_of(obj), obj, explain=written)
    except KureError as error:
        return str(error)
    if obj["metadata"]["name"] == "probe":
        await worker.send("DELETE", f"{path_of(obj)}/probe", {}, explain=written)
    return ""


def path_of(obj: Manifest) -> str:
    return PATHS[obj["kind"]].format(obj["metadata"]["namespace"])


LABELS, ANNOTATIONS = METADATA["labels"], METADATA["annotations"]
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another name": ({"name": "cart-1"}, "no mirror's name"),
    "no label": ({"labels": {}}, "lacks a mirror's labels"),
    "a label that says no": ({"labels": LABELS | {"kure.dev/mirror": "no"}}, "lacks a mirror's"),
    "no id": ({"labels": {"kure.dev/mirror": "true"}}, "lacks a mirror's labels"),
    "no signature": ({"annotations": {"kure.dev/expires-at": "x"}}, "lacks a mirror's"),
    "no end": ({"annotations": {"kure.dev/signature": "s"}}, "lacks a mirror's"),
    "a label of a Service": ({"labels": LABELS | {"app": "cart"}}, "no labels but its own"),
    "an owner": (
        {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}]},
        "no owner",
    ),
}


async def test_pods_that_are_no_mirrors_are_refused(worker: KubeCluster, namespace: str) -> None:
    for case, (differs, says) in REFUSED.items():
        assert says in await refusal(worker, mirror(namespace, **differs)), case
    forever = mirror(namespace)
    del forever["spec"]["activeDeadlineSeconds"]
    assert "deadline" in await refusal(worker, forever)
    policy = network_policy(namespace, labels={})
    assert "lacks a mirror's labels" in await refusal(worker, policy)


async def test_what_others_made_is_neither_changed_nor_deleted(
    admin: Admin, worker: KubeCluster, namespace: str
) -> None:
    await admin.create(pod(namespace, "cart-1", pod_spec("sleep 60")))
    path = f"{PATHS['Pod'].format(namespace)}/cart-1"
    change = {"metadata": {"annotations": ANNOTATIONS, "labels": LABELS}}
    for method, body in (("DELETE", {}), ("PATCH", change)):
        with pytest.raises(KureError, match="no mirror's name"):
            await worker.send(method, path, body, explain=written)
    assert (await admin.read(path))["metadata"].get("deletionTimestamp") is None


async def test_a_mirror_is_made_annotated_and_deleted_and_nothing_else_of_it_changes(
    worker: KubeCluster, namespace: str
) -> None:
    for obj in (network_policy(namespace), mirror(namespace)):
        assert await refusal(worker, obj) == ""
    path = f"{PATHS['Pod'].format(namespace)}/{NAME}"
    later = {"metadata": {"annotations": {"kure.dev/expires-at": "2026-01-01T00:10:00Z"}}}
    await worker.send("PATCH", path, later, explain=written)
    for change in (
        {"metadata": {"labels": {"app": "cart"}}},
        {"spec": {"activeDeadlineSeconds": 60}},
    ):
        with pytest.raises(KureError, match="only annotations change"):
            await worker.send("PATCH", path, change, explain=written)
    await worker.send("DELETE", path, {}, explain=written)
    policies = f"{PATHS['NetworkPolicy'].format(namespace)}/{NAME}-0"
    await worker.send("DELETE", policies, {}, explain=written)


async def test_a_dry_run_of_any_pod_passes(worker: KubeCluster, namespace: str) -> None:
    path, made = PATHS["Pod"].format(namespace), pod(namespace, "cart-1", pod_spec("true"))
    await worker.send("POST", path, made, {"dryRun": "All"}, explain=written)
