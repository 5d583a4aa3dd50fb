"""Exclusions as they are in force, in memory: reports ask them, and agents wait for them to change.

They are read anew when the event log says so, and what they close and reopen is done by every
process alike: each change is told once, whoever is first.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from temporalio.service import RPCError

from api.hub import Hub
from api.relay import Starter
from api.ring import Told
from api.subscription import Mark, Subscription
from kure.adapters.postgres import exclusions
from kure.adapters.postgres.nudges import Nudge
from kure.adapters.postgres.pool import AWAY, Pool
from kure.adapters.postgres.reports import FailingPod
from kure.domain.exclusions import Exclusion, Failing, excluding
from kure.domain.globs import matches
from kure.errors import DatabaseUnavailable, KureError

log = logging.getLogger("kure.api.exclusions")

# Also without news: one may have expired, or an ignored incident may be open again.
SWEEP_SECONDS = 30.0
# A report that another process took just before it knew of an exclusion is closed by a second look.
AGAIN_SECONDS = 1.0
# Runs that are told at the same time.
AT_ONCE = 8
OWN = "kure"


class Exclusions:
    """Of one API process. What fails in Kure's own namespace (`own`: cluster and namespace) is
    always excluded: it would tell of itself what its health page tells."""

    def __init__(
        self,
        pool: Pool,
        hub: Hub,
        starter: Starter,
        clock: Callable[[], datetime],
        own: tuple[str, str],
    ) -> None:
        self._starter = starter
        self._pool = pool
        self._hub = hub
        self._clock = clock
        self._own = Exclusion(OWN, cluster=own[0], namespace=own[1])
        self._all: tuple[Exclusion, ...] = (self._own,)
        self._known: list[Exclusion] = [self._own]
        self._matched: dict[str, datetime] = {}
        self._changed = asyncio.Event()
        self._nudges: asyncio.Queue[Nudge] = asyncio.Queue()

    async def load(self) -> None:
        """Read them; whoever waits for a change is woken where there is one."""
        self._all = (self._own, *await exclusions.everything(self._pool))
        if self.in_force() != self._known:
            self._known = self.in_force()
            before, self._changed = self._changed, asyncio.Event()
            before.set()

    def in_force(self, cluster: str | None = None) -> list[Exclusion]:
        """Those that count now, of one cluster or of all."""
        now = self._clock()
        return [
            one
            for one in self._all
            if one.is_in_force(now) and (cluster is None or matches(one.cluster, cluster))
        ]

    async def changed(self) -> None:
        """Wait until others are in force."""
        await self._changed.wait()

    def note(self, ids: Sequence[str]) -> None:
        """Agents kept something away by these."""
        known = {one.id for one in self._all}
        self._matched |= {id_: self._clock() for id_ in ids if id_ in known}

    def kept(self, pod: FailingPod) -> FailingPod | None:
        """The report without what is excluded; None where nothing of it is left."""
        w = pod.workload
        what = Failing(w.cluster, w.namespace, w.kind, w.name, pod.name, pod.labels)
        now, left = self._clock(), []
        for failure in pod.failures:
            by = excluding(self._all, what, failure.failure_class, now)
            if by is None:
                left.append(failure)
            else:
                self._matched[by] = now
        if len(left) == len(pod.failures):
            return pod
        return replace(pod, failures=tuple(left)) if left else None

    async def apply(self) -> None:
        """Read them, and close and reopen what they say. Runs are told a moment later."""
        await self.load()
        for nudge in await exclusions.apply(self._pool, self._all, self._clock()):
            self._nudges.put_nowait(nudge)

    async def run(self) -> None:
        """Until cancelled; a database that goes away is waited for."""
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._follow())
            for _ in range(AT_ONCE):
                parts.create_task(self._nudge())

    async def _follow(self) -> None:
        while True:
            try:
                async with self._hub.subscribe(None) as news:
                    await self._work(news)
            except (DatabaseUnavailable, *AWAY) as error:
                log.warning("exclusions stay as they were: %s", error)
                await asyncio.sleep(1)

    async def _nudge(self) -> None:
        """Runs end or begin. One that cannot be told now is told by whoever looks for those that
        were asked to look."""
        while True:
            nudge = await self._nudges.get()
            try:
                await self._starter.nudge(nudge)
            except (KureError, RPCError) as error:
                log.warning("a run does not know yet what is excluded: %s", error)

    async def _work(self, news: Subscription) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            left = due - loop.time()
            if left <= 0:
                await self._sweep()
                due = loop.time() + self._rest()
            elif _is_news(await news.next(left)):
                await self.apply()
                due = min(due, loop.time() + AGAIN_SECONDS)

    def _rest(self) -> float:
        """Until the next one expires, in seconds, or until it is time to look anyway."""
        now = self._clock()
        ends = [one.expires_at for one in self.in_force() if one.expires_at]
        return min([SWEEP_SECONDS, *((end - now).total_seconds() for end in ends)])

    async def _sweep(self) -> None:
        await self.apply()
        matched, self._matched = self._matched, {}
        matched.pop(OWN, None)
        if matched:
            await exclusions.matched(self._pool, matched)
        await exclusions.prune(self._pool, self._clock())


def _is_news(told: Sequence[Told] | Literal[Mark.RESYNC]) -> bool:
    return told is Mark.RESYNC or any(one.event.topic == exclusions.TOPIC for one in told)
