"""What is captured of a failing subject, how much of it, and what is said to be missing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from agent import capture as captures
from agent.capture import MOST_LOG_BYTES, MOST_REPORT_BYTES, Capture
from agent.report import encode
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.redact import Redactor
from kure.errors import AccessDenied, KureError, NotFound
from kure.ports import LogText, Manifest
from tests.agent.recording_api import KEY
from tests.fakes import FakeCluster

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
ENDED = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": "2026-01-01T00:00:00Z"}}
CRASHING: dict[str, Any] = {
    "state": {"waiting": {"reason": "CrashLoopBackOff"}},
    "lastState": ENDED,
}
PODS = "/api/v1/namespaces/shop/pods"
EVENTS = "/api/v1/namespaces/shop/events"
APPS = "/apis/apps/v1/namespaces/shop"
USAGE = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web-0"


def failure(container: str = "app") -> Failure:
    return Failure(FailureClass.CRASH_LOOP, container, SINCE, "Error", "", "")


def controlled(kind: str, name: str) -> list[Manifest]:
    named = {"kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}
    return [named | {"apiVersion": "apps/v1"}]


def pod_with(name: str = "web-0", owner: str = "web-1", **states: Any) -> Manifest:
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "labels": {"app": "web"}}
    return {
        "kind": "Pod",
        "metadata": metadata | {"ownerReferences": controlled("ReplicaSet", owner)},
        "spec": {"nodeName": "node-1"},
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {"name": "beside", "state": RUNNING},
                {"name": "app", "restartCount": 4, **states},
            ],
        },
    }


def made(kind: str, name: str, owner: list[Manifest] | None = None, **more: Any) -> Manifest:
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}", "managedFields": [{}]}
    owners = {"ownerReferences": owner} if owner else {}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata | owners, **more}


SELECTOR: dict[str, Any] = {"spec": {"selector": {"matchLabels": {"app": "web"}}}}
WORLD: dict[str, Manifest | KureError] = {
    f"{APPS}/replicasets/web-1": made("ReplicaSet", "web-1", controlled("Deployment", "web")),
    f"{APPS}/deployments/web": made("Deployment", "web", **SELECTOR),
    "/api/v1/nodes/node-1": {"kind": "Node", "status": {"images": [{}], "capacity": {"cpu": "2"}}},
    USAGE: {"kind": "PodMetrics", "containers": [{"name": "app", "usage": {"cpu": "3m"}}]},
}


@dataclass
class Counting(FakeCluster):
    """Remembers what was asked for; every log is `text` where there is one."""

    text: str = ""
    asked: list[str] = field(default_factory=list)

    async def get(self, path: str) -> Manifest:
        self.asked.append(path)
        return await super().get(path)

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        self.asked.append(f"{pod}/{container}/{'previous' if previous else 'current'}")
        return LogText(self.text, truncated=False)


async def test_all_that_is_soon_lost_is_captured_what_fails_first() -> None:
    cluster = Counting(WORLD, text="last words\n")
    found = await Capture(cluster, Redactor(KEY)).of(pod_with(**CRASHING), [failure()])
    assert [(log.container, log.stream) for log in found.logs] == [
        ("app", "previous"),
        ("beside", "current"),
    ]
    assert [owner["kind"] for owner in found.owners] == ["ReplicaSet", "Deployment"]
    assert "managedFields" not in str(found.owners)
    assert found.node == {"kind": "Node", "status": {"capacity": {"cpu": "2"}}}
    assert found.usage == WORLD[USAGE]
    assert found.unavailable == []


async def test_what_may_not_be_read_is_named_and_the_rest_goes_on() -> None:
    denied = AccessDenied("Cannot read it: 403")
    world = WORLD | {f"{APPS}/deployments/web": denied, "/api/v1/nodes/node-1": denied}
    cluster = FakeCluster(world, refused={EVENTS: AccessDenied("Cannot list events: 403")})
    found = await Capture(cluster, Redactor(KEY)).of(pod_with(**CRASHING), [failure()])
    assert [owner["kind"] for owner in found.owners] == ["ReplicaSet"]
    assert set(found.unavailable) >= {"Cannot list events: 403", "Cannot read it: 403"}


async def test_of_many_events_the_newest_fifty_are_kept() -> None:
    events = {
        f"{EVENTS}/{number}": {
            "involvedObject": {"uid": "uid-web-0"},
            "reason": f"R{number}",
            "lastTimestamp": f"2026-01-01T00:{number % 60:02}:00Z",
        }
        for number in range(60)
    }
    found = await Capture(FakeCluster(WORLD | events), Redactor(KEY)).of(pod_with(), [failure()])
    assert [event["reason"] for event in found.events] == [f"R{n}" for n in range(59, 9, -1)]


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        pytest.param(NotFound("Cannot read: 404"), 1, id="nobody measures"),
        pytest.param(AccessDenied("Cannot read: 403"), 1, id="refused"),
        pytest.param(NotFound('Cannot read: podmetrics "web-0" not found'), 2, id="not yet"),
    ],
)
async def test_usage_that_nobody_tells_is_not_asked_for_again_and_not_missed(
    answer: KureError, times: int
) -> None:
    cluster = Counting(WORLD | {USAGE: answer})
    capture = Capture(cluster, Redactor(KEY))
    for _ in range(2):
        found = await capture.of(pod_with(state=RUNNING), [failure()])
        assert (found.usage, found.unavailable) == (None, [])
    assert cluster.asked.count(USAGE) == times


@pytest.mark.parametrize("line", ["x y\n", "\x1b[31mred\x1b[0m\n"], ids=["plain", "coloured"])
async def test_the_logs_of_many_containers_fit_into_one_report(line: str) -> None:
    pod = pod_with(state=RUNNING, lastState=ENDED)
    pod["status"]["containerStatuses"] = [
        {"name": f"c{number}", "state": RUNNING, "lastState": ENDED} for number in range(10)
    ]
    cluster = Counting(WORLD, text=line * (256 * 1024 // len(line)))
    found = await Capture(cluster, Redactor(KEY)).of(pod, [failure("c3")])
    assert len(found.logs) == 20
    assert sum(len(log.text.encode()) for log in found.logs) <= MOST_LOG_BYTES
    assert len(encode(found)) <= MOST_REPORT_BYTES
    assert found.logs[0].truncated


async def test_the_start_of_a_crash_is_kept_however_little_room_there_is() -> None:
    pod = pod_with(**CRASHING)
    pod["status"]["containerStatuses"] *= 10
    text = "panic: no colour\n" + "".join(f"frame {n} {'x' * 200}\n" for n in range(990))
    found = await Capture(Counting(WORLD, text=text), Redactor(KEY)).of(pod, [failure()])
    assert all(log.text.startswith("panic: no colour\n") for log in found.logs)
    assert any("lines were left out here)" in log.text for log in found.logs)


async def test_an_owner_that_is_too_large_is_left_out_and_that_is_said() -> None:
    large = made("Deployment", "web", note="x" * 300_000)
    cluster = FakeCluster(WORLD | {f"{APPS}/deployments/web": large})
    found = await Capture(cluster, Redactor(KEY)).of(pod_with(), [failure()])
    assert "Deployment/web is larger than 192 KiB: left out" in found.unavailable


async def test_of_a_workload_the_logs_of_its_two_newest_failing_pods_are_captured() -> None:
    pods = {}
    for number in range(4):
        pod = pod_with(f"web-{number}", **CRASHING)
        pod["metadata"]["creationTimestamp"] = f"2026-01-01T00:0{number}:00Z"
        pods[f"{PODS}/web-{number}"] = pod
    pods[f"{PODS}/other"] = pod_with("other", owner="shop-1", **CRASHING)
    cluster = Counting(WORLD | pods, text="last words\n")
    deployment = made("Deployment", "web", **SELECTOR)
    found = await Capture(cluster, Redactor(KEY)).of_object("Deployment", deployment, [failure("")])
    assert found.kind == "Deployment"
    assert {(log.container, log.stream): log.text for log in found.logs} == {
        (container, stream): "(Pod/web-3)\nlast words\n(Pod/web-2)\nlast words\n"
        for container, stream in (("app", "previous"), ("beside", "current"))
    }


async def test_the_kubelets_events_of_a_node_are_found_by_its_name() -> None:
    @dataclass
    class Listing(FakeCluster):
        asked: list[tuple[str, dict[str, str] | None]] = field(default_factory=list)

        async def list(
            self, path: str, query: dict[str, str] | None = None
        ) -> AsyncIterator[Manifest]:
            self.asked.append((path, query))
            yield {"reason": "NodeHasDiskPressure", "message": ""}

    cluster = Listing()
    node = {"kind": "Node", "metadata": {"name": "node-1", "uid": "uid-node"}}
    found = await Capture(cluster, Redactor(KEY)).of_object("Node", node, [failure("")])
    assert [event["reason"] for event in found.events] == ["NodeHasDiskPressure"]
    selector = {"fieldSelector": "involvedObject.kind=Node,involvedObject.name=node-1"}
    assert cluster.asked == [("/api/v1/namespaces/default/events", selector)]
    assert (found.namespace, found.logs) == ("", [])


async def test_no_more_than_a_few_subjects_are_read_at_once() -> None:
    running, most = 0, 0

    class Slow(FakeCluster):
        async def get(self, path: str) -> Manifest:
            nonlocal running, most
            running, most = running + 1, max(most, running + 1)
            for _ in range(3):
                await asyncio.sleep(0)
            running -= 1
            return await super().get(path)

    capture = Capture(Slow(WORLD), Redactor(KEY))
    await asyncio.gather(*(capture.of(pod_with(), [failure()]) for _ in range(30)))
    assert most <= captures.AT_ONCE
