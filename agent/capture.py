"""What will soon be lost, captured when a failure is seen: logs of the containers that fail, the
pod's events. Redacted here, before it leaves the agent."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kure.contracts.reports import CapturedEvidence, CapturedLog
from kure.domain import manifests
from kure.domain.capture import MOST_EVENTS, told_event, wanted_logs
from kure.domain.failures.model import Failure
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.errors import KureError
from kure.ports import Cluster, LogText

AT_ONCE = 6
# All logs of a pod together: what the API takes is 2 MiB, and JSON doubles what must be escaped.
MOST_LOG_BYTES = 1024 * 1024


class Capture:
    """Reads of one cluster, a few at once: five hundred pods may fail together. Redaction runs in
    a thread of its own, since a long log takes longer than a verdict may."""

    def __init__(self, cluster: Cluster, redactor: Redactor) -> None:
        self._cluster = cluster
        self._redactor = redactor
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._thread = ThreadPoolExecutor(1, "evidence")

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def of(self, pod: Manifest, failures: Sequence[Failure]) -> CapturedEvidence:
        """The logs, previous ones first, and the newest events. What cannot be read is named in
        `unavailable`; nothing is raised for it."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            redactor = await loop.run_in_executor(self._thread, self._redactor.with_secrets_of, pod)
            unavailable: list[str] = []
            return CapturedEvidence(
                uid=manifests.uid(pod),
                name=manifests.name(pod),
                namespace=manifests.namespace(pod),
                since=max(failure.since for failure in failures),
                logs=await self._logs(pod, failures, redactor, unavailable),
                events=await self._events(pod, redactor, unavailable),
                unavailable=unavailable,
            )

    async def _logs(
        self,
        pod: Manifest,
        failures: Sequence[Failure],
        redactor: Redactor,
        unavailable: list[str],
    ) -> list[CapturedLog]:
        wanted = list(wanted_logs(pod, failures))
        namespace, name = manifests.namespace(pod), manifests.name(pod)
        logs = []
        for container, stream in wanted:
            try:
                found = await self._cluster.log(
                    namespace, name, container, previous=stream == "previous"
                )
            except KureError as error:
                unavailable.append(str(error))
                continue
            kept = newest_part(found, MOST_LOG_BYTES // len(wanted))
            loop = asyncio.get_running_loop()
            text = await loop.run_in_executor(self._thread, redactor.text, kept.text)
            logs.append(
                CapturedLog(container=container, stream=stream, text=text, truncated=kept.truncated)
            )
        return logs

    async def _events(
        self, pod: Manifest, redactor: Redactor, unavailable: list[str]
    ) -> list[dict[str, Any]]:
        path = f"/api/v1/namespaces/{manifests.namespace(pod)}/events"
        query = {"fieldSelector": f"involvedObject.uid={manifests.uid(pod)}"}
        try:
            found = [event async for event in self._cluster.list(path, query)]
        except KureError as error:
            unavailable.append(str(error))
            return []
        newest = manifests.newest_first(found)[:MOST_EVENTS]
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, lambda: [told_event(event, redactor) for event in newest]
        )


def newest_part(log: LogText, most_bytes: int) -> LogText:
    """The newest whole lines of a log that fit."""
    raw = log.text.encode()
    if len(raw) <= most_bytes:
        return log
    # One byte more, so that a line which just fits is known to be whole.
    _, _, kept = raw[-most_bytes - 1 :].partition(b"\n")
    return LogText(kept.decode(errors="replace"), truncated=True)
