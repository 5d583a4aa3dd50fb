"""The logs of every container, each run of it once, while they are still there."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

import aiohttp

from kure.adapters.cluster.client import CONNECT_SECONDS, KubeCluster
from kure.adapters.cluster.watch import whole_lines
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.errors import AccessDenied, KureError
from kure.recording.format import Log

STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")

# Of one run of a container, the newest: what `Cluster.log` reads at most, and room for cuts.
MOST_BYTES = 512 * 1024

# A container writes for as long as it runs; a day's recording is cut off by its size long before.
FOLLOWED = aiohttp.ClientTimeout(connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)


@dataclass(frozen=True)
class Run:
    """One run of a container: where its log is at the moment."""

    pod: Manifest
    container: str
    container_id: str
    previous: bool
    running: bool


@dataclass
class _Kept:
    """The newest lines, with the time that the kubelet gives each."""

    lines: deque[tuple[datetime, str]] = field(default_factory=deque)
    size: int = 0

    def add(self, line: bytes) -> None:
        moment, _, text = line.decode("utf-8", "replace").partition(" ")
        if (at := manifests.time_of(moment)) is None:
            return
        self.lines.append((at, text))
        self.size += len(text)
        while self.size > MOST_BYTES:
            self.size -= len(self.lines.popleft()[1])


class Logs:
    """Takes the log of each run that a pod's status names. `refused` says why none may be read."""

    def __init__(self, cluster: KubeCluster, redactor: Redactor) -> None:
        self._cluster = cluster
        self._redactor = redactor
        self._kept: dict[str, _Kept] = {}
        self._redactors: dict[str, Redactor] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.refused: str | None = None

    def see(self, pod: Manifest) -> None:
        """Begin to read what runs or ran of this pod and is not read yet."""
        for run in runs_of(pod):
            if run.container_id not in self._kept:
                self._kept[run.container_id] = _Kept()
                task = asyncio.create_task(self._take(run))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def finish(self, patience: float) -> None:
        """Let what has ended be read to its end; what runs on is cut off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def told(self, seconds: Callable[[datetime], float]) -> Iterator[Log]:
        """What was read, redacted."""
        for container_id, kept in self._kept.items():
            if not kept.lines:
                continue
            redactor = self._redactors[container_id]
            text = redactor.text("\n".join(line for _, line in kept.lines))
            times = (round(seconds(at), 6) for at, _ in kept.lines)
            # a redacted PEM block is fewer lines than it was: the last ones keep their times
            yield Log(
                container_id=container_id, lines=list(zip(times, text.split("\n"), strict=False))
            )

    async def _take(self, run: Run) -> None:
        kept = self._kept[run.container_id]
        self._redactors[run.container_id] = self._redactor.with_secrets_of(run.pod)
        namespace, name = manifests.namespace(run.pod), manifests.name(run.pod)
        path = f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(name, safe='')}/log"
        doing = f"read the log of {namespace}/{name}/{run.container}"
        try:
            async with self._cluster.open(doing, path, _query(run), FOLLOWED) as response:
                async for line in whole_lines(response.content.iter_any()):
                    kept.add(line)
        except AccessDenied as error:
            self.refused = str(error)
        except KureError:  # gone, or its node is away: others are read all the same
            if run.running and not kept.lines:
                with suppress(KeyError):
                    del self._kept[run.container_id]


def runs_of(pod: Manifest) -> Iterator[Run]:
    """The runs of containers that the status names and whose log can be asked for."""
    for part in STATUSES:
        for status in manifests.mappings(manifests.status(pod).get(part)):
            name = manifests.text(status.get("name"))
            state, last = manifests.mapping(status.get("state")), _ended(status.get("lastState"))
            running = "running" in state
            now = manifests.text(status.get("containerID")) if running else _ended(state)
            if now:
                yield Run(pod, name, now, previous=False, running=running)
            if last:
                # A container that waits to be started again shows its last run's log as its own.
                yield Run(pod, name, last, previous=bool(now), running=False)


def _ended(state: object) -> str:
    terminated = manifests.mapping(manifests.mapping(state).get("terminated"))
    return manifests.text(terminated.get("containerID"))


def _query(run: Run) -> dict[str, str]:
    return {
        "container": run.container,
        "timestamps": "true",
        "follow": str(run.running).lower(),
        "previous": str(run.previous).lower(),
        "tailLines": "5000",
    }
