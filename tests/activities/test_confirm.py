"""Confirming that a workload is well again, against a fake cluster."""

from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from kure.contracts.activities import ConfirmRequest, PodRef, Recovery
from kure.domain.incidents import Resolution
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, ClusterUnavailable
from kure.ports import Cluster, Manifest
from tests.activities.cart import (
    CART,
    DEPLOYMENT,
    NOW,
    PODS,
    REF,
    activities,
    controlled,
    deployment,
    healthy,
    pod,
    replica_set,
    world,
)
from tests.fakes import FakeCluster


async def confirmed(
    cluster: Cluster, workload: Workload = CART, *pods: PodRef, since: datetime | None = None
) -> Recovery:
    request = ConfirmRequest(incident_id="i", workload=workload, pods=list(pods), since=since)
    return await ActivityEnvironment().run(activities(cluster).confirm_recovered, request)


async def test_a_cluster_that_is_away_is_asked_again() -> None:
    away = ClusterUnavailable("Cannot read: 503", retry_after_seconds=9)
    with pytest.raises(ApplicationError, match="Cannot read: 503") as raised:
        await confirmed(FakeCluster({DEPLOYMENT: away}))
    delay = raised.value.next_retry_delay
    assert delay is not None
    assert delay.total_seconds() == 9


async def test_without_the_right_to_read_an_owner_nothing_is_confirmed() -> None:
    denied = AccessDenied("Cannot read: 403; grant this right")
    with pytest.raises(AccessDenied, match="grant this right"):
        await confirmed(FakeCluster({DEPLOYMENT: denied}))


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
