"""Waiting for a Lease: without polling, and no longer than it lasts."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.standby import Standby
from kure.ports import Manifest
from tests.agent.api_server import (
    Answer,
    FakeApiServer,
    event,
    fake_api_server,
    page,
    refuse,
    settings_for,
    stream,
)

LEASES = "/apis/coordination.k8s.io/v1/namespaces/kure/leases"
SECONDS = 0.3


@pytest.fixture
async def server() -> AsyncIterator[FakeApiServer]:
    async with fake_api_server() as made:
        yield made


@pytest.fixture
async def cluster(server: FakeApiServer, tmp_path: Path) -> AsyncIterator[KubeCluster]:
    async with connect(settings_for(server.url, tmp_path)) as connected:
        yield connected


def lease(holder: str | None, version: int) -> Manifest:
    metadata = {"name": "kure-agent", "uid": "u", "resourceVersion": str(version)}
    return {"metadata": metadata, "spec": {"holderIdentity": holder}}


async def wait(cluster: KubeCluster, seconds: float = SECONDS) -> str | None:
    standby = Standby(cluster, "kure", "kure-agent", "me", seconds)
    async with asyncio.timeout(10):
        return await standby.until_free()


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        pytest.param([], None, id="there is none"),
        pytest.param([lease("", 4)], "4", id="it was given back"),
        pytest.param([lease(None, 4)], "4", id="nobody ever held it"),
        pytest.param([lease("me", 4)], "4", id="it is our own, from before a restart"),
    ],
)
async def test_it_is_free_at_once_where(
    server: FakeApiServer, cluster: KubeCluster, listed: list[Manifest], expected: str | None
) -> None:
    server.lists.append(page(listed, 5))
    assert await wait(cluster, seconds=60) == expected


async def test_one_that_is_renewed_is_waited_for_without_polling(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.append(page([lease("other", 4)], 5))
    server.watches.append(
        stream(event("MODIFIED", lease("other", 6)), event("MODIFIED", lease("other", 7)))
    )
    assert await wait(cluster) == "7"
    assert [(one.path, one.is_watch) for one in server.asked] == [(LEASES, False), (LEASES, True)]
    assert server.asked[0].query["fieldSelector"] == "metadata.name=kure-agent"


async def test_one_that_is_given_back_or_deleted_is_free_at_once(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    for last, expected in (
        (event("MODIFIED", lease("", 6)), "6"),
        (event("DELETED", lease("other", 6)), None),
    ):
        server.lists.append(page([lease("other", 4)], 5))
        server.watches.append(stream(last))
        assert await wait(cluster, seconds=60) == expected


@pytest.mark.parametrize("answer", [refuse(403, "leases is forbidden"), refuse(500, "not now")])
async def test_of_one_that_cannot_be_watched_nothing_is_known(
    server: FakeApiServer, cluster: KubeCluster, answer: Answer
) -> None:
    server.lists.extend([answer] * 10)
    assert await wait(cluster) is None
