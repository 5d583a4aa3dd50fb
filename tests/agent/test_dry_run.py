"""A dry run as the API server answers it: what is a verdict on the object, and what is none."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kure.adapters.cluster.client import REVIEWS, KubeCluster, connect
from kure.errors import AccessDenied, ClusterUnavailable, InvalidInput, KureError, NotFound
from tests.agent.api_server import (
    Answer,
    FakeApiServer,
    fake_api_server,
    refuse,
    settings_for,
    thing,
)

PODS = "/api/v1/namespaces/shop/pods"
POD = {"metadata": {"namespace": "shop", "generateName": "kure-check-"}}
GRANTED = thing({"status": {"allowed": True}})


@pytest.fixture
async def server() -> AsyncIterator[FakeApiServer]:
    async with fake_api_server() as running:
        running.objects[REVIEWS] = GRANTED
        yield running


@pytest.fixture
async def cluster(server: FakeApiServer, tmp_path: Path) -> AsyncIterator[KubeCluster]:
    async with connect(settings_for(server.url, tmp_path)) as connected:
        yield connected


async def test_without_the_right_to_create_pods_nothing_is_tried(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.objects[REVIEWS] = thing({"status": {"allowed": False}})
    with pytest.raises(AccessDenied):
        await cluster.dry_run_create(PODS, POD)
    assert [asked.path for asked in server.asked] == [REVIEWS]


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (refuse(422, "spec.containers: Required value"), InvalidInput, "^spec.containers"),
        (refuse(400, "unknown field"), InvalidInput, "^unknown field"),
        (refuse(403, 'pods "x" is forbidden: violates PodSecurity'), InvalidInput, "PodSecurity"),
        (refuse(403, 'User "u" cannot create resource "pods"'), AccessDenied, "cannot create"),
        (refuse(400, 'webhook "w" does not support dry run'), ClusterUnavailable, "dry run"),
        (refuse(403, "because it is being terminated"), ClusterUnavailable, "terminated"),
        (refuse(500, 'failed calling webhook "w"'), ClusterUnavailable, "webhook"),
        (refuse(404, 'namespaces "shop" not found'), NotFound, "not found"),
    ],
)
async def test_what_is_no_verdict_on_the_pod_is_told_apart(
    server: FakeApiServer,
    cluster: KubeCluster,
    answer: Answer,
    error: type[KureError],
    said: str,
) -> None:
    server.objects[PODS] = answer
    with pytest.raises(error, match=said):
        await cluster.dry_run_create(PODS, POD)


async def test_what_is_asked_stores_nothing(server: FakeApiServer, cluster: KubeCluster) -> None:
    server.objects[PODS] = thing(POD)
    await cluster.dry_run_create(PODS, POD)
    written = [(asked.path, asked.query) for asked in server.asked if asked.method == "POST"]
    assert written == [(REVIEWS, {}), (PODS, {"dryRun": "All"})]
