"""Pods as the API server would tell of them, for tests of the agent."""

from datetime import UTC, datetime, timedelta
from typing import Any

from kure.contracts.reports import OpenPod, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.ports import Manifest
from tests.agent.api_server import pod

NOW = datetime.now(UTC).replace(microsecond=0)


def stamp(seconds_ago: float) -> str:
    return (NOW - timedelta(seconds=seconds_ago)).isoformat().replace("+00:00", "Z")


def unpulled(name: str, version: int) -> Manifest:
    waiting = {"reason": "ErrImagePull", "message": "not found: token=swordfish-3f9c81d2ab"}
    return pod(
        name,
        version,
        phase="Pending",
        containerStatuses=[{"name": "app", "state": {"waiting": waiting}}],
    )


def crashed(name: str, version: int, seconds_ago: float) -> Manifest:
    last = {"exitCode": 1, "reason": "Error", "finishedAt": stamp(seconds_ago)}
    status = {
        "name": "app",
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff"}},
        "lastState": {"terminated": last},
    }
    return pod(name, version, phase="Running", containerStatuses=[status])


def well(name: str, version: int) -> Manifest:
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": stamp(5)}
    status = {"name": "app", "state": {"running": {"startedAt": stamp(7)}}}
    return pod(name, version, phase="Running", conditions=[ready], containerStatuses=[status])


def waits_for_its_start(name: str, version: int) -> Manifest:
    """Given to a node a minute ago; its kubelet has seen it and says nothing."""
    placed = {"type": "PodScheduled", "status": "True", "lastTransitionTime": stamp(60)}
    status = {"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}
    started = {"startTime": stamp(60), "conditions": [placed], "containerStatuses": [status]}
    return pod(name, version, phase="Pending", **started) | {"spec": {"nodeName": "node-1"}}


def unscheduled_from(when: datetime, name: str, version: int) -> Manifest:
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "lastTransitionTime": when.isoformat(),
        "message": "0/1 nodes are available",
    }
    return pod(name, version, phase="Pending", conditions=[condition])


def open_pod(name: str, **change: Any) -> OpenPod:
    failure = ReportedFailure(
        failure_class=FailureClass.IMAGE_PULL,
        container="app",
        since=datetime(2026, 1, 1, 10, tzinfo=UTC),
    ).model_copy(update=change)
    return OpenPod(uid=f"uid-{name}", name=name, namespace="shop", failures=[failure])
