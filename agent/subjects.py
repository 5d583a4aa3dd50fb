"""What has been told of each object that fails, and when to look at it again: shared by all watches
of a scope.

Only what is needed is kept (who it is, what was reported of it, a timer), never the object, and
nothing at all of what is well: a cluster has thousands.
"""

import asyncio
import time
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from agent.context import Context, Sight
from agent.events import EventReader, state_of
from agent.telling import Teller, ended
from kure.contracts.reports import OpenPod
from kure.domain import manifests, owners
from kure.domain.failures.detect import is_vague
from kure.domain.failures.match import Events
from kure.domain.failures.model import Failure, Health, Verdict
from kure.domain.manifests import Manifest

# When an object could not be looked at again, or its report was forgotten.
SOON_SECONDS = 15.0

# An object's events are listed no more often than this, unless it came into another state. What
# stays as it is, and not failing, is asked about less and less often.
EVENTS_SECONDS, EVENTS_LONGEST = 10.0, 300.0

# A failure as it is reported once: class, container, since.
Known = tuple[str, str, datetime]


@dataclass(slots=True)
class Subject:
    """What is kept of an object. `reported` is empty where nothing of it is open; `owner` is the
    uid of the controller that it was reported with, None where that is not known. `read_version`
    is what a read in between gave, until the watch has caught up with it. `asked` is how often its
    events were listed in `state`, `asked_at` when it was last (monotonic). `is_excluded` where
    something of it is not told; `is_told_again` where what fails of it is news in any case."""

    kind: str
    namespace: str
    name: str
    reported: frozenset[Known] = frozenset()
    owner: str | None = None
    timer: asyncio.TimerHandle | None = None
    read_version: int = 0
    state: int = 0
    asked: int = 0
    asked_at: float = 0
    is_excluded: bool = False
    is_told_again: bool = False


class Judge(Protocol):
    """A watch that can look at one of its objects again."""

    async def judge_again(self, uid: str, subject: Subject) -> None:
        """Hand the object as it is now to `Subjects.see`. Raises nothing but bugs."""
        ...


class Subjects:
    """Turns what watches see into news. `open` is what the API holds to be failing at the start."""

    def __init__(
        self, context: Context, teller: Teller, events: EventReader, open: Iterable[OpenPod]
    ) -> None:
        self._context = context
        self._teller = teller
        self._events = events
        # Other senders' reports may have no uid; the API then holds `namespace/name`. Not ours.
        self._subjects = {one.uid: _opened(one) for one in open if "/" not in one.uid}
        self._judges: dict[str, Judge] = {}
        self._asking: dict[str, Sight | None] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def __contains__(self, uid: object) -> bool:
        return uid in self._subjects

    def __iter__(self) -> Iterator[str]:
        return iter(self._subjects)

    def judged_by(self, kind: str, judge: Judge) -> None:
        """Who looks again at objects of this kind."""
        self._judges[kind] = judge

    def of_kind(self, kind: str) -> list[tuple[str, Subject]]:
        return [(uid, one) for uid, one in self._subjects.items() if one.kind == kind]

    def get(self, uid: str) -> Subject | None:
        return self._subjects.get(uid)

    def close(self) -> None:
        """No timer fires any more, and nothing that is under way becomes a report."""
        for subject in self._subjects.values():
            _stop(subject)
        for task in self._tasks:
            task.cancel()

    def see(self, sight: Sight) -> Subject | None:
        """The verdict on an object as it is now, and its report where that is news. Returns what is
        kept of it."""
        now = datetime.now(UTC)
        verdict = sight.judge(None, now)
        if sight.uid in self._asking:
            self._asking[sight.uid] = sight if verdict.wants_events else None
        self._settle(sight, verdict, now)
        if verdict.wants_events:
            self._ask(sight)
        return self._subjects.get(sight.uid)

    def end(self, uid: str, since: datetime | None) -> None:
        """The object is gone."""
        subject = self._drop(uid)
        if subject and subject.reported:
            self._teller.gone(ended(subject.kind, subject.namespace, subject.name, uid, since))

    def hand_over(self, uid: str) -> None:
        """Somebody else watches the object from now on: what was told of it ends, a moment after
        the newest failure, so that whatever the other tells is later."""
        subject = self._drop(uid)
        if subject and subject.reported:
            since = max(since for _, _, since in subject.reported) + timedelta(microseconds=1)
            self._teller.healthy(ended(subject.kind, subject.namespace, subject.name, uid, since))

    def forget(self, uid: str) -> None:
        """Its report could not be kept: it will be judged again as if nothing had been said."""
        if subject := self._subjects.get(uid):
            subject.reported = frozenset()
            self.look_in(SOON_SECONDS, uid)

    def look_in(self, seconds: float, uid: str) -> None:
        """Look at it again after so long, or earlier where that is planned already."""
        subject, loop = self._subjects.get(uid), asyncio.get_running_loop()
        if subject is None or (subject.timer and subject.timer.when() <= loop.time() + seconds):
            return
        _stop(subject)
        subject.timer = loop.call_later(max(seconds, 0), self._look, uid)

    def look_now(self) -> None:
        """Look again at all for which time alone may change the verdict: its rules have changed."""
        for uid in [uid for uid, subject in self._subjects.items() if subject.timer]:
            self.look_in(0, uid)

    def tell_again(self) -> None:
        """Other exclusions are in force: whatever fails is told as if it had just been seen."""
        for uid, subject in list(self._subjects.items()):
            if subject.reported or subject.is_excluded:
                subject.is_told_again = True
                self.look_in(0, uid)

    def _look(self, uid: str) -> None:
        if subject := self._subjects.get(uid):
            subject.timer = None
            if judge := self._judges.get(subject.kind):
                self._start(judge.judge_again(uid, subject))

    def _settle(self, sight: Sight, verdict: Verdict, now: datetime) -> None:
        """Plan the next look, and tell what is news."""
        subject = self._subjects.get(sight.uid)
        if subject is None:
            if not (verdict.failures or verdict.recheck_at or verdict.wants_events):
                return
            namespace, name = manifests.namespace(sight.obj), manifests.name(sight.obj)
            subject = self._subjects[sight.uid] = Subject(sight.kind, namespace, name)
        _stop(subject)
        if verdict.recheck_at:
            self.look_in((verdict.recheck_at - now).total_seconds(), sight.uid)
        failures = self._context.kept(sight, verdict.failures, now)
        subject.is_excluded = len(failures) < len(verdict.failures)
        failing = frozenset(map(_known, failures))
        # Without the events some of what was reported may be missing: they are asked for next.
        is_less = verdict.wants_events and failing <= subject.reported
        owner = _owner(sight.obj)
        if subject.owner is None:
            subject.owner = owner
        is_adopted = owner not in ("", subject.owner)
        is_news = is_adopted or subject.is_told_again or failing != subject.reported
        if verdict.health is Health.FAILING and failing and is_news and not is_less:
            subject.reported, subject.owner, subject.is_told_again = failing, owner, False
            self._teller.failed(sight, tuple(failures))
        elif verdict.health is Health.HEALTHY and subject.reported:
            subject.reported, subject.is_told_again = frozenset(), False
            self._teller.healthy(
                ended(subject.kind, subject.namespace, subject.name, sight.uid, verdict.since)
            )
        if _is_idle(subject) and not verdict.wants_events:
            del self._subjects[sight.uid]

    def _ask(self, sight: Sight) -> None:
        """List the object's events and judge it with them, now or when it is time."""
        subject = self._subjects[sight.uid]
        state = state_of(sight.obj)
        if state != subject.state or not subject.asked:
            subject.state, subject.asked = state, 0
        elif (left := subject.asked_at + EVENTS_SECONDS - time.monotonic()) > 0:
            self.look_in(left, sight.uid)
            return
        if sight.uid in self._asking:
            return
        self._asking[sight.uid] = sight
        subject.asked, subject.asked_at = subject.asked + 1, time.monotonic()
        self._start(self._judge_with_events(sight))

    async def _judge_with_events(self, asked: Sight) -> None:
        found: Events = None
        try:
            found = await self._events.of(asked.obj)
        finally:
            sight = self._asking.pop(asked.uid)
        # What came meanwhile may need no events any more, or have ended.
        if sight is None or sight.uid not in self._subjects:
            return
        now = datetime.now(UTC)
        verdict = sight.judge(found or (), now)
        self._settle(sight, verdict, now)
        if found is None:
            self.look_in(SOON_SECONDS, sight.uid)
        elif is_vague(verdict) and (subject := self.get(sight.uid)):
            pause = EVENTS_SECONDS * 2.0 ** min(subject.asked - 1, 8)
            self.look_in(min(pause, EVENTS_LONGEST), sight.uid)

    def _drop(self, uid: str) -> Subject | None:
        if subject := self._subjects.pop(uid, None):
            _stop(subject)
        return subject

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """The event loop itself holds tasks only weakly."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _stop(subject: Subject) -> None:
    if subject.timer:
        subject.timer.cancel()
        subject.timer = None


def _is_idle(subject: Subject) -> bool:
    """Nothing is open, planned or to be remembered."""
    is_fresh = subject.asked and time.monotonic() - subject.asked_at < EVENTS_LONGEST
    is_open = subject.reported or subject.is_excluded
    return not (is_open or subject.timer or subject.read_version or is_fresh)


def _opened(one: OpenPod) -> Subject:
    failures = [(told.failure_class.value, told.container, told.since) for told in one.failures]
    return Subject(one.kind, one.namespace, one.name, reported=frozenset(failures))


def _owner(obj: Manifest) -> str:
    controller = owners.controller(obj)
    return controller.uid if controller else ""


def _known(failure: Failure) -> Known:
    return failure.failure_class.value, failure.container, failure.since
