"""Reading the lists that rules want to see beside what fails, against a fake cluster."""

import asyncio
from collections.abc import AsyncIterator

from kure.domain.diagnosis.nearby import Nearby, Want
from kure.errors import AccessDenied, ClusterUnavailable, NotFound
from kure.gathering.neighbours import MOST_LISTED, MOST_LISTS, Neighbours
from kure.gathering.reads import Reads
from kure.ports import Cluster, Manifest
from tests.fakes import FakeCluster

MAPS = "/api/v1/namespaces/shop/configmaps"
DENIED = AccessDenied("Cannot list configmaps: 403")


def named(name: str, namespace: str = "shop", **more: Manifest) -> Manifest:
    return {"metadata": {"name": name, "namespace": namespace, "managedFields": [{}]}, **more}


async def read(cluster: Cluster, *wants: Want, seconds: float = 5) -> tuple[Nearby, list[str]]:
    reads = Reads(cluster)
    found = await Neighbours(reads, seconds).read(set(wants))
    return found, reads.unavailable


async def test_a_list_that_is_refused_is_named_once_and_the_rest_is_read() -> None:
    other = "/api/v1/namespaces/bank/configmaps"
    cluster = FakeCluster(
        {"/api/v1/namespaces/shop/services/cart": named("cart")},
        refused={MAPS: DENIED, other: DENIED},
    )
    services, maps = Want("Service", "shop"), Want("ConfigMap", "shop")
    found, missing = await read(cluster, services, maps, Want("ConfigMap", "bank"))
    assert found.named(services, "cart") is not None
    assert found.read(maps) is None
    assert not found.lacks(maps, "settings")
    assert missing == [
        "Objects of kind ConfigMap of namespace bank were not compared with what fails: "
        "Cannot list configmaps: 403"
    ]


async def test_a_cluster_that_answers_no_list_leaves_it_out() -> None:
    away = ClusterUnavailable("Cannot list configmaps: 503")
    found, missing = await read(FakeCluster(refused={MAPS: away}), Want("ConfigMap", "shop"))
    assert found.lists == {}
    assert "503" in missing[0]


async def test_a_list_that_takes_too_long_is_left_out() -> None:
    class Slow(FakeCluster):
        async def list(
            self, path: str, query: dict[str, str] | None = None
        ) -> AsyncIterator[Manifest]:
            await asyncio.Event().wait()
            yield {}

    found, missing = await read(Slow(), Want("ConfigMap", "shop"), seconds=0.01)
    assert found.lists == {}
    assert "took longer than 0.01 s" in missing[0]


async def test_all_rounds_together_take_no_more_lists_than_one() -> None:
    reads = Reads(FakeCluster())
    neighbours = Neighbours(reads)
    await neighbours.read({Want("ConfigMap", f"ns-{number}") for number in range(MOST_LISTS)})
    found = await neighbours.read({Want("ConfigMap", "shop")})
    assert Want("ConfigMap", "shop") not in found.lists
    assert reads.unavailable == [
        "1 more lists that may explain this were not read: too many at once"
    ]


async def test_secrets_are_not_listed_whoever_wants_them() -> None:
    secrets = {"/api/v1/namespaces/shop/secrets/db": named("db")}
    found, missing = await read(FakeCluster(secrets), Want("Secret", "shop"))
    assert found.lists == {}
    assert "kind Secret" in missing[0]


async def test_a_kind_that_the_server_does_not_know_has_no_objects() -> None:
    unknown = NotFound("Cannot list runtimeclasses: 404")
    want = Want("RuntimeClass")
    found, missing = await read(
        FakeCluster(refused={"/apis/node.k8s.io/v1/runtimeclasses": unknown}), want
    )
    assert found.lacks(want, "gvisor")
    assert missing == []


async def test_no_value_of_a_config_map_is_kept() -> None:
    settings = named("settings", data={"key": "a-value"})
    want = Want("ConfigMap", "shop")
    found, _ = await read(FakeCluster({f"{MAPS}/settings": settings}), want)
    assert found.read(want) == (
        {"metadata": {"name": "settings", "namespace": "shop"}, "data": {"key": ""}},
    )


async def test_a_namespaced_kind_is_found_across_all_namespaces_by_its_fields() -> None:
    objects = {
        "/api/v1/services/redis": named("redis", "data"),
        "/api/v1/services/cart": named("cart"),
    }
    want = Want("Service", "", "metadata.name=redis")
    found, _ = await read(FakeCluster(objects), want)
    assert [obj["metadata"]["namespace"] for obj in found.read(want) or ()] == ["data"]


async def test_of_a_long_list_only_a_part_is_read_and_nothing_is_said_to_be_absent() -> None:
    objects = {f"{MAPS}/{number}": named(f"map-{number}") for number in range(MOST_LISTED + 1)}
    want = Want("ConfigMap", "shop")
    found, _ = await read(FakeCluster(objects), want)
    assert len(found.read(want) or ()) == MOST_LISTED
    assert want in found.cut
    assert not found.lacks(want, "settings")


async def test_no_more_lists_are_read_than_a_diagnosis_may_take() -> None:
    wants = [Want("ConfigMap", f"ns-{number:03}") for number in range(MOST_LISTS + 2)]
    found, missing = await read(FakeCluster(), *wants)
    assert len(found.lists) == MOST_LISTS
    assert missing == ["2 more lists that may explain this were not read: too many at once"]
