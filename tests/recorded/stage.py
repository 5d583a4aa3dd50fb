"""Small recordings, made of what a test names, and a process that plays one."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kure.demo.ports import free_port
from kure.demo.program import Program, http_probe
from kure.demo.recorded.serve import Stage
from kure.ports import Manifest
from kure.recording.format import Document, End, Entry, Gone, Header, Log, Seen, Writer
from kure.recording.kinds import CONFIG_MAPS, NAMESPACES, NODES, PODS, SERVICE_ACCOUNTS
from kure.settings import Settings

BEGAN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = "containerd://the-run"
CRASH = "containerd://the-crash"
FIRST_PORT = 28443


def obj(kind: str, name: str, namespace: str = "", **more: Any) -> Manifest:
    uid = str(uuid5(NAMESPACE_URL, f"{kind}/{namespace}/{name}"))
    metadata = {"name": name, "uid": uid, "resourceVersion": "7"}
    metadata |= {"creationTimestamp": "2026-01-02T03:00:05Z"}
    metadata |= {"namespace": namespace} if namespace else {}
    return {
        "kind": kind,
        "apiVersion": "v1",
        "metadata": metadata | more.pop("metadata", {}),
        **more,
    }


def pod(name: str, namespace: str = "shop", **more: Any) -> Manifest:
    """One that has run since the start, with a log, after a crash whose log is there too."""
    spec = {"containers": [{"name": "app", "image": "web:1"}], "nodeName": "node-1"}
    crash = {"exitCode": 3, "reason": "Error", "containerID": CRASH}
    status = {
        "phase": "Running",
        "containerStatuses": [
            {
                **{"name": "app", "image": "web:1", "imageID": "web", "ready": True},
                **{"containerID": RUN, "restartCount": 1},
                "state": {"running": {"startedAt": "2026-01-02T03:04:00Z"}},
                "lastState": {"terminated": crash},
            }
        ],
    }
    return obj("Pod", name, namespace, **({"spec": spec, "status": status} | more))


def seen(at: float, found: Manifest, path: str = PODS.path) -> Seen:
    return Seen(at=at, path=path, object=found)


def gone(at: float, found: Manifest, path: str = PODS.path) -> Gone:
    return Gone(at=at, path=path, uid=found["metadata"]["uid"])


def cluster_of(*names: str) -> list[Entry]:
    """A node, and namespaces with their ServiceAccount."""
    allocatable = {"cpu": "2", "memory": "4Gi"}
    node = obj("Node", "node-1", status={"allocatable": allocatable})
    made: list[Entry] = [seen(0, node, NODES.path)]
    for name in names:
        made.append(seen(0, obj("Namespace", name), NAMESPACES.path))
        made.append(seen(0, obj("ServiceAccount", "default", name), SERVICE_ACCOUNTS.path))
        settings = obj("ConfigMap", "settings", name, data={"colour": ""})
        made.append(seen(0, settings, CONFIG_MAPS.path))
    return made


def log(container_id: str, *lines: tuple[float, str]) -> Log:
    return Log(container_id=container_id, lines=list(lines))


def write(
    file: Path, *entries: Entry, seconds: float = 60, documents: Sequence[Document] = ()
) -> Path:
    """A recording of `seconds`."""
    writer = Writer(file)
    for entry in (Header(namespaces=[]), *documents, *entries):
        writer.write(entry)
    writer.write(End(began=BEGAN, at=seconds, cut=[]))
    writer.close()
    return file


@asynccontextmanager
async def playing(
    recording: Path, folder: Path, *, loop: bool = False
) -> AsyncIterator[tuple[Settings, Program]]:
    """`kure play` as a process of its own; gives the settings that lead to it."""
    stage = Stage(recording, folder, free_port(FIRST_PORT), loop)
    words = ["play", str(recording), "--port", str(stage.port), "--folder", str(folder)]
    program = Program(
        "kure",
        folder.with_suffix(".log"),
        os.environ,
        http_probe(f"{stage.server}/healthz"),
        words=[*words, *(["--loop"] if loop else [])],
    )
    async with program:
        yield Settings(kubeconfig=stage.kubeconfig, data_dir=folder), program
