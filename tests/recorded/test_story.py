"""What happens in a recorded cluster as time passes, as a watch tells it; and after a kill."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

from kure.adapters.cluster.client import READ, KubeCluster, connect
from kure.adapters.cluster.watch import Deleted, Seen, Synced, Watch, whole_lines
from kure.domain import manifests
from kure.recording.kinds import NODES, PODS
from tests.recorded.stage import (
    RUN,
    cluster_of,
    gone,
    log,
    obj,
    playing,
    pod,
    seen,
    write,
)

PATIENCE = 30
WEB, DB = pod("web"), pod("db")
MARKED = pod("web", metadata={"labels": {"app": "web"}})


@asynccontextmanager
async def played(
    recording: Path, folder: Path, *, loop: bool = False
) -> AsyncIterator[KubeCluster]:
    async with playing(recording, folder, loop=loop) as (settings, _), connect(settings) as cluster:
        yield cluster


async def told(
    cluster: KubeCluster, count: int, query: dict[str, str] | None = None, *, until: str = ""
) -> list[str]:
    """The first changes that a watch of pods tells: so many, or up to one."""
    found: list[str] = []
    watch = Watch(cluster, PODS.path, query)
    async with asyncio.timeout(PATIENCE), aclosing(watch.changes()) as changes:
        async for change in changes:
            match change:
                case Seen(pod):
                    found.append(f"seen {manifests.name(pod)}")
                case Deleted(pod):
                    found.append(f"gone {manifests.name(pod)}")
                case Synced():
                    found.append("synced")
            if len(found) == count or found[-1] == until:
                break
    return found


async def lines(cluster: KubeCluster, query: dict[str, str]) -> list[dict[str, Any]]:
    """A watch from a version of one's own, until it ends."""
    query = {"watch": "true", "timeoutSeconds": "2"} | query
    async with cluster.open("watch", PODS.path, query, READ) as answer:
        return [json.loads(line) async for line in whole_lines(answer.content.iter_any())]


async def test_what_was_recorded_happens_again_in_its_order(tmp_path: Path) -> None:
    story = (seen(0, WEB), seen(3, DB), gone(3.5, WEB))
    recording = write(tmp_path / "r", *cluster_of("shop"), *story)
    async with played(recording, tmp_path / "s") as cluster:
        assert await told(cluster, 4) == ["seen web", "synced", "seen db", "gone web"]


async def test_an_object_enters_and_leaves_a_selection(tmp_path: Path) -> None:
    recording = write(tmp_path / "r", seen(0, WEB), seen(3, MARKED), seen(3.5, WEB))
    async with played(recording, tmp_path / "s") as cluster:
        expected = ["synced", "seen web", "gone web"]
        assert await told(cluster, 3, {"labelSelector": "app=web"}) == expected


async def test_a_watch_without_a_version_begins_with_what_is_there(tmp_path: Path) -> None:
    recording = write(tmp_path / "r", seen(0, WEB))
    async with played(recording, tmp_path / "s") as cluster:
        assert [line["type"] for line in await lines(cluster, {})] == ["ADDED"]


async def test_a_watch_ends_in_time_with_a_bookmark(tmp_path: Path) -> None:
    async with played(write(tmp_path / "r", seen(0, WEB)), tmp_path / "s") as cluster:
        told = await lines(cluster, {"allowWatchBookmarks": "true"})
    assert [line["type"] for line in told] == ["ADDED", "BOOKMARK"]
    added, bookmark = (manifests.resource_version(line["object"]) for line in told)
    assert int(bookmark) >= int(added)


async def test_a_version_from_before_the_start_is_expired(tmp_path: Path) -> None:
    async with played(write(tmp_path / "r", seen(0, WEB)), tmp_path / "s") as cluster:
        (line,) = await lines(cluster, {"resourceVersion": "7"})
        assert (line["type"], line["object"]["code"]) == ("ERROR", 410)


async def test_a_log_is_followed_until_its_container_ends(tmp_path: Path) -> None:
    ended = pod("web")
    ended["status"]["containerStatuses"][0]["state"] = {"terminated": {"containerID": RUN}}
    story = (seen(0, WEB), seen(4, ended), log(RUN, (0, "first"), (3, "later")))
    async with played(write(tmp_path / "r", *story), tmp_path / "s") as cluster:
        path = "/api/v1/namespaces/shop/pods/web/log"
        async with cluster.open("follow", path, {"follow": "true"}, READ) as answer:
            assert await answer.text() == "first\nlater\n"


async def test_after_a_kill_it_is_where_it_would_be(tmp_path: Path) -> None:
    """The story has gone on meanwhile, and what was created is still there."""
    story = (*cluster_of("shop"), seen(0, WEB), seen(3, DB))
    recording = write(tmp_path / "r", *story)
    mirror = obj("Pod", "mine", "shop", spec={"containers": [{"name": "a", "image": "web:1"}]})
    async with playing(recording, tmp_path / "s") as (settings, program):
        async with connect(settings) as cluster:
            created = await cluster.create("/api/v1/namespaces/shop/pods", mirror)
            before = await cluster.get("/api/v1/namespaces/shop/pods/web")
        await program.kill()
    async with played(recording, tmp_path / "s") as cluster:
        path = "/api/v1/namespaces/shop/pods"
        after = await cluster.get(f"{path}/web")
        assert manifests.created_at(after) == manifests.created_at(before)
        assert manifests.uid(await cluster.get(f"{path}/mine")) == manifests.uid(created)
        assert "seen db" in await told(cluster, 20, until="seen db")


async def test_another_recording_begins_anew(tmp_path: Path) -> None:
    async with played(write(tmp_path / "first", seen(0, WEB)), tmp_path / "s"):
        pass
    async with played(write(tmp_path / "second", seen(0, DB)), tmp_path / "s") as cluster:
        assert await told(cluster, 2) == ["seen db", "synced"]


async def test_each_round_is_a_new_shop_on_the_same_nodes(tmp_path: Path) -> None:
    """A round of a second, and its pause of thirty."""
    recording = write(tmp_path / "r", *cluster_of("shop"), seen(0, WEB), seconds=-27)
    async with played(recording, tmp_path / "s", loop=True) as cluster:
        node = await cluster.get(f"{NODES.path}/node-1")
        first = await cluster.get("/api/v1/namespaces/shop/pods/web")
        assert await told(cluster, 4) == ["seen web", "synced", "gone web", "seen web"]
        again = await cluster.get("/api/v1/namespaces/shop/pods/web")
        assert manifests.uid(again) != manifests.uid(first)
        assert manifests.created_at(again) != manifests.created_at(first)
        assert manifests.uid(await cluster.get(f"{NODES.path}/node-1")) == manifests.uid(node)
