"""Following one mirror until it has a verdict."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.watch import Change, Deleted, Seen, Synced, Watch
from kure.contracts.mirroring import Watched, WatchRequest
from kure.contracts.mirrors import Verdict
from kure.domain import manifests
from kure.domain.failures.well import is_well
from kure.domain.mirrors import verdict as judging
from kure.domain.mirrors.verdict import Word, judge
from kure.errors import AccessDenied, NotFound
from kure.gathering.reads import PODS
from kure.ports import Manifest

# Some of what holds a pod up shows in its events alone, which change no status.
EVENTS_AGAIN = timedelta(seconds=10)

VERDICTS = {Word.PASSED: Verdict.PASSED, Word.FAILED: Verdict.FAILED, Word.NONE: Verdict.NONE}
DELETED = Watched(verdict=Verdict.NONE, text="the mirror was deleted by somebody", final=True)


@dataclass
class Following:
    """One mirror, judged at each change of its status and whenever time alone may change the
    verdict."""

    cluster: KubeCluster
    request: WatchRequest
    clock: Callable[[], datetime]
    _pod: Manifest | None = None
    _said: judging.Verdict | None = None

    async def run(self) -> Watched:
        """The verdict, or that there was none until the end."""
        path, query = self._place
        watch = Watch(self.cluster, path, query)
        self._said = _so_far(self.request.so_far)
        async with aclosing(watch.changes()) as changes:
            coming = asyncio.ensure_future(anext(changes))
            try:
                while True:
                    news = await self._news(coming)
                    if news is not None:
                        coming = asyncio.ensure_future(anext(changes))
                    found = await self._judged(news)
                    if found is not None:
                        return found
            finally:
                coming.cancel()
                await asyncio.wait({coming})

    @property
    def _place(self) -> tuple[str, dict[str, str]]:
        name = {"fieldSelector": f"metadata.name={self.request.pod}"}
        return PODS.format(self.request.namespace), name

    async def _news(self, coming: "asyncio.Future[Change]") -> Change | None:
        """The next change; None where it is time to look without one."""
        again = self._said.look_again_at if self._said else None
        if self._pod is not None and not is_well(self._pod):
            soon = self.clock() + EVENTS_AGAIN
            again = min(again, soon) if again else soon
        until = min(again, self.request.until) if again else self.request.until
        rest = max((until - self.clock()).total_seconds(), 0)
        done, _ = await asyncio.wait({coming}, timeout=rest)
        return coming.result() if done else None

    async def _judged(self, news: Change | None) -> Watched | None:
        if isinstance(news, Deleted) and manifests.uid(news.object) == self.request.uid:
            return DELETED
        if isinstance(news, Seen):
            if manifests.uid(news.object) != self.request.uid:
                return DELETED  # another pod has its name
            self._pod = news.object
        if self._pod is None:
            if isinstance(news, Synced):
                return DELETED
            is_over = self.clock() >= self.request.until
            return Watched(verdict=None, text="it could not be watched") if is_over else None
        return await self._verdict(self._pod)

    async def _verdict(self, pod: Manifest) -> Watched | None:
        events = None if is_well(pod) else await self._events(pod)
        now = self.clock()
        said = judge(
            pod,
            self.request.needs_seconds,
            self.request.is_job,
            now,
            self._said,
            events=events,
            ends_at=self.request.until,
        )
        self._said = said
        over = now >= self.request.until
        if said.word is Word.PENDING or (said.word is Word.NONE and over):
            return _told(said, None) if over else None
        if self.request.so_far is not None and said.word is Word.PASSED and not said.final:
            return _told(said, None) if over else None
        return _told(said, VERDICTS[said.word])

    async def _events(self, pod: Manifest) -> tuple[Manifest, ...] | None:
        try:
            return tuple(await self.cluster.events({"kind": "Pod"} | pod))
        except (AccessDenied, NotFound):
            return None


def _so_far(known: Watched | None) -> judging.Verdict | None:
    """*Passed*, as it was told. Where the restarts by then are not known, none counts."""
    if known is None:
        return None
    return judging.Verdict(
        Word.PASSED,
        known.text,
        held_seconds=known.held_seconds,
        had_passed=True,
        restarts=sys.maxsize if known.restarts is None else known.restarts,
    )


def _told(said: judging.Verdict, verdict: Verdict | None) -> Watched:
    return Watched(
        verdict=verdict,
        text=said.text,
        held_seconds=said.held_seconds,
        final=said.final,
        restarts=said.restarts,
    )
