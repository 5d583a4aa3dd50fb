"""Gathering what explains a failure, against a fake cluster."""

import asyncio
import json

import pytest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from kure.contracts.activities import Gathered, GatherRequest, PodRef
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.errors import AccessDenied, ClusterUnavailable
from kure.ports import Cluster, Manifest
from tests.activities.cart import (
    CART,
    EVENTS,
    LOGS,
    NOW,
    PODS,
    REF,
    SECRET,
    activities,
    controlled,
    healthy,
    pod,
    replica_set,
    world,
)
from tests.fakes import FakeCluster, FakeEvidenceStore


async def gathered(
    cluster: Cluster, *pods: PodRef, store: FakeEvidenceStore | None = None
) -> Gathered:
    request = GatherRequest(
        incident_id="i", run_id="r", number=7, workload=CART, pods=list(pods or (REF,))
    )
    return await ActivityEnvironment().run(activities(cluster, store).gather, request)


async def test_a_cluster_that_is_away_is_asked_again_when_it_says_so() -> None:
    away = ClusterUnavailable("Cannot read: 429", retry_after_seconds=17)
    for cluster in (FakeCluster(world(pod=away)), FakeCluster(world(), refused={EVENTS: away})):
        with pytest.raises(ApplicationError, match="Cannot read: 429") as raised:
            await gathered(cluster)
        assert raised.value.type == "ClusterUnavailable"
        delay = raised.value.next_retry_delay
        assert delay is not None
        assert delay.total_seconds() == 17


async def test_what_may_not_be_read_is_named_and_the_rest_goes_on() -> None:
    denied = AccessDenied("Cannot read it: 403")
    cluster = FakeCluster(
        world(deployment=denied, node=denied, replica_set=denied),
        logs={("cart-1-a", "app", True): AccessDenied("Cannot read the log: 403")},
        refused={EVENTS: AccessDenied("Cannot list events: 403")},
    )
    found = (await gathered(cluster)).diagnosis
    assert [cause.rule for cause in found.causes] == ["C07"]
    assert set(found.unavailable) == {
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


async def test_a_diagnosis_survives_the_way_to_the_workflow() -> None:
    found = await gathered(FakeCluster(world(), LOGS))
    (payload,) = await pydantic_data_converter.encode([found])
    assert json.loads(payload.data)["diagnosis"]["causes"][0]["rule"] == "C07"
    (back,) = await pydantic_data_converter.decode([payload], [Gathered])
    assert back == found
