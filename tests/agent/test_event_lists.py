"""The events of single objects: asked for one by one, and in a storm all with one list."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from kure.adapters.cluster.events import TOGETHER, EventLists
from kure.errors import AccessDenied
from kure.ports import Manifest
from tests.fakes import FakeCluster


@dataclass
class Asked(FakeCluster):
    """Remembers which lists were asked for. While `gate` is shut they are not answered."""

    queries: list[dict[str, str] | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        self.queries.append(query)
        await self.gate.wait()
        async for found in super().list(path, query):
            yield found


def obj(name: str, kind: str = "Pod", namespace: str = "shop") -> Manifest:
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}"}}


def told(of: Manifest, number: int) -> tuple[str, Manifest]:
    """An event and its path."""
    metadata = of["metadata"]
    about = {"kind": of["kind"], "name": metadata["name"], "uid": metadata["uid"]}
    if of["kind"] == "Node":
        about["uid"] = metadata["name"]  # as kubelets write it
    path = f"/api/v1/namespaces/{metadata['namespace'] or 'default'}/events/e{number}"
    return path, {"involvedObject": about, "reason": f"{metadata['name']}-{number}"}


def reasons(events: list[Manifest]) -> list[str]:
    return [str(event["reason"]) for event in events]


async def until_asked(cluster: Asked, times: int) -> None:
    async with asyncio.timeout(5):
        while len(cluster.queries) < times:
            await asyncio.sleep(0)


async def test_what_may_not_be_read_is_raised_for_each_who_asked() -> None:
    cluster = Asked(refused={"/api/v1/namespaces/shop/events": AccessDenied("no")})
    cluster.gate.set()
    lists = EventLists(cluster)
    found = await asyncio.gather(
        *(lists.of(obj(f"p{number}")) for number in range(TOGETHER + 2)), return_exceptions=True
    )
    assert [type(one) for one in found] == [AccessDenied] * (TOGETHER + 2)


async def test_one_is_asked_for_by_its_uid() -> None:
    pods = [obj("a"), obj("b")]
    cluster = Asked(objects=dict([told(pods[0], 1), told(pods[1], 2)]))
    cluster.gate.set()
    assert reasons(await EventLists(cluster).of(pods[0])) == ["a-1"]
    assert cluster.queries == [{"fieldSelector": "involvedObject.uid=uid-a"}]


@pytest.mark.parametrize("others", [0, TOGETHER])
async def test_a_nodes_are_known_by_its_name(others: int) -> None:
    node = obj("node-1", "Node", "")
    cluster = Asked(objects=dict([told(node, 1), told(obj("node-1", "Pod", ""), 2)]))
    cluster.gate.set()
    lists = EventLists(cluster)
    found, *_ = await asyncio.gather(
        lists.of(node), *(lists.of(obj(f"n{number}", "Node", "")) for number in range(others))
    )
    assert reasons(found) == ["node-1-1"]


async def test_in_a_storm_each_gets_its_own_from_one_list() -> None:
    pods = [obj(f"p{number}") for number in range(100)]
    cluster = Asked(objects=dict(told(pod, number) for number, pod in enumerate(pods)))
    lists = EventLists(cluster)
    asking = [asyncio.create_task(lists.of(pod)) for pod in pods[:1]]
    await until_asked(cluster, 1)
    asking += [asyncio.create_task(lists.of(pod)) for pod in pods[1:]]
    elsewhere = asyncio.create_task(lists.of(obj("other", namespace="till")))
    await until_asked(cluster, 2)  # the other namespace is not kept waiting
    cluster.gate.set()
    found = await asyncio.gather(*asking)
    assert [reasons(one) for one in found] == [[f"p{n}-{n}"] for n in range(100)]
    assert await elsewhere == []
    assert cluster.queries.count(None) == 1
    assert len(cluster.queries) == 3


async def test_whoever_gives_up_keeps_nobody_waiting() -> None:
    pods = [obj(f"p{number}") for number in range(TOGETHER + 1)]
    cluster = Asked(objects=dict(told(pod, number) for number, pod in enumerate(pods)))
    lists = EventLists(cluster)
    asking = [asyncio.create_task(lists.of(pod)) for pod in pods]
    await until_asked(cluster, 1)
    asking[0].cancel()
    cluster.gate.set()
    found = await asyncio.gather(*asking[1:])
    assert [reasons(one) for one in found] == [[f"p{n}-{n}"] for n in range(1, TOGETHER + 1)]
