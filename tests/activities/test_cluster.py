"""Gathering and confirming, against a fake cluster."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.cluster import ClusterActivities
from kure.contracts.activities import ConfirmRequest, Gathered, GatherRequest, PodRef, Recovery
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass, Graces
from kure.domain.incidents import Resolution
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, ClusterUnavailable, KureError
from kure.ports import Cluster, Manifest
from tests.fakes import FakeCluster, FakeEvidenceStore

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


async def gathered(
    cluster: Cluster, *pods: PodRef, store: FakeEvidenceStore | None = None
) -> Gathered:
    request = GatherRequest(
        incident_id="i", run_id="r", number=7, workload=CART, pods=list(pods or (REF,))
    )
    return await ActivityEnvironment().run(activities(cluster, store).gather, request)


async def confirmed(
    cluster: Cluster, workload: Workload = CART, *pods: PodRef, since: datetime | None = None
) -> Recovery:
    request = ConfirmRequest(incident_id="i", workload=workload, pods=list(pods), since=since)
    return await ActivityEnvironment().run(activities(cluster).confirm_recovered, request)


async def test_a_cluster_that_is_away_is_asked_again_when_it_says_so() -> None:
    away = ClusterUnavailable("Cannot read: 429", retry_after_seconds=17)
    for cluster in (FakeCluster(world(pod=away)), FakeCluster(world(), refused={EVENTS: away})):
        with pytest.raises(ApplicationError, match="Cannot read: 429") as raised:
            await gathered(cluster)
        assert raised.value.type == "ClusterUnavailable"
        delay = raised.value.next_retry_delay
        assert delay is not None
        assert delay.total_seconds() == 17
    with pytest.raises(ApplicationError):
        await confirmed(FakeCluster({DEPLOYMENT: away}))


async def test_without_the_right_to_read_an_owner_nothing_is_confirmed() -> None:
    denied = AccessDenied("Cannot read: 403; grant this right")
    with pytest.raises(AccessDenied, match="grant this right"):
        await confirmed(FakeCluster({DEPLOYMENT: denied}))


async def test_what_may_not_be_read_is_named_and_the_rest_goes_on() -> None:
    denied = AccessDenied("Cannot read it: 403")
    cluster = FakeCluster(
        world(deployment=denied, node=denied, replica_set=denied),
        logs={("cart-1-a", "app", True): AccessDenied("Cannot read the log: 403")},
        refused={EVENTS: AccessDenied("Cannot list events: 403")},
    )
    found = (await gathered(cluster)).diagnosis
    assert [cause.rule for cause in found.causes] == ["C07"]
    assert found.unavailable == (
        "Cannot list events: 403",
        "Cannot read it: 403",
        "No log of Pod/cart-1-a/app (previous): Cannot read the log: 403",
    ) or set(found.unavailable) == {
        "Cannot list events: 403",
        "Cannot read it: 403",
        "No log of Pod/cart-1-a/app (previous): Cannot read the log: 403",
    }


async def test_a_pod_that_is_gone_or_another_one_is_said() -> None:
    other = PodRef(uid="uid-before", name="cart-1-a")
    gone = PodRef(uid="uid-gone", name="cart-1-gone")
    found = (await gathered(FakeCluster(world()), other, gone)).diagnosis
    assert found.causes == ()
    assert set(found.unavailable) == {
        "Pod/cart-1-a is gone: another pod has its name now",
        "Pod/cart-1-gone is gone: deleted",
    }


async def test_a_failing_workload_is_diagnosed_and_its_evidence_kept() -> None:
    store = FakeEvidenceStore()
    found = await gathered(FakeCluster(world(), LOGS), store=store)
    (cause,) = found.diagnosis.causes
    assert (cause.rule, cause.container, found.diagnosis.severity) == ("C07", "app", "critical")
    assert [line.field for line in cause.evidence if line.source == "log"] == ["2"]
    kept = [(item.kind, item.subject, item.container, item.stream) for item in store.kept.values()]
    assert kept == [
        ("log", "Pod/cart-1-a", "app", "previous"),
        ("events", "Pod/cart-1-a", "", ""),
        ("manifest", "Pod/cart-1-a", "", ""),
        ("owner", "Deployment/cart", "", ""),
        ("node", "Node/node-1", "", ""),
    ]
    assert len(found.evidence_ids) == 5


async def test_no_secret_of_the_pod_leaves_the_activity() -> None:
    store = FakeEvidenceStore()
    found = await gathered(FakeCluster(world(), LOGS), store=store)
    texts = [item.text for item in store.kept.values()]
    assert SECRET not in found.model_dump_json()
    assert all(SECRET not in text for text in texts)
    assert any("[redacted:" in text for text in texts)
    assert "cannot log in with [redacted:" in found.diagnosis.causes[0].title
    assert all("managedFields" not in text and "images" not in text for text in texts)
    assert all("of another pod" not in text for text in texts)


async def test_a_repeated_attempt_keeps_no_evidence_twice() -> None:
    store = FakeEvidenceStore()
    cluster = FakeCluster(world(), LOGS)
    first = await gathered(cluster, store=store)
    assert (await gathered(cluster, store=store)).evidence_ids == first.evidence_ids


async def test_a_log_that_a_lost_node_withholds_does_not_hold_up_the_diagnosis() -> None:
    lost = ClusterUnavailable("Cannot read the log: the API server answered 502")
    found = await gathered(FakeCluster(world(), {("cart-1-a", "app", True): lost}))
    assert "answered 502" in found.diagnosis.unavailable[0]
    assert found.diagnosis.causes


async def test_what_was_reported_stays_explained_while_the_pod_remembers_it() -> None:
    killed = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-23T19:00:00Z"}
    status = {
        "name": "app",
        "restartCount": 1,
        "state": {"running": {"startedAt": "2026-11-23T19:00:01Z"}},
        "lastState": {"terminated": killed},
    }
    well = healthy("cart-1-a")
    well["status"]["containerStatuses"] = [status]
    reported = ReportedFailure(failure_class=FailureClass.OOM_KILLED, container="app", since=NOW)
    ref = PodRef(uid="uid-cart-1-a", name="cart-1-a", failures=[reported])
    found = (await gathered(FakeCluster(world(pod=well)), ref)).diagnosis
    assert [cause.rule for cause in found.causes] == ["C02"]
    assert "Pod/cart-1-a does not fail any more" not in found.unavailable


async def test_a_pod_that_is_well_again_has_no_cause_and_that_is_said() -> None:
    found = (await gathered(FakeCluster(world(pod=healthy("cart-1-a"))))).diagnosis
    assert found.causes == ()
    assert "Pod/cart-1-a does not fail any more" in found.unavailable


async def test_a_pod_of_another_workload_than_reported_is_said() -> None:
    stray = replica_set(owner="uid-else")
    stray["metadata"]["ownerReferences"] = controlled("Deployment", "basket", "uid-else")
    found = (await gathered(FakeCluster(world(replica_set=stray), LOGS))).diagnosis
    assert (
        "Pod/cart-1-a belongs to Deployment basket, not to Deployment cart as reported"
        in found.unavailable
    )


async def test_a_pod_that_no_node_takes_is_compared_with_the_nodes() -> None:
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": "0/1 nodes are available: 1 node(s) had untolerated taint(s).",
        "lastTransitionTime": "2026-11-23T20:00:00Z",
    }
    unscheduled = pod(spec={"containers": [{"name": "app", "image": "cart:1"}]})
    unscheduled["status"] = {"phase": "Pending", "conditions": [condition]}
    taint = {"key": "only", "value": "gpu", "effect": "NoSchedule"}
    node = {"metadata": {"name": "node-1"}, "spec": {"taints": [taint]}}
    (cause,) = (await gathered(FakeCluster(world(pod=unscheduled, node=node)))).diagnosis.causes
    assert cause.rule == "F07"
    assert "only=gpu:NoSchedule (on node-1)" in cause.explanation


async def test_what_is_handed_back_stays_small_however_much_fails() -> None:
    pods, refs, logs = {}, [], {}
    for number in range(8):
        name = f"cart-1-{number}"
        crashing = pod(name)
        statuses = crashing["status"]["containerStatuses"]
        crashing["status"]["containerStatuses"] = [
            statuses[0] | {"name": f"c{one}"} for one in range(20)
        ]
        pods[f"{PODS}/{name}"] = crashing
        refs.append(PodRef(uid=f"uid-{name}", name=name))
        for one in range(20):
            logs[(name, f"c{one}", True)] = f"ERROR {number} {one} " + "ü" * 3000
    found = await gathered(FakeCluster(world() | pods, logs), *refs)
    (payload,) = await pydantic_data_converter.encode([found])
    assert len(payload.data) <= 64 * 1024
    assert found.diagnosis.causes


async def test_it_heartbeats_while_the_cluster_is_slow() -> None:
    beaten = asyncio.Event()

    class Slow(FakeCluster):
        async def get(self, path: str) -> Manifest:
            async with asyncio.timeout(10):
                await beaten.wait()
            return await super().get(path)

    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beaten.set()
    request = GatherRequest(incident_id="i", run_id="r", number=7, workload=CART, pods=[REF])
    found = await environment.run(activities(Slow(world(), LOGS)).gather, request)
    assert found.diagnosis.causes


async def test_a_deployment_is_confirmed_by_its_own_pods_only() -> None:
    stray = healthy("stray")
    stray["metadata"]["ownerReferences"] = controlled("ReplicaSet", "else-1", "uid-else")
    crashing = pod("else-1-a")
    crashing["metadata"]["ownerReferences"] = controlled("ReplicaSet", "else-1", "uid-else")
    objects = world(deployment=deployment(ready=1), pod=healthy("cart-1-a")) | {
        f"{PODS}/else-1-a": crashing,
        "/apis/apps/v1/namespaces/shop/replicasets/else-1": replica_set("else-1", "uid-else", "x"),
    }
    found = await confirmed(FakeCluster(objects), CART, REF)
    assert found.resolution is Resolution.RECOVERED
    assert found.text == "Deployment cart: 1 of 1 ready, generation 4 observed"


async def test_a_deployment_with_a_failing_pod_is_not_recovered() -> None:
    found = await confirmed(FakeCluster(world(deployment=deployment(ready=1))))
    assert found.resolution is None
    assert "pod cart-1-a fails: CrashLoopBackOff in app" in found.text


async def test_an_owner_that_is_gone_is_gone() -> None:
    found = await confirmed(FakeCluster({}))
    assert (found.resolution, found.text) == (Resolution.GONE, "Deployment cart is gone")


async def test_a_stateful_set_is_confirmed_by_the_pods_that_it_controls() -> None:
    owner = deployment(ready=1) | {"kind": "StatefulSet"}
    own = healthy("cart-0")
    own["metadata"]["ownerReferences"] = controlled("StatefulSet", "cart", "uid-cart")
    path = "/apis/apps/v1/namespaces/shop/statefulsets/cart"
    cluster = FakeCluster({path: owner, f"{PODS}/cart-0": own, f"{PODS}/cart-1-a": pod()})
    found = await confirmed(cluster, Workload("local", "shop", "StatefulSet", "cart"))
    assert found.resolution is Resolution.RECOVERED


async def test_a_cron_job_is_confirmed_by_its_last_success() -> None:
    path = "/apis/batch/v1/namespaces/shop/cronjobs/cart"
    cluster = FakeCluster({path: {"status": {"lastSuccessfulTime": "2026-11-23T20:10:00Z"}}})
    workload = Workload("local", "shop", "CronJob", "cart")
    assert (await confirmed(cluster, workload, since=NOW)).resolution is None
    earlier = datetime(2026, 11, 23, 20, tzinfo=UTC)
    found = await confirmed(cluster, workload, since=earlier)
    assert found.resolution is Resolution.RECOVERED


def bare(obj: Manifest, generated: str = "") -> Manifest:
    metadata = {key: value for key, value in obj["metadata"].items() if key != "ownerReferences"}
    return obj | {"metadata": metadata | ({"generateName": generated} if generated else {})}


async def test_a_bare_pod_is_confirmed_by_its_name() -> None:
    workload = Workload("local", "shop", "Pod", "cart")
    ref = PodRef(uid="u", name="cart")
    cluster = FakeCluster({f"{PODS}/cart": bare(healthy("cart"))})
    assert (await confirmed(cluster, workload, ref)).resolution is Resolution.RECOVERED
    assert (await confirmed(FakeCluster({}), workload, ref)).resolution is Resolution.GONE
    failing = FakeCluster({f"{PODS}/cart": bare(pod("cart"))})
    assert (await confirmed(failing, workload, ref)).resolution is None


async def test_pods_of_one_generate_name_are_confirmed_together() -> None:
    workload = Workload("local", "shop", "Pod", "load")
    ref = PodRef(uid="u", name="load-x")
    objects = {
        f"{PODS}/load-y": bare(healthy("load-y"), "load-"),
        f"{PODS}/other": bare(pod("other")),
    }
    found = await confirmed(FakeCluster(objects), workload, ref)
    assert found.resolution is Resolution.RECOVERED
    objects[f"{PODS}/load-z"] = bare(pod("load-z"), "load-")
    assert (await confirmed(FakeCluster(objects), workload, ref)).resolution is None


async def test_an_owner_of_an_unknown_kind_is_confirmed_by_its_pods() -> None:
    workload = Workload("local", "shop", "Rollout.example.com", "cart")
    own = healthy("cart-r")
    references = controlled("Rollout", "cart", "uid-r", "example.com/v1")
    own["metadata"]["ownerReferences"] = references
    cluster = FakeCluster({f"{PODS}/cart-r": own, f"{PODS}/cart-1-a": pod()})
    assert (await confirmed(cluster, workload)).resolution is Resolution.RECOVERED
    alone = FakeCluster({f"{PODS}/cart-1-a": pod()})
    assert (await confirmed(alone, workload)).resolution is Resolution.GONE


async def test_a_diagnosis_survives_the_way_to_the_workflow() -> None:
    found = await gathered(FakeCluster(world(), LOGS))
    (payload,) = await pydantic_data_converter.encode([found])
    assert json.loads(payload.data)["diagnosis"]["causes"][0]["rule"] == "C07"
    (back,) = await pydantic_data_converter.decode([payload], [Gathered])
    assert back == found
