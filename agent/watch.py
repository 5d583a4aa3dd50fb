"""Every pod of the cluster, judged whenever it changes: verdicts that are news become reports.

Only what is needed is kept of a pod (its identity, what was reported of it, when to look again),
never the object: a cluster has thousands.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from agent import messages
from agent.capture import Capture
from agent.report import Kind, Outbox, encode
from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.owners import find_owner
from kure.adapters.cluster.watch import Change, Deleted, Seen, Watch
from kure.contracts.reports import OpenPod, PodReport
from kure.domain import manifests
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Failure, Graces, Health, Verdict
from kure.domain.manifests import Manifest
from kure.domain.owners import workload_from_manifest
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import KureError, NotFound

log = logging.getLogger("kure.agent")

ALL_PODS = "/api/v1/pods"

# The owner is looked up before people see the failure, so it may not take long; the workers look
# it up again.
OWNER_SECONDS = 2.0

# When a pod could not be looked at again, or its report was forgotten.
SOON_SECONDS = 15.0

# Reads of single objects: five hundred pods may fail together.
AT_ONCE = 10

# A failure as it is reported once: class, container, since.
Known = tuple[str, str, datetime]


@dataclass(slots=True)
class Tracked:
    """What is kept of a pod. `reported` is empty where nothing of it is open; `is_listed` is False
    while only the API has told of it. `read_version` is what a read in between gave, until the
    watch has caught up with it."""

    namespace: str
    name: str
    read_version: int = 0
    reported: frozenset[Known] = frozenset()
    look_again: asyncio.TimerHandle | None = None
    is_listed: bool = False


@dataclass(frozen=True)
class Context:
    """What reports are made with. `cluster_name` is the API's name for the cluster."""

    cluster: KubeCluster
    cluster_name: str
    redactor: Redactor
    graces: Graces


class PodWatch:
    """Judges pods for ever. `open_pods` is what the API holds to be failing at the start."""

    def __init__(self, context: Context, outbox: Outbox, open_pods: Iterable[OpenPod]) -> None:
        self._context = context
        self._outbox = outbox
        self._capture = Capture(context.cluster, context.redactor)
        self._watch = Watch(context.cluster, ALL_PODS)
        # Other senders' reports may have no uid; the API then holds `namespace/name`. Not ours.
        self._pods = {pod.uid: _opened(pod) for pod in open_pods if "/" not in pod.uid}
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._thread = ThreadPoolExecutor(1, "reports")
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def problem(self) -> str | None:
        """Why no pods are seen at the moment, in plain words."""
        return self._watch.problem

    def counts(self) -> tuple[int, int]:
        """How many pods are watched, in how many namespaces."""
        listed = Counter(pod.namespace for pod in self._pods.values() if pod.is_listed)
        return listed.total(), len(listed)

    async def run(self) -> None:
        """Watch for ever."""
        try:
            async with aclosing(self._watch.changes()) as changes:
                async for change in changes:
                    self._take(change)
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)
            self._capture.close()

    def _take(self, change: Change) -> None:
        match change:
            case Seen(pod):
                self._judge(pod)
            case Deleted(pod):
                self._end(manifests.uid(pod), manifests.deleted_at(pod))
            case _:  # all has been listed: what is open but not there went while nobody watched
                for uid in [uid for uid, pod in self._pods.items() if not pod.is_listed]:
                    self._end(uid, None)

    def _judge(self, pod: Manifest) -> None:
        """The verdict on a pod as it is now, and its report where that is news."""
        uid = manifests.uid(pod)
        tracked = self._pods.get(uid)
        if tracked is None:
            tracked = self._pods[uid] = Tracked(manifests.namespace(pod), manifests.name(pod))
        if _version(pod) < tracked.read_version:
            return
        tracked.read_version, tracked.is_listed = 0, True
        now = datetime.now(UTC)
        verdict = detect(pod, (), now, self._context.graces)
        self._set_timer(uid, tracked, verdict, now)
        failing = frozenset(map(_known, verdict.failures))
        if verdict.health is Health.FAILING and failing != tracked.reported:
            tracked.reported = failing
            _log_verdict(uid, verdict)
            self._report_failed(pod, verdict.failures)
        elif verdict.health is Health.HEALTHY and tracked.reported:
            tracked.reported = frozenset()
            _log_verdict(uid, verdict)
            self._put(uid, Kind.HEALTHY, _ended(tracked, uid, verdict.since))

    def _end(self, uid: str, since: datetime | None) -> None:
        """The pod is gone."""
        tracked = self._pods.pop(uid, None)
        if tracked is None:
            return
        if tracked.look_again:
            tracked.look_again.cancel()
        if tracked.reported:
            log.info("verdict uid=%s health=gone monotonic_ns=%d", uid, time.monotonic_ns())
            self._put(uid, Kind.GONE, _ended(tracked, uid, since))

    def _report_failed(self, pod: Manifest, failures: tuple[Failure, ...]) -> None:
        """Tell of it at once; what is captured follows in its own report."""
        uid = manifests.uid(pod)
        self._put(uid, Kind.FAILED, self._failed(pod, failures))
        self._put(uid, Kind.EVIDENCE, self._evidence(pod, failures))

    async def _failed(self, pod: Manifest, failures: tuple[Failure, ...]) -> bytes:
        async with self._turn:
            workload = await self._workload(pod)
        # Redaction takes some milliseconds, which the next verdict shall not wait for.
        loop, redactor = asyncio.get_running_loop(), self._context.redactor
        report = await loop.run_in_executor(
            self._thread, messages.failed, pod, failures, workload, redactor
        )
        return encode(report)

    async def _evidence(self, pod: Manifest, failures: tuple[Failure, ...]) -> bytes:
        return encode(await self._capture.of(pod, failures))

    async def _workload(self, pod: Manifest) -> Workload:
        name = self._context.cluster_name
        try:
            async with asyncio.timeout(OWNER_SECONDS):
                workload, _ = await find_owner(self._context.cluster, name, pod)
        except (KureError, TimeoutError):
            return workload_from_manifest(name, pod)
        return workload

    def forget(self, uid: str) -> None:
        """Its report could not be kept: it will be judged again as if nothing had been said."""
        tracked = self._pods.get(uid)
        if tracked:
            tracked.reported = frozenset()
            self._look_again_in(SOON_SECONDS, uid, tracked)

    def _set_timer(self, uid: str, tracked: Tracked, verdict: Verdict, now: datetime) -> None:
        if verdict.recheck_at:
            self._look_again_in((verdict.recheck_at - now).total_seconds(), uid, tracked)
        elif tracked.look_again:
            tracked.look_again.cancel()
            tracked.look_again = None

    def _look_again_in(self, seconds: float, uid: str, tracked: Tracked) -> None:
        if tracked.look_again:
            tracked.look_again.cancel()
        loop = asyncio.get_running_loop()
        tracked.look_again = loop.call_later(seconds, self._start, self._look_again, uid)

    def _start(self, work: Callable[[str], Coroutine[Any, Any, None]], uid: str) -> None:
        self._keep(asyncio.create_task(work(uid)))

    async def _look_again(self, uid: str) -> None:
        """Time alone may have changed the verdict. The object is read, not remembered."""
        tracked = self._pods.get(uid)
        if tracked is None:
            return
        path = f"/api/v1/namespaces/{quote(tracked.namespace)}/pods/{quote(tracked.name, safe='')}"
        try:
            async with self._turn:
                pod = await self._context.cluster.get(path)
        except NotFound:
            return  # the watch tells of its end
        except KureError:
            self._look_again_in(SOON_SECONDS, uid, tracked)
            return
        if manifests.uid(pod) == uid and uid in self._pods:
            self._judge(pod)
            tracked.read_version = _version(pod)

    def _put(self, uid: str, kind: Kind, prepare: Coroutine[Any, Any, bytes]) -> None:
        task = asyncio.create_task(prepare)
        self._keep(task)
        self._outbox.put(uid, kind, task)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        """The event loop itself holds tasks only weakly."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _opened(pod: OpenPod) -> Tracked:
    failures = [(one.failure_class.value, one.container, one.since) for one in pod.failures]
    return Tracked(pod.namespace, pod.name, reported=frozenset(failures))


def _known(failure: Failure) -> Known:
    return failure.failure_class.value, failure.container, failure.since


def _version(pod: Manifest) -> int:
    """Versions of one resource can be compared as numbers. 0 for one that is none.
    https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions"""
    version = manifests.resource_version(pod)
    return int(version) if version.isdecimal() else 0


async def _ended(tracked: Tracked, uid: str, since: datetime | None) -> bytes:
    """The report of a pod that is well again, or gone."""
    return encode(PodReport(name=tracked.name, namespace=tracked.namespace, uid=uid, since=since))


def _log_verdict(uid: str, verdict: Verdict) -> None:
    """One line for each verdict that is news; benchmarks read the time off it."""
    classes = ",".join(sorted({failure.failure_class.value for failure in verdict.failures}))
    log.info(
        "verdict uid=%s health=%s classes=%s monotonic_ns=%d",
        uid,
        verdict.health.value,
        classes,
        time.monotonic_ns(),
    )
