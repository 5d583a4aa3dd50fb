"""What happens to the objects under one list path, for ever: list once, then watch.

After a lost connection the watch goes on from the last resource version, without a list; only a
410 (the API server no longer remembers so far back) is answered with one. It is never polled.
https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

import asyncio
import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

import aiohttp

from kure.adapters.cluster.client import CONNECT_SECONDS, JSON, METADATA, METADATA_LIST, KubeCluster
from kure.adapters.cluster.problems import Busy, Expired
from kure.domain import manifests
from kure.domain.backoff import full_jitter
from kure.errors import AccessDenied, ClusterUnavailable, KureError, NotFound
from kure.ports import Manifest

log = logging.getLogger(__name__)

# The server ends a watch after this many seconds; random, so that a fleet does not come at once.
SHORTEST, LONGEST = 240, 480

# Silence for so much longer means that the end got lost: bookmarks come about every minute.
GRACE_SECONDS = 15

# An error in the stream that a resume meets again and again is answered with a list.
RELIST_AFTER = 4

# A right that is missing, or a kind that the cluster does not know, needs a person.
REFUSED_LONGEST_PAUSE = 120.0

GONE = 410


@dataclass(frozen=True)
class Seen:
    """An object that is there now, new or changed."""

    object: Manifest


@dataclass(frozen=True)
class Deleted:
    """An object that is gone: as it was last, or, where it went during a gap, only its identity
    (`metadata` with name, namespace and uid)."""

    object: Manifest


@dataclass(frozen=True)
class Synced:
    """All that is there has been told; what follows are changes. Comes again after each list."""


Change = Seen | Deleted | Synced


class Watch:
    """One resource of one cluster.

    `problem` says in plain words why nothing is seen at the moment, and is None while all is well.
    It is logged once when it begins and once when it is over. `is_refused` where its reason is a
    missing right or a kind that is not there. `settled` is set once all has been listed, or when it
    is first refused. Where `optional`, a kind that is not there is no problem.
    """

    def __init__(
        self,
        cluster: KubeCluster,
        path: str,
        query: dict[str, str] | None = None,
        *,
        metadata_only: bool = False,
        optional: bool = False,
    ) -> None:
        self._cluster = cluster
        self._path = path
        self._query = query or {}
        self._version = ""
        self._known: dict[str, tuple[str, str, str]] = {}
        self._failed = 0
        self._is_open = False
        self._optional = optional
        self._accept = (METADATA_LIST, METADATA) if metadata_only else (JSON, JSON)
        self._heard_at = time.monotonic()
        self.problem: str | None = None
        self.is_refused = False
        self.settled = asyncio.Event()

    @property
    def silence(self) -> float:
        """For how many seconds the API server has told nothing: a minute is usual."""
        return time.monotonic() - self._heard_at

    def knows(self, uid: str) -> bool:
        """The object was there when the API server last told."""
        return uid in self._known

    def namespaces(self) -> Counter[str]:
        """How many objects are watched in each namespace."""
        return Counter(namespace for namespace, _, _ in self._known.values())

    async def changes(self) -> AsyncGenerator[Change]:
        """Everything that happens, for ever. Raises nothing but bugs: what goes wrong is tried
        again, and stands in `problem` meanwhile."""
        while True:
            failure: KureError | None = None
            try:
                async with aclosing(self._go_on()) as changes:
                    async for change in changes:
                        yield change
            except KureError as error:
                failure = error
            await asyncio.sleep(self._pause_after(failure))

    async def _go_on(self) -> AsyncGenerator[Change]:
        """One list, if there is nothing to go on from, and one watch until it ends."""
        self._is_open = False
        if not self._version:
            async with aclosing(self._list()) as changes:
                async for change in changes:
                    yield change
            self.settled.set()
            yield Synced()
        async with aclosing(self._watch()) as changes:
            async for change in changes:
                yield change

    async def _list(self) -> AsyncGenerator[Change]:
        """What is new or changed since it was last seen, then what is there no more."""
        listed: set[str] = set()
        version = ""
        async for page in self._cluster.pages(self._path, self._query, self._accept[0]):
            self._heard_at = time.monotonic()
            for item in page.items:
                listed.add(manifests.uid(item))
                if self._remember(item):
                    yield Seen(item)
            version = page.resource_version
        for uid in self._known.keys() - listed:
            namespace, name, _ = self._known.pop(uid)
            yield Deleted({"metadata": {"namespace": namespace, "name": name, "uid": uid}})
        self._version = version

    async def _watch(self) -> AsyncGenerator[Change]:
        """The changes since the version that is known, until the server ends the stream."""
        seconds = random.randint(SHORTEST, LONGEST)
        began, lines = time.monotonic(), 0
        async with self._cluster.open(
            f"watch {self._path}",
            self._path,
            self._watch_query(seconds),
            _timeout(seconds),
            accept=self._accept[1],
        ) as response:
            self._is_open, self.is_refused = True, False
            self._heard_at = time.monotonic()
            self._say(None)
            async for line in whole_lines(response.content.iter_any()):
                lines += 1
                self._heard_at = time.monotonic()
                change = self._read(line)
                self._failed = 0
                if change:
                    yield change
        if lines:
            return
        # Without one bookmark the version is from a store that is no more (a cluster set up anew
        # at the same address): such a watch stays open, and silent, for ever.
        if time.monotonic() - began >= SHORTEST - GRACE_SECONDS:
            raise Expired(f"Cannot watch {self._path}: the API server told nothing at all")
        raise ClusterUnavailable(f"Cannot watch {self._path}: the stream ended at once")

    def _watch_query(self, seconds: int) -> dict[str, str]:
        return self._query | {
            "watch": "true",
            "resourceVersion": self._version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }

    def _read(self, line: bytes) -> Change | None:
        """The change that a line tells; None for a bookmark. Raises Expired and
        ClusterUnavailable for what stands in place of one."""
        try:
            event = manifests.mapping(json.loads(line))
        except ValueError as error:
            raise ClusterUnavailable(f"Cannot watch {self._path}: a line is not JSON") from error
        kind, obj = event.get("type"), manifests.mapping(event.get("object"))
        if kind == "ERROR":
            text = f"Cannot watch {self._path}: {manifests.text(obj.get('message'))}"
            raise Expired(text) if obj.get("code") == GONE else ClusterUnavailable(text)
        self._version = manifests.resource_version(obj) or self._version
        if kind == "DELETED":
            self._known.pop(manifests.uid(obj), None)
            return Deleted(obj)
        if kind in ("ADDED", "MODIFIED"):
            self._remember(obj)
            return Seen(obj)
        return None

    def _remember(self, obj: Manifest) -> bool:
        """Whether this state of the object is news. Only identities are kept, not objects."""
        namespace = sys.intern(manifests.namespace(obj))  # many objects, few namespaces
        identity = namespace, manifests.name(obj), manifests.resource_version(obj)
        known = self._known.get(manifests.uid(obj))
        self._known[manifests.uid(obj)] = identity
        return known != identity

    def _pause_after(self, failure: KureError | None) -> float:
        """Seconds until the next try, at once after a stream that ended as it should."""
        if failure is None:
            return 0
        self._failed += 1
        if isinstance(failure, Expired) or (self._is_open and self._failed >= RELIST_AFTER):
            self._version = ""
        if not self._is_open and not isinstance(failure, Expired):
            is_absent = self._optional and isinstance(failure, NotFound)
            self._say(None if is_absent else str(failure))
        if isinstance(failure, AccessDenied | NotFound):
            self.is_refused = True
            self.settled.set()
            return full_jitter(self._failed, random.random(), most=REFUSED_LONGEST_PAUSE)
        pause = full_jitter(self._failed, random.random())
        return pause + failure.retry_after_seconds if isinstance(failure, Busy) else pause

    def _say(self, problem: str | None) -> None:
        if problem and not self.problem:
            log.warning("%s", problem)
        if self.problem and not problem:
            log.info("Watching %s again", self._path)
        self.problem = problem


async def whole_lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines of any length: one object may be several megabytes, more than stream readers take.
    What follows the last newline was cut off with the connection and is dropped."""
    begun: list[bytes] = []
    async for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            yield b"".join((*begun, line))
            begun.clear()
        begun.append(rest)


def _timeout(seconds: int) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(
        connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS, sock_read=seconds + GRACE_SECONDS
    )
