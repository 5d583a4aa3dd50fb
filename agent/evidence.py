"""Reads of what belongs to one failing subject, each redacted; what cannot be read is named."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kure.adapters.cluster.owners import owner_chain
from kure.contracts.reports import CapturedLog
from kure.domain import manifests
from kure.domain.capture import MOST_EVENTS, Stream, told_event, told_node, wanted_logs
from kure.domain.failures.model import Failure
from kure.domain.log_cut import MOST_BYTES, Cut
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.errors import KureError
from kure.ports import Cluster, LogText

T = TypeVar("T")

# An object that is larger tells nothing more: annotations may hold a megabyte.
LARGEST_OBJECT = 192 * 1024


@dataclass
class Reader:
    """Reads for one subject. `unavailable` fills while it goes on; nothing is raised for it.
    Redaction runs in the thread, since a long log takes longer than a verdict may."""

    cluster: Cluster
    redactor: Redactor
    thread: Executor
    unavailable: list[str] = field(default_factory=list)

    async def apart(self, work: Callable[[], T]) -> T:
        """Do it in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    async def logs(
        self, pod: Manifest, failures: Sequence[Failure], room: int
    ) -> list[CapturedLog]:
        """The logs of all containers, in `room` bytes: what one does not need is the next one's."""
        wanted = list(wanted_logs(pod, failures))
        logs: list[CapturedLog] = []
        for place, (container, stream) in enumerate(wanted):
            share = min(room // (len(wanted) - place), MOST_BYTES)
            if log := await self._log(pod, container, stream, share):
                room -= len(log.text.encode())
                logs.append(log)
        return logs

    async def _log(
        self, pod: Manifest, container: str, stream: Stream, most_bytes: int
    ) -> CapturedLog | None:
        namespace, name = manifests.namespace(pod), manifests.name(pod)
        try:
            found = await self.cluster.log(
                namespace, name, container, previous=stream == "previous"
            )
        except KureError as error:
            self.unavailable.append(str(error))
            return None
        kept = await self.apart(lambda: self._shown(found, most_bytes))
        return CapturedLog(
            container=container, stream=stream, text=kept.text, truncated=kept.truncated
        )

    def _shown(self, log: LogText, most_bytes: int) -> LogText:
        """Cut first, as redaction takes its time; and after it, since placeholders may be longer
        than what they stand for."""
        log = shortened(log, most_bytes)
        return shortened(LogText(self.redactor.text(log.text), log.truncated), most_bytes)

    async def events(self, obj: Manifest) -> list[dict[str, Any]]:
        """The newest 50, by the time at which they last happened."""
        try:
            found = await self.cluster.events(obj)
        except KureError as error:
            self.unavailable.append(str(error))
            return []
        newest = manifests.newest_first(found)[:MOST_EVENTS]
        return await self.apart(lambda: [told_event(event, self.redactor) for event in newest])

    async def owners(self, pod: Manifest) -> list[Manifest]:
        """Each owner that can be read, nearest first."""
        found = await self.all_of(owner_chain(self.cluster, pod))
        shown = [await self.object(owner) for owner in found]
        return [owner for owner in shown if owner is not None]

    async def node(self, pod: Manifest) -> Manifest | None:
        """The pod's node, without its images."""
        name = manifests.node_name(pod)
        if not name:
            return None
        try:
            return await self.object(told_node(await self.cluster.get(f"/api/v1/nodes/{name}")))
        except KureError as error:
            self.unavailable.append(str(error))
            return None

    async def object(self, found: Manifest) -> Manifest | None:
        """An object as it may be told; None where it is too large."""
        shown = await self.apart(lambda: self.redactor.manifest(manifests.tidy(found)))
        if len(json.dumps(shown)) <= LARGEST_OBJECT:
            return shown
        what = f"{found.get('kind')}/{manifests.name(found)}"
        self.unavailable.append(f"{what} is larger than {LARGEST_OBJECT // 1024} KiB: left out")
        return None

    async def all_of(self, objects: AsyncIterator[Manifest]) -> list[Manifest]:
        """What can be read of a list."""
        found: list[Manifest] = []
        try:
            async for one in objects:
                found.append(one)
        except KureError as error:
            self.unavailable.append(str(error))
        return found


def shortened(log: LogText, most_bytes: int) -> LogText:
    """What tells most of a log, in whole lines."""
    raw = log.text.encode()
    if len(raw) <= most_bytes:
        return log
    cut = Cut(most_bytes=most_bytes)
    cut.feed(raw)
    text, _ = cut.text()
    return LogText(text, truncated=True)
