"""Gathering what was reported of a pod that is gone by then, against a fake cluster."""

from typing import Any

from kure.contracts.activities import PodRef
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.ports import Manifest
from tests.activities.cart import EVENTS, NOW, PODS, deployment, event, healthy, pod, world
from tests.activities.test_gather import gathered
from tests.fakes import FakeCluster, FakeEvidenceStore

FULL = 'Usage of EmptyDir volume "scratch" exceeds the limit "8Mi". '


def reported(found: FailureClass, reason: str = "", message: str = "", **more: Any) -> PodRef:
    failure = ReportedFailure(
        failure_class=found, since=NOW, reason=reason, message=message, **more
    )
    return PodRef(uid="uid-cart-1-gone", name="cart-1-gone", failures=[failure])


def with_template(**spec: Any) -> Manifest:
    owner = deployment()
    containers = [{"name": "app", "image": "cart:1"}]
    owner["spec"]["template"] = {"spec": {"containers": containers} | spec}
    return owner


def limited() -> Manifest:
    return with_template(volumes=[{"name": "scratch", "emptyDir": {"sizeLimit": "8Mi"}}])


async def test_a_pod_that_was_evicted_and_replaced_is_told_by_its_message() -> None:
    cluster = FakeCluster(world(pod=healthy("cart-1-a"), deployment=limited()))
    ref = reported(FailureClass.EVICTED, "Evicted", FULL)
    found = (await gathered(cluster, ref)).diagnosis
    (cause,) = found.causes
    assert (cause.rule, cause.confidence) == ("I03", "definitive")
    assert cause.patch is not None
    assert "Pod/cart-1-gone is gone: deleted" in found.unavailable


async def test_an_evicted_pod_beside_one_that_is_gone_is_told_instead() -> None:
    status = {"phase": "Failed", "reason": "Evicted", "message": FULL, "startTime": NOW.isoformat()}
    cluster = FakeCluster(world(pod=pod(status=status), deployment=limited()))
    ref = reported(FailureClass.EVICTED, "Evicted", "The node was low on resource: memory.")
    found = (await gathered(cluster, ref)).diagnosis
    assert [(cause.rule, cause.evidence[0].subject) for cause in found.causes] == [
        ("I03", "Pod/cart-1-a")
    ]


async def test_a_pod_of_an_absent_node_is_told_of_the_one_that_took_its_place() -> None:
    """The garbage collector deletes pods of nodes that are not there, again and again."""
    waiting = pod()
    waiting["spec"]["nodeName"] = "node-9"
    waiting["metadata"]["creationTimestamp"] = "2026-11-23T20:29:50Z"
    waiting["status"] = {"phase": "Pending"}
    cluster = FakeCluster(world(pod=waiting, deployment=with_template(nodeName="node-9")))
    found = (await gathered(cluster, reported(FailureClass.NOT_STARTED))).diagnosis
    (cause,) = found.causes
    assert (cause.rule, cause.confidence) == ("F20", "definitive")
    assert cause.patch is not None


async def test_of_what_is_gone_the_report_and_its_events_are_told() -> None:
    said = event("Unhealthy", "Readiness probe failed: 503", uid="uid-cart-1-gone")
    cluster = FakeCluster(
        world(pod=healthy("cart-1-a")) | {f"{EVENTS}/3": said | {"type": "Warning"}}
    )
    store = FakeEvidenceStore()
    ref = reported(FailureClass.NOT_READY, "NotReady", "it is not ready", container="app")
    found = (await gathered(cluster, ref, store=store)).diagnosis
    (cause,) = found.causes
    assert (cause.confidence, cause.container) == ("symptom", "app")
    assert "it is not ready" in cause.explanation
    assert [line.source for line in cause.evidence] == ["pod", "event"]
    assert "Pod/cart-1-gone is gone: deleted" in found.unavailable
    kept = {item.kind for item in store.kept.values()}
    assert kept == {"events", "owner"}


async def test_what_still_fails_is_told_and_not_what_is_gone() -> None:
    gone = reported(FailureClass.EVICTED, "Evicted", FULL)
    ref = PodRef(uid="uid-cart-1-a", name="cart-1-a")
    found = (await gathered(FakeCluster(world()), ref, gone)).diagnosis
    assert [cause.rule for cause in found.causes] == ["C07"]
    assert f"{PODS}/cart-1-gone" not in str(found.causes)


async def test_a_pod_that_is_well_again_is_told_as_it_was_reported() -> None:
    ref = reported(FailureClass.CRASH_LOOP, "CrashLoopBackOff", container="app").model_copy(
        update={"uid": "uid-cart-1-a", "name": "cart-1-a"}
    )
    cluster = FakeCluster(world(pod=healthy("cart-1-a"), deployment=deployment(ready=1)))
    found = (await gathered(cluster, ref)).diagnosis
    assert [cause.confidence for cause in found.causes] == ["symptom"]
    assert found.severity == "low"
    assert "Pod/cart-1-a does not fail any more" in found.unavailable
