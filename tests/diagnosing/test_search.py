"""Finding what fails in a cluster, against a fake one."""

from collections.abc import Mapping

import pytest

from kure.diagnosing.search import SAMPLE, Failing, Search
from kure.diagnosing.subject import subject
from kure.domain.failures.model import Graces
from kure.errors import AccessDenied, KureError, NotFound
from kure.gathering.reads import Reads
from kure.ports import Manifest
from tests.activities import objects
from tests.activities.cart import EVENTS, NOW, PODS, healthy, pod, world
from tests.fakes import FakeCluster

DENIED = AccessDenied("Cannot list it: 403")


def search(
    found: Mapping[str, Manifest | KureError], refused: Mapping[str, KureError] | None = None
) -> Search:
    return Search(Reads(FakeCluster(found, refused=refused or {})), Graces(), NOW)


def names(failing: list[Failing]) -> dict[str, list[str]]:
    return {one.workload.name: [ref.name for ref in one.refs] for one in failing}


async def test_without_the_right_to_list_pods_it_does_not_look() -> None:
    with pytest.raises(AccessDenied):
        await search(world(), {PODS: DENIED}).everywhere("shop")


async def test_other_lists_that_are_refused_are_said_once_and_the_rest_is_judged() -> None:
    looking = search(world(), {objects.SERVICES: DENIED, objects.SLICES: DENIED})
    assert names(await looking.everywhere("shop")) == {"cart": ["cart-1-a"]}
    assert looking.reads.unavailable == ["Cannot list it: 403"] * 2


async def test_a_kind_that_the_cluster_does_not_know_is_no_failure() -> None:
    gone = NotFound("Cannot list it: 404")
    looking = search(world(), {objects.SLICES: gone})
    assert names(await looking.everywhere("shop")) == {"cart": ["cart-1-a"]}
    assert looking.reads.unavailable == []


async def test_an_owner_that_may_not_be_read_is_told_from_the_pod() -> None:
    looking = search(world(replica_set=AccessDenied("Cannot read it: 403")))
    (failing,) = await looking.everywhere("shop")
    assert (failing.workload.kind, failing.workload.name) == ("ReplicaSet", "cart-1")
    assert looking.reads.unavailable == ["Cannot read it: 403"]


async def test_of_many_pods_that_fail_alike_a_few_are_looked_into() -> None:
    pods = {f"{PODS}/cart-1-{number}": pod(f"cart-1-{number}") for number in range(9)}
    (failing,) = await search(world() | pods).everywhere("shop")
    assert (failing.failing, len(failing.refs)) == (10, SAMPLE)


async def test_pods_that_are_well_are_no_finding() -> None:
    looking = search(world(pod=healthy("cart-1-a")))
    assert await looking.everywhere("shop") == []
    assert looking.looked_at["Pod"] == 1


async def test_other_objects_are_found_with_their_neighbours() -> None:
    found = {objects.SERVICE: objects.service(), objects.INGRESS: objects.ingress()}
    found |= {f"{objects.SLICES}/cart-x": objects.endpoint_slice(ready=False)}
    looking = search(found)
    assert names(await looking.everywhere("shop")) == {"cart": ["cart"]}
    (failing,) = await looking.everywhere("shop")
    assert failing.workload.kind == "Service"


async def test_a_namespace_has_no_nodes() -> None:
    node = {objects.NODE: objects.node()}
    assert await search(node).everywhere("shop") == []


async def test_a_node_is_found_everywhere() -> None:
    found = {objects.NODE: objects.node()}
    assert names(await search(found).everywhere()) == {"node-1": ["node-1"]}


async def test_a_workload_is_asked_about_with_its_pods() -> None:
    deployment = subject("shop/deploy/cart", None)
    looking = search(world())
    assert names(await looking.behind(deployment)) == {"cart": ["cart-1-a"]}


async def test_a_pod_whose_events_may_not_be_read_is_judged_by_itself() -> None:
    looking = search(world(), {EVENTS: DENIED})
    assert names(await looking.behind(subject("cart-1-a", "shop"))) == {"cart": ["cart-1-a"]}


async def test_an_object_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        await search({}).behind(subject("shop/none", None))
