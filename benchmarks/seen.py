"""When each thing happened: at a raw watch of our own, in the agent, in the live stream.

All times are CLOCK_MONOTONIC's, which processes of one machine share.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import httpx

from benchmarks.demo import Running
from benchmarks.samples import Sample
from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.watch import Seen, Watch
from kure.domain import manifests
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Health
from kure.errors import Unavailable

PATIENCE = 60
VERDICT = re.compile(r"verdict uid=(\S+) health=failing .*monotonic_ns=(\d+)")


class Observer:
    """Notes the first time of each thing, by pod or incident."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._stack = AsyncExitStack()
        self._arrived: dict[str, tuple[float, str, str]] = {}
        self._visible: dict[str, tuple[float, str]] = {}
        self._diagnosed: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        cluster = await self._stack.enter_async_context(connect(self._running.settings))
        for work in (self._watch(cluster), self._listen()):
            task = asyncio.create_task(work)
            self._stack.callback(task.cancel)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _watch(self, cluster: KubeCluster) -> None:
        async for change in Watch(cluster, "/api/v1/pods").changes():
            at = time.monotonic()
            if not isinstance(change, Seen):
                continue
            name = manifests.name(change.object)
            verdict = detect(change.object, None, datetime.now(UTC))
            if verdict.health is Health.FAILING and name not in self._arrived:
                failure_class = verdict.failures[0].failure_class.value
                self._arrived[name] = (at, manifests.uid(change.object), failure_class)

    async def _listen(self) -> None:
        headers = {"Authorization": f"Bearer {self._running.token}"}
        async with (
            httpx.AsyncClient(base_url=self._running.url, timeout=60) as client,
            client.stream("GET", "/api/events", headers=headers) as answer,
        ):
            event = ""
            async for line in answer.aiter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    event = value
                elif field == "data":
                    self._note(event, json.loads(value), time.monotonic())

    def _note(self, event: str, data: dict[str, object], at: float) -> None:
        if event == "incident.created":
            summary = data["summary"]
            assert isinstance(summary, dict), "the event's payload"
            self._visible.setdefault(str(summary["name"]), (at, str(data["id"])))
        elif event == "diagnosis.ready":
            self._diagnosed.setdefault(str(data["incident_id"]), at)

    async def until_all_are_seen(self, names: list[str], patience: float = PATIENCE) -> None:
        """Unavailable names what was not seen after so many seconds."""
        deadline = time.monotonic() + patience
        while missing := [name for name in names if not self._is_seen(name)]:
            if time.monotonic() > deadline:
                raise Unavailable(f"Not diagnosed after {patience:.0f} s: {', '.join(missing)}.")
            await asyncio.sleep(0.2)

    def _is_seen(self, name: str) -> bool:
        return name in self._visible and self._visible[name][1] in self._diagnosed

    def storm(self, names: list[str]) -> tuple[float, float]:
        """Seconds from the first failure's arrival until the last of these workloads was visible,
        and until the last one was diagnosed."""
        own = tuple(f"{name}-" for name in names)
        began = min(at for pod, (at, _, _) in self._arrived.items() if pod.startswith(own))
        visible = [self._visible[name] for name in names]
        diagnosed = max(self._diagnosed[incident_id] for _, incident_id in visible)
        return max(at for at, _ in visible) - began, diagnosed - began

    def samples(self, names: list[str], told: Mapping[str, float]) -> list[Sample]:
        """What was noted, as seconds from each change's arrival; `told` is when messages came."""
        log = (self._running.data_dir / "log" / "agent.log").read_text()
        verdicts: dict[str, float] = {}
        for uid, nanoseconds in VERDICT.findall(log):
            verdicts.setdefault(uid, int(nanoseconds) / 1e9)
        found = []
        for name in names:
            at, uid, failure_class = self._arrived[name]
            visible, incident_id = self._visible[name]
            diagnosed = self._diagnosed[incident_id]
            seconds = (verdicts[uid] - at, visible - at, diagnosed - at)
            message = told[name] - at if name in told else None
            found.append(Sample(name, failure_class, *seconds, message))
        return found
