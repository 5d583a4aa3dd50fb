"""The watch on a real API server."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

import aiohttp
import pytest

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.watch import Change, Deleted, Seen, Synced, Watch
from kure.domain import manifests
from kure.settings import Settings
from tests.cluster.kube import PATHS, Admin, pod, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 60


async def first(changes: AsyncGenerator[Change], wanted: Callable[[Change], bool]) -> Change:
    async with asyncio.timeout(PATIENCE):
        async for change in changes:
            if wanted(change):
                return change
    raise AssertionError("a watch never ends")


async def test_a_pods_life_is_told_from_its_making_to_its_end(
    cluster: KubeCluster, admin: Admin, namespace: str
) -> None:
    path = PATHS["Pod"].format(namespace)
    watch = Watch(cluster, path)
    async with aclosing(watch.changes()) as changes:
        assert await first(changes, lambda _: True) == Synced()
        await admin.create(pod(namespace, "short", pod_spec("sleep 60")))
        seen = await first(changes, lambda change: isinstance(change, Seen))
        assert isinstance(seen, Seen)
        assert (seen.object["kind"], manifests.name(seen.object)) == ("Pod", "short")
        await admin.delete(f"{path}/short")
        gone = await first(changes, lambda change: isinstance(change, Deleted))
        assert isinstance(gone, Deleted)
        assert manifests.uid(gone.object) == manifests.uid(seen.object)
    assert watch.problem is None


async def test_a_missing_right_is_a_problem_in_plain_words(
    stranger: Settings, namespace: str
) -> None:
    async with connect(stranger) as cluster:
        watch = Watch(cluster, "/api/v1/pods")
        async with aclosing(watch.changes()) as changes:
            waiting = asyncio.ensure_future(anext(changes))
            async with asyncio.timeout(PATIENCE):
                while watch.problem is None:  # a state, not an event
                    await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.wait([waiting])
    who = f'User "system:serviceaccount:{namespace}:{namespace}"'
    refused = "Cannot list /api/v1/pods: the API server answered 403 (pods is forbidden: "
    assert watch.problem.startswith(refused + who)


async def test_a_version_that_is_too_old_is_answered_with_410_in_the_stream(
    observer: KubeCluster, admin: Admin, namespace: str
) -> None:
    """What the stand-in for an API server in tests/agent does, a real one does.

    Of a kind of its own: what the server remembers of it begins when it was made, so version 1 is
    older for certain. Of pods a young server may remember everything.
    """
    group = f"{namespace}.example.org"
    named = {"plural": "things", "singular": "thing", "kind": "Thing", "listKind": "ThingList"}
    schema = {"openAPIV3Schema": {"type": "object"}}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"things.{group}"},
        "spec": {"group": group, "scope": "Cluster", "names": named, "versions": [version]},
    }
    await admin.create(definition)
    path = f"/apis/{group}/v1/things"
    await admin.when_there(path)
    query = {"watch": "true", "resourceVersion": "1", "timeoutSeconds": "5"}
    limits = aiohttp.ClientTimeout(total=30)
    async with observer.open("watch", path, query, limits) as response:
        line = await response.content.readline()
    await admin.delete(f"{PATHS['CustomResourceDefinition']}/things.{group}")
    assert b'"type":"ERROR"' in line
    assert b'"code":410' in line
