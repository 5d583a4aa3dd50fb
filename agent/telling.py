"""From verdicts to reports on their way: each is prepared beside its place in the outbox."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from agent import messages
from agent.capture import Capture
from agent.context import Context, Sight
from agent.metrics import DETECTIONS, VERDICTS
from agent.report import Kind, Outbox, encode
from kure.adapters.cluster.owners import find_owner
from kure.contracts.reports import PodReport
from kure.domain import manifests
from kure.domain.failures.model import Failure
from kure.domain.manifests import Manifest
from kure.domain.owners import workload_from_manifest
from kure.domain.workloads import Workload
from kure.errors import KureError

log = logging.getLogger("kure.agent")

# The owner is looked up before people see the failure, so it may not take long; the workers look
# it up again.
OWNER_SECONDS = 2.0

# An owner that could not be read is tried again after so long, then after twice as long, and so on:
# what was told without it stands as an incident of its own meanwhile.
OWNER_PAUSE, OWNER_TRIES = 30.0, 6

# Reads of single objects: five hundred pods may fail together.
AT_ONCE = 10


class Teller:
    """Puts what is news into the outbox."""

    def __init__(self, context: Context, outbox: Outbox) -> None:
        self._context = context
        self._outbox = outbox
        self._capture = Capture(context.cluster, context.redactor, context.graces)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._thread = ThreadPoolExecutor(1, "reports")
        self._tasks: set[asyncio.Task[bytes]] = set()
        self._unread: dict[str, asyncio.Task[None]] = {}

    def close(self) -> None:
        """What is being prepared is not told."""
        for task in self._tasks:
            task.cancel()
        for looking in self._unread.values():
            looking.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._capture.close()

    def failed(self, sight: Sight, failures: tuple[Failure, ...]) -> None:
        """Tell of it at once; what is captured follows in its own report."""
        self._look_no_more(sight.uid)
        classes = ",".join(failure.failure_class for failure in failures)
        _log_verdict(sight.uid, f"failing classes={classes}")
        for failure in failures:
            DETECTIONS.labels(failure.failure_class.value).inc()
        self._put(sight.uid, Kind.FAILED, self._failed(sight, failures))
        self._put(sight.uid, Kind.EVIDENCE, self._evidence(sight, failures))

    def healthy(self, report: PodReport) -> None:
        """It is well again."""
        self._look_no_more(report.uid)
        _log_verdict(report.uid, "healthy")
        self._put(report.uid, Kind.HEALTHY, _encoded(report))

    def gone(self, report: PodReport) -> None:
        """It is there no more."""
        self._look_no_more(report.uid)
        _log_verdict(report.uid, "gone")
        self._put(report.uid, Kind.GONE, _encoded(report))

    async def _failed(self, sight: Sight, failures: tuple[Failure, ...]) -> bytes:
        async with self._turn:
            obj = await self._whole(sight)
            workload = await self._workload(obj)
        if workload is None:
            workload = workload_from_manifest(self._context.cluster_name, obj)
            self._find_later(sight, failures, workload)
        return await self._failed_report(sight, obj, failures, workload)

    async def _failed_report(
        self, sight: Sight, obj: Manifest, failures: tuple[Failure, ...], workload: Workload
    ) -> bytes:
        # Redaction takes some milliseconds, which the next verdict shall not wait for.
        loop, redactor = asyncio.get_running_loop(), self._context.redactor
        report = await loop.run_in_executor(
            self._thread, messages.failed, sight.kind, obj, failures, workload, redactor
        )
        return encode(report)

    async def _evidence(self, sight: Sight, failures: tuple[Failure, ...]) -> bytes:
        if sight.kind == "Pod":
            return encode(await self._capture.of(sight.obj, failures))
        async with self._turn:
            obj = await self._whole(sight)
        return encode(await self._capture.of_object(sight.kind, obj, failures))

    async def _whole(self, sight: Sight) -> Manifest:
        """The object with all that its watch did not keep, if it is still there."""
        if not sight.path:
            return sight.obj
        try:
            found = await self._context.cluster.get(sight.path)
        except KureError:
            return sight.obj
        return found if manifests.uid(found) == sight.uid else sight.obj

    async def _workload(self, obj: Manifest) -> Workload | None:
        """Whose it is; None where that could not be read."""
        name = self._context.cluster_name
        try:
            async with asyncio.timeout(OWNER_SECONDS):
                workload, _ = await find_owner(self._context.cluster, name, obj)
        except (KureError, TimeoutError):
            return None
        return workload

    def _find_later(self, sight: Sight, failures: tuple[Failure, ...], told: Workload) -> None:
        """Tell of it again with its owner, once that can be read."""
        self._look_no_more(sight.uid)
        self._unread[sight.uid] = asyncio.create_task(self._find_owner(sight, failures, told))

    def _look_no_more(self, uid: str) -> None:
        """For the owner of what was told before."""
        if looking := self._unread.pop(uid, None):
            looking.cancel()

    async def _find_owner(
        self, sight: Sight, failures: tuple[Failure, ...], told: Workload
    ) -> None:
        workload = None
        for attempt in range(OWNER_TRIES):
            await asyncio.sleep(OWNER_PAUSE * 2.0**attempt)
            async with self._turn:
                workload = await self._workload(sight.obj)
            if workload is not None:
                break
        del self._unread[sight.uid]
        if workload not in (None, told):
            report = self._failed_report(sight, sight.obj, failures, workload)
            self._put(sight.uid, Kind.FAILED, report)

    def _put(self, uid: str, kind: Kind, prepare: Coroutine[Any, Any, bytes]) -> None:
        task = asyncio.create_task(prepare)
        self._tasks.add(task)  # the event loop itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)
        self._outbox.put(uid, kind, task)


async def _encoded(report: PodReport) -> bytes:
    return encode(report)


def ended(kind: str, namespace: str, name: str, uid: str, since: datetime | None) -> PodReport:
    """That it no longer fails. `since` is the object's own time of it."""
    return PodReport(kind=kind, name=name, namespace=namespace, uid=uid, since=since)


def _log_verdict(uid: str, health: str) -> None:
    """One line for each piece of news: what the benchmarks measure, and a person can follow."""
    VERDICTS.labels(health.partition(" ")[0]).inc()
    log.info("verdict uid=%s health=%s monotonic_ns=%d", uid, health, time.monotonic_ns())
