"""Records a cluster, or some of its namespaces: what is there, what happens, what containers write.

Nothing is written to the cluster, and no Secret is read. All that is kept is redacted; of
ConfigMaps only the keys are kept.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.watch import Change, Deleted, Watch
from kure.adapters.cluster.watch import Seen as SeenChange
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.errors import AccessDenied, KureError, NotFound
from kure.recording.format import Document, End, Entry, Gone, Header, Seen, Unread, Writer
from kure.recording.kinds import (
    CONFIG_MAPS,
    DISCOVERY,
    NAMESPACES,
    POD_SCHEMA,
    PODS,
    RECORDED,
    Resource,
)
from kure.recording.logs import Logs

LISTED_SECONDS = 60.0
LOG_SECONDS = 5.0
TELL_SECONDS = 5.0
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
POD = "io.k8s.api.core.v1.Pod"
REFERENCE = "#/components/schemas/"
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Order:
    """What to record: for how many seconds, of which namespaces (all where there are none), and how
    large the file may become, in bytes."""

    seconds: float
    namespaces: Sequence[str] = ()
    most_bytes: int = 32 * MEGABYTE


@dataclass(frozen=True)
class Recorded:
    """What has been recorded. `unread` and `cut` say in plain words what is missing."""

    bytes: int
    seconds: float
    objects: int
    changes: int
    logs: int
    unread: Sequence[str]
    cut: Sequence[str]


class Recorder:
    """One recording. `tell` is given a line every few seconds."""

    def __init__(
        self, cluster: KubeCluster, redactor: Redactor, order: Order, tell: Callable[[str], None]
    ) -> None:
        self._cluster = cluster
        self._redactor = redactor
        self._order = order
        self._tell = tell
        self._began = datetime.now(UTC)
        self._queue: asyncio.Queue[Entry] = asyncio.Queue()
        self._logs = Logs(cluster, redactor)
        self._full = asyncio.Event()
        self._listed = 0
        self._changes = 0
        self._taken = 0
        self._cut: list[str] = []

    async def run(self, file: Path, stop: asyncio.Event) -> Recorded:
        """Record until the time is over, `stop` is set or the file is full. Raises InvalidInput
        where the file cannot be written, and the KureError of a cluster that does not answer."""
        documents = await self._documents()
        writer = Writer(file)
        try:
            recorded = await self._into(writer, documents, stop)
        except BaseException:
            writer.discard()
            raise
        return recorded

    async def _into(
        self, writer: Writer, documents: Sequence[Document], stop: asyncio.Event
    ) -> Recorded:
        writer.write(Header(namespaces=list(self._order.namespaces)))
        for document in documents:
            writer.write(document)
        watches = self._watches()
        writing = asyncio.create_task(self._write(writer))
        tasks = [asyncio.create_task(self._follow(*one)) for one in watches]
        try:
            await self._settled([watch for _, watch in watches])
            await self._until_the_end(stop, writer)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        seconds = self._seconds(datetime.now(UTC))
        await self._logs.finish(LOG_SECONDS)
        await self._queue.join()
        writing.cancel()
        unread = [
            Unread(path=resource.path, status=403, why=watch.problem)
            for resource, watch in watches
            if watch.is_refused and watch.problem
        ]
        if self._logs.refused:
            unread.append(Unread(path="/log", status=403, why=self._logs.refused))
        for one in {each.path: each for each in unread}.values():
            writer.write(one)
        logs = await asyncio.to_thread(self._write_logs, writer)
        writer.write(End(began=self._began, at=round(seconds, 3), cut=self._cut))
        writer.close()
        return Recorded(
            bytes=writer.size,
            seconds=seconds,
            objects=self._listed,
            changes=self._changes,
            logs=logs,
            unread=[one.why for one in unread],
            cut=self._cut,
        )

    def _watches(self) -> list[tuple[Resource, Watch]]:
        made = []
        for resource in RECORDED:
            if resource.namespaced and self._order.namespaces:
                paths = [resource.list_in(name) for name in self._order.namespaces]
            else:
                paths = [resource.path]
            made += [
                (resource, Watch(self._cluster, path, optional=resource.optional)) for path in paths
            ]
        return made

    async def _settled(self, watches: Sequence[Watch]) -> None:
        """Until each list was read, or is known not to be readable."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LISTED_SECONDS):
                for watch in watches:
                    await watch.settled.wait()
        self._listed, self._changes = self._taken, 0
        # what was there at the start is the start, however long it took to list
        self._began = datetime.now(UTC)

    async def _until_the_end(self, stop: asyncio.Event, writer: Writer) -> None:
        waits = [asyncio.create_task(one.wait()) for one in (stop, self._full)]
        try:
            while (left := self._order.seconds - self._seconds(datetime.now(UTC))) > 0:
                self._tell(
                    f"{self._listed} objects, {self._changes} changes, "
                    f"{writer.size / MEGABYTE:.1f} MiB; {left:.0f} s to go"
                )
                done, _ = await asyncio.wait(
                    waits, timeout=min(left, TELL_SECONDS), return_when=asyncio.FIRST_COMPLETED
                )
                if done:
                    return
        finally:
            for wait in waits:
                wait.cancel()

    async def _follow(self, resource: Resource, watch: Watch) -> None:
        async with aclosing(watch.changes()) as changes:
            async for change in changes:
                if entry := self._entry(resource, change, watch):
                    self._taken += 1
                    self._changes += 1
                    self._queue.put_nowait(entry)

    def _entry(self, resource: Resource, change: Change, watch: Watch) -> Entry | None:
        at = round(self._seconds(datetime.now(UTC)), 6) if watch.settled.is_set() else 0.0
        match change:
            case SeenChange(obj) if not self._is_other(resource, obj):
                if resource is PODS:
                    self._logs.see(obj)
                return Seen(at=at, path=resource.path, object=slim(resource, obj))
            case Deleted(obj) if not self._is_other(resource, obj):
                return Gone(at=at, path=resource.path, uid=manifests.uid(obj))
        return None

    def _is_other(self, resource: Resource, obj: Manifest) -> bool:
        wanted = self._order.namespaces
        return bool(wanted) and resource is NAMESPACES and manifests.name(obj) not in wanted

    async def _write(self, writer: Writer) -> None:
        """Redacting takes its time: beside the watches, in order."""
        while True:
            entry = await self._queue.get()
            try:
                if not self._full.is_set():
                    await asyncio.to_thread(self._write_one, writer, entry)
            finally:
                self._queue.task_done()

    def _write_one(self, writer: Writer, entry: Entry) -> None:
        if isinstance(entry, Seen):
            entry = entry.model_copy(update={"object": self._redactor.manifest(entry.object)})
        writer.write(entry)
        if writer.size > self._order.most_bytes * 3 // 4:  # the rest is for logs
            at = self._seconds(datetime.now(UTC))
            self._cut.append(f"what happened after {at:.0f} s: the file is full")
            self._full.set()

    def _write_logs(self, writer: Writer) -> int:
        written = 0
        for log in self._logs.told(self._seconds):
            if writer.size > self._order.most_bytes:
                self._cut.append("logs of some containers: the file is full")
                break
            writer.write(log)
            written += 1
        return written

    async def _documents(self) -> list[Document]:
        found = []
        for path in DISCOVERY:
            with suppress(AccessDenied, NotFound):
                found.append(Document(path=path, body=await self._get(path)))
        with suppress(KureError):  # some clusters serve it to few; then manifests are not checked
            schemas = pod_schemas(await self._get(POD_SCHEMA))
            found.append(Document(path=POD_SCHEMA, body=schemas))
        return found

    async def _get(self, path: str) -> Manifest:
        return await self._cluster.get(path)

    def _seconds(self, moment: datetime) -> float:
        return (moment - self._began).total_seconds()


def slim(resource: Resource, obj: Manifest) -> Manifest:
    """The object without what repeats it, and a ConfigMap without its values."""
    metadata = {k: v for k, v in manifests.metadata(obj).items() if k != "managedFields"}
    if annotations := manifests.mapping(metadata.get("annotations")):
        metadata["annotations"] = {k: v for k, v in annotations.items() if k != LAST_APPLIED}
    kept = obj | {"metadata": metadata}
    if resource is CONFIG_MAPS:
        for part in ("data", "binaryData"):
            if values := manifests.mapping(obj.get(part)):
                kept[part] = dict.fromkeys(values, "")
    return kept


def pod_schemas(document: Manifest) -> Manifest:
    """Of an OpenAPI document, the schemas that a Pod is made of, by name."""
    schemas = manifests.mapping(manifests.mapping(document.get("components")).get("schemas"))
    found: Manifest = {}
    wanted = [POD]
    while wanted:
        name = wanted.pop()
        if name not in found and name in schemas:
            found[name] = _without_descriptions(schemas[name])
            wanted += _references(schemas[name])
    return found


def _references(schema: Any) -> list[str]:
    if isinstance(schema, list):
        return [name for each in schema for name in _references(each)]
    if not isinstance(schema, dict):
        return []
    own = manifests.text(schema.get("$ref")).removeprefix(REFERENCE)
    return [*([own] if own else []), *(n for each in schema.values() for n in _references(each))]


def _without_descriptions(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_descriptions(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    # a property may itself be called so; then it is a schema, not a text
    return {
        key: _without_descriptions(value)
        for key, value in schema.items()
        if not (key == "description" and isinstance(value, str))
    }
