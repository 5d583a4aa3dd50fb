"""Agents of single nodes on a real cluster: one of them leads, another takes over."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from kure.domain import manifests
from kure.settings import Settings
from tests.agent.recording_api import TOKEN, RecordingApi, Told, recording_api
from tests.cluster.accounts import allow_election
from tests.cluster.kube import PATHS, Admin, deployment, job, pod, pod_spec

pytestmark = pytest.mark.cluster

PATIENCE = 40
NODES = "/api/v1/nodes"
TAKEOVER_SECONDS = 20
RELEASE_SECONDS = 2


class NodeAgent:
    """An agent of scope `node` in a process of its own."""

    def __init__(self, node: str, reader: Settings, api: RecordingApi, namespace: str) -> None:
        self.node = node
        self._folder = reader.data_dir / node
        self._settings = {
            "KURE_AGENT_SCOPE": "node",
            "KURE_NODE_NAME": node,
            "KURE_POD_NAME": f"agent-{node}",
            "KURE_POD_NAMESPACE": namespace,
            "KURE_KUBECONFIG": str(reader.kubeconfig),
            "KURE_DATA_DIR": str(self._folder),
            "KURE_API_URL": api.url,
            "KURE_SERVICE_TOKEN": TOKEN,
        }

    async def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        environment = {"PATH": os.environ["PATH"]} | self._settings
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent.main", env=environment, cwd=Path(__file__).parents[2]
        )

    async def end(self, how: signal.Signals) -> None:
        if self._process.returncode is None:
            self._process.send_signal(how)
        await asyncio.wait_for(self._process.wait(), PATIENCE)


@asynccontextmanager
async def running(*agents: NodeAgent) -> AsyncIterator[None]:
    """Each started once the one before it has said that it lives."""
    try:
        for one in agents:
            await one.start()
        yield
    finally:
        for one in agents:
            await one.end(signal.SIGKILL)


def beat(node: str, *, leads: bool) -> "BeatIs":
    return BeatIs(node, leads)


class BeatIs:
    """A heartbeat of this node's agent, leading or not."""

    def __init__(self, node: str, leads: bool) -> None:
        self._node, self._leads = node, leads

    def __call__(self, told: Told) -> bool:
        body = told.body
        is_beat = told.what == "heartbeat" and body.get("node") == self._node
        return is_beat and body.get("leads", False) is self._leads


def failed(namespace: str, name: str) -> "FailedIs":
    return FailedIs(namespace, name)


class FailedIs:
    """A report that this subject fails."""

    def __init__(self, namespace: str, name: str) -> None:
        self._namespace, self._name = namespace, name

    def __call__(self, told: Told) -> bool:
        body = told.body
        is_it = body.get("namespace") == self._namespace and body.get("name") == self._name
        return told.what == "failed" and is_it


def keys(told: list[Told]) -> Counter[tuple[str, ...]]:
    """What makes a report unique to the API, and how often it came."""
    return Counter(
        (one.body.get("kind", "Pod"), one.body["uid"], each.get("container", ""), *rest(each))
        for one in told
        for each in one.body["failures"]
    )


def rest(failure: dict[str, str]) -> tuple[str, str]:
    return failure["failure_class"], failure["since"]


@pytest.fixture
async def api() -> AsyncIterator[RecordingApi]:
    async with recording_api() as made:
        made.graces = {"pending": 1, "create": 1, "claim": 1, "endpoints": 1, "ingress": 1}
        yield made


async def holder(admin: Admin, namespace: str) -> str:
    lease = await admin.read(PATHS["Lease"].format(namespace) + "/kure-agent")
    return manifests.text(manifests.spec(lease).get("holderIdentity"))


async def test_another_takes_over_when_the_leader_is_killed_and_nothing_is_lost_or_doubled(
    reader: Settings, admin: Admin, api: RecordingApi, namespace: str
) -> None:
    await allow_election(admin, namespace)
    first = NodeAgent("node-1", reader, api, namespace)
    second = NodeAgent("no-such-node", reader, api, namespace)
    homeless = pod_spec("sleep 600", nodeSelector={"disk": "none-such"})
    async with running(first):
        await api.wait_for(beat("node-1", leads=True), PATIENCE)
        async with running(second):
            await api.wait_for(beat("no-such-node", leads=False), PATIENCE)
            await admin.create(pod(namespace, "before", homeless))
            (before,) = await api.wait_for(failed(namespace, "before"), PATIENCE)
            api.open_rest = [api.open_of(before.body)]
            await first.end(signal.SIGKILL)
            await admin.create(pod(namespace, "during", homeless))
            fails = pod_spec("exit 1", restartPolicy="Never")
            await admin.create(job(namespace, "broken", fails))
            began = asyncio.get_running_loop().time()
            await api.wait_for(failed(namespace, "broken"), TAKEOVER_SECONDS + 5)
            took = asyncio.get_running_loop().time() - began
            await api.wait_for(failed(namespace, "during"), PATIENCE)
            await admin.create(pod(namespace, "after", homeless))
            await api.wait_for(failed(namespace, "after"), PATIENCE)
    told = [one for one in api.of(namespace=namespace) if one.what == "failed"]
    assert {one.body["name"] for one in told} == {"before", "during", "broken", "after"}
    assert set(keys(told).values()) == {1}
    assert took < TAKEOVER_SECONDS


async def test_the_lease_is_given_back_when_the_leader_stops(
    reader: Settings, admin: Admin, api: RecordingApi, namespace: str
) -> None:
    await allow_election(admin, namespace)
    leader = NodeAgent("node-1", reader, api, namespace)
    async with running(leader):
        await api.wait_for(beat("node-1", leads=True), PATIENCE)
        assert await holder(admin, namespace) == "agent-node-1"
        ending = asyncio.create_task(leader.end(signal.SIGTERM))
        async with asyncio.timeout(RELEASE_SECONDS):
            while await holder(admin, namespace):  # a state, not an event
                await asyncio.sleep(0.05)
        await ending


async def test_a_pod_that_is_scheduled_at_last_is_not_gone(
    reader: Settings, admin: Admin, api: RecordingApi, namespace: str
) -> None:
    await allow_election(admin, namespace)
    async with running(NodeAgent("node-1", reader, api, namespace)):
        await api.wait_for(beat("node-1", leads=True), PATIENCE)
        spec = pod_spec("sleep 600", nodeSelector={"disk": namespace})
        await admin.create(pod(namespace, "late", spec))
        (report,) = await api.wait_for(failed(namespace, "late"), PATIENCE)
        await admin.patch(f"{NODES}/node-1", {"metadata": {"labels": {"disk": namespace}}})
        try:
            (healthy,) = await api.wait_for(
                lambda one: one.what in ("healthy", "gone") and one.body["name"] == "late", PATIENCE
            )
        finally:
            await admin.patch(f"{NODES}/node-1", {"metadata": {"labels": {"disk": None}}})
    assert healthy.what == "healthy"
    failed_since = datetime.fromisoformat(report.body["failures"][0]["since"])
    assert datetime.fromisoformat(healthy.body["since"]) > failed_since


async def test_objects_that_are_no_pods_are_told_by_the_leader(
    reader: Settings, admin: Admin, api: RecordingApi, namespace: str
) -> None:
    await allow_election(admin, namespace)
    async with running(NodeAgent("node-1", reader, api, namespace)):
        await api.wait_for(beat("node-1", leads=True), PATIENCE)
        spec = pod_spec("sleep 600", serviceAccountName="nobody")
        await admin.create(deployment(namespace, "unmade", spec))
        (report,) = await api.wait_for(failed(namespace, "unmade"), PATIENCE)
        (nodes, *_) = await api.wait_for(
            lambda one: "node-1" in one.body.get("nodes", []), PATIENCE
        )
    assert report.body["kind"] == "Deployment"
    assert report.body["owner"] == {"kind": "Deployment", "name": "unmade"}
    assert "template" in str(report.body["manifest"]["spec"])
    assert nodes.body["leads"] is True
