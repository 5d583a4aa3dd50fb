"""What will soon be lost, captured when a failure is seen: logs, events, owners, the node. Redacted
here, before it leaves the agent."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from agent.evidence import Reader, shortened
from agent.report import encode
from agent.usage import Usage
from kure.contracts.reports import CapturedEvidence, CapturedLog
from kure.domain import manifests, owners
from kure.domain.diagnosis.scheduling.placement import selector_text
from kure.domain.failures.detect import DEFAULT_GRACES, detect
from kure.domain.failures.model import Failure, Graces, Health
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.ports import Cluster, LogText

AT_ONCE = 6

# All logs of a subject together, and the whole report: the API takes 2 MiB, and JSON makes longer
# what must be escaped.
MOST_LOG_BYTES = 1024 * 1024
MOST_REPORT_BYTES = 1_900_000

# Of a workload's failing pods.
PODS_SHOWN = 2
HAVE_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job")


class Capture:
    """Reads of one cluster, a few subjects at once: five hundred pods may fail together. What
    cannot be read is named in `unavailable`; nothing is raised for it."""

    def __init__(
        self, cluster: Cluster, redactor: Redactor, graces: Graces = DEFAULT_GRACES
    ) -> None:
        self._cluster = cluster
        self._redactor = redactor
        self._graces = graces
        self._usage = Usage(cluster)
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._thread = ThreadPoolExecutor(1, "evidence")

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def of(self, pod: Manifest, failures: Sequence[Failure]) -> CapturedEvidence:
        """Of a failing pod: what is lost first is read first."""
        async with self._turn:
            reader = await self._reader(pod)
            logs = await reader.logs(pod, failures, MOST_LOG_BYTES)
            usage = await self._usage.of(pod)
            found = CapturedEvidence(
                uid=manifests.uid(pod),
                name=manifests.name(pod),
                namespace=manifests.namespace(pod),
                since=max(failure.since for failure in failures),
                logs=logs,
                events=await reader.events(pod),
                owners=await reader.owners(pod),
                node=await reader.node(pod),
                usage=await reader.object(usage) if usage else None,
                unavailable=reader.unavailable,
            )
            return await reader.apart(lambda: fitted(found))

    async def of_object(
        self, kind: str, obj: Manifest, failures: Sequence[Failure]
    ) -> CapturedEvidence:
        """Of anything else that fails: its events; of a workload the logs of failing pods, too."""
        async with self._turn:
            reader = await self._reader(obj)
            found = CapturedEvidence(
                kind=kind,
                uid=manifests.uid(obj),
                name=manifests.name(obj),
                namespace=manifests.namespace(obj),
                since=max(failure.since for failure in failures),
                logs=await self._logs_of_pods(reader, kind, obj) if kind in HAVE_PODS else [],
                events=await reader.events(obj),
                unavailable=reader.unavailable,
            )
            return await reader.apart(lambda: fitted(found))

    async def _reader(self, obj: Manifest) -> Reader:
        loop = asyncio.get_running_loop()
        redactor = await loop.run_in_executor(self._thread, self._redactor.with_secrets_of, obj)
        return Reader(self._cluster, redactor, self._thread)

    async def _logs_of_pods(self, reader: Reader, kind: str, obj: Manifest) -> list[CapturedLog]:
        """Logs of the same container and stream become one, in which each pod's part has its name:
        evidence of a subject is told apart by container and stream alone."""
        parts: dict[tuple[str, str], list[CapturedLog]] = {}
        for pod, failures in await self._failing_pods(reader, kind, obj):
            for log in await reader.logs(pod, failures, MOST_LOG_BYTES // PODS_SHOWN):
                most = (MOST_LOG_BYTES // 4 - 1024) // PODS_SHOWN
                cut = shortened(LogText(log.text, log.truncated), most)
                text = f"(Pod/{manifests.name(pod)})\n{cut.text.rstrip()}\n"
                part = log.model_copy(update={"text": text, "truncated": cut.truncated})
                parts.setdefault((log.container, log.stream), []).append(part)
        return [_joined(logs) for logs in parts.values()]

    async def _failing_pods(
        self, reader: Reader, kind: str, obj: Manifest
    ) -> list[tuple[Manifest, tuple[Failure, ...]]]:
        """The newest ones."""
        selector = selector_text(manifests.spec(obj).get("selector"))
        if not selector:
            return []  # it would select every pod of the namespace
        path = f"/api/v1/namespaces/{manifests.namespace(obj)}/pods"
        found = await reader.all_of(self._cluster.list(path, {"labelSelector": selector}))
        never, now = datetime.min.replace(tzinfo=UTC), datetime.now(UTC)
        judged = [
            (pod, detect(pod, (), now, self._graces))
            for pod in sorted(found, key=lambda pod: manifests.created_at(pod) or never)
            if _belongs(pod, kind, obj)
        ]
        failing = [(pod, v.failures) for pod, v in judged if v.health is Health.FAILING]
        return failing[-PODS_SHOWN:]


def fitted(evidence: CapturedEvidence) -> CapturedEvidence:
    """The evidence as the API takes it: where it is too large, logs are halved, and if that is not
    enough, the objects left out."""
    for _ in range(4):
        if len(encode(evidence)) <= MOST_REPORT_BYTES:
            return evidence
        logs = [_halved(log) for log in evidence.logs]
        evidence = evidence.model_copy(update={"logs": logs})
    said = [*evidence.unavailable[:127], "Owners, node and usage were too large: left out"]
    left = {"owners": [], "node": None, "usage": None, "unavailable": said}
    return evidence.model_copy(update=left)


def _halved(log: CapturedLog) -> CapturedLog:
    kept = shortened(LogText(log.text, log.truncated), len(log.text.encode()) // 2)
    return log.model_copy(update={"text": kept.text, "truncated": True})


def _joined(logs: Sequence[CapturedLog]) -> CapturedLog:
    text = "".join(log.text for log in reversed(logs))
    truncated = any(log.truncated for log in logs)
    return logs[0].model_copy(update={"text": text, "truncated": truncated})


def _belongs(pod: Manifest, kind: str, obj: Manifest) -> bool:
    """Selectors may overlap. A Deployment's ReplicaSets are known by their names."""
    owner = owners.controller(pod)
    if owner is None:
        return False
    if kind == "Deployment":
        return owner.kind == "ReplicaSet" and owner.name.startswith(f"{manifests.name(obj)}-")
    return owner.uid == manifests.uid(obj)
