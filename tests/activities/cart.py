"""A Deployment "cart" that fails: its objects, and the activities that read them."""

from datetime import UTC, datetime
from typing import Any

from activities.cluster import ClusterActivities
from kure.contracts.activities import PodRef
from kure.domain.failures.model import Graces
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import KureError
from kure.ports import Cluster, Manifest
from tests.fakes import FakeEvidenceStore

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
CART = Workload("local", "shop", "Deployment", "cart")
PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"
DEPLOYMENT = "/apis/apps/v1/namespaces/shop/deployments/cart"
REPLICA_SET = "/apis/apps/v1/namespaces/shop/replicasets/cart-1"
NODE = "/api/v1/nodes/node-1"
SECRET = "correct-horse-battery"


def controlled(kind: str, name: str, uid: str, api: str = "apps/v1") -> list[Manifest]:
    return [{"apiVersion": api, "kind": kind, "name": name, "uid": uid, "controller": True}]


def pod(name: str = "cart-1-a", **change: Any) -> Manifest:
    """A pod of the Deployment that crashes, with a secret in its environment."""
    ended = {"exitCode": 1, "reason": "Error", "finishedAt": "2026-11-23T20:29:00Z"}
    status = {
        "name": "app",
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": ended},
    }
    environment = [{"name": "DB_PASSWORD", "value": SECRET}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "labels": {"app": "cart"},
            "ownerReferences": controlled("ReplicaSet", "cart-1", "uid-rs"),
            "managedFields": [{"manager": "kubelet"}],
        },
        "spec": {
            "nodeName": "node-1",
            "containers": [{"name": "app", "image": "cart:1", "env": environment}],
        },
        "status": {"phase": "Running", "containerStatuses": [status]},
    } | change


def healthy(name: str, **change: Any) -> Manifest:
    status = {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": "True"}],
        "containerStatuses": [{"name": "app", "state": {"running": {}}, "restartCount": 0}],
    }
    return pod(name, status=status, **change)


def deployment(ready: int = 0, wanted: int = 1) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cart", "namespace": "shop", "uid": "uid-cart", "generation": 4},
        "spec": {"replicas": wanted, "selector": {"matchLabels": {"app": "cart"}}},
        "status": {"observedGeneration": 4, "readyReplicas": ready},
    }


def replica_set(name: str = "cart-1", uid: str = "uid-rs", owner: str = "uid-cart") -> Manifest:
    metadata = {"name": name, "namespace": "shop", "uid": uid, "labels": {"app": "cart"}}
    references = {"ownerReferences": controlled("Deployment", "cart", owner)}
    return {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata | references}


def event(reason: str, message: str, uid: str = "uid-cart-1-a") -> Manifest:
    return {
        "reason": reason,
        "message": message,
        "lastTimestamp": "2026-11-23T20:29:00Z",
        "involvedObject": {"uid": uid},
    }


def world(**change: Manifest | KureError) -> dict[str, Manifest | KureError]:
    """The failing Deployment: change an object by its short name, or take one away by None."""
    node = {
        "kind": "Node",
        "metadata": {"name": "node-1"},
        "status": {"images": [{"names": ["x"]}]},
    }
    return {
        f"{PODS}/cart-1-a": change.get("pod", pod()),
        f"{EVENTS}/1": event("BackOff", f"Back-off restarting {SECRET}"),
        f"{EVENTS}/2": event("BackOff", "of another pod", uid="other"),
        DEPLOYMENT: change.get("deployment", deployment()),
        REPLICA_SET: change.get("replica_set", replica_set()),
        NODE: change.get("node", node),
    }


LOGS = {("cart-1-a", "app", True): f"starting\nERROR cannot log in with {SECRET}\n"}
REF = PodRef(uid="uid-cart-1-a", name="cart-1-a")


def activities(cluster: Cluster, store: FakeEvidenceStore | None = None) -> ClusterActivities:
    return ClusterActivities(
        cluster=cluster,
        store=store or FakeEvidenceStore(),
        redactor=Redactor(b"k" * 32),
        clock=lambda: NOW,
        graces=Graces(),
    )
