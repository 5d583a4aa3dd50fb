"""Whether a pod fails: every rule that matches is reported, ordered by what must be fixed first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.match import Events, Match, Rule
from kure.domain.failures.model import FailureClass, Graces, Health, Verdict
from kure.domain.failures.rules.config_error import config_error
from kure.domain.failures.rules.crash_loop import crash_loop
from kure.domain.failures.rules.create_error import create_error
from kure.domain.failures.rules.deadline import deadline
from kure.domain.failures.rules.evicted import evicted
from kure.domain.failures.rules.failed_mount import failed_mount
from kure.domain.failures.rules.image_pull import image_pull
from kure.domain.failures.rules.init_stuck import init_stuck
from kure.domain.failures.rules.not_ready import not_ready
from kure.domain.failures.rules.not_started import not_started
from kure.domain.failures.rules.oom_killed import oom_killed
from kure.domain.failures.rules.pod_failed import pod_failed
from kure.domain.failures.rules.rejected import rejected
from kure.domain.failures.rules.sandbox import sandbox
from kure.domain.failures.rules.start_error import start_error
from kure.domain.failures.rules.stuck_terminating import stuck_terminating
from kure.domain.failures.rules.unschedulable import unschedulable
from kure.domain.failures.well import is_well, settles_at, well_since
from kure.domain.manifests import Manifest

# In the order in which failures must be fixed.
RULES: tuple[Rule, ...] = (
    unschedulable,
    rejected,
    evicted,
    stuck_terminating,
    sandbox,
    failed_mount,
    not_started,
    image_pull,
    config_error,
    create_error,
    start_error,
    init_stuck,
    oom_killed,
    crash_loop,
    deadline,
    pod_failed,
    not_ready,
)

# What says only that a container is not where it should be: said where nothing else is said of it.
GENERAL = (FailureClass.NOT_STARTED, FailureClass.INIT_STUCK, FailureClass.NOT_READY)

DEFAULT_GRACES = Graces()


def detect(
    pod: Manifest, events: Events, now: datetime, graces: Graces = DEFAULT_GRACES
) -> Verdict:
    """The verdict on a pod, given as the API server sends it, fields missing or null included.

    `events` are the pod's, in any order; None where they were not read: the verdict then says
    whether it wants them.
    Pods that are being deleted are not healthy, and fail only where they do not go: whatever their
    containers say now was asked for.
    """
    if manifests.is_being_deleted(pod):
        stuck = list(stuck_terminating(pod, events, graces))
        return verdict_of(stuck, now, well=False, well_since=None)
    matches = _told(_distinct(match for rule in RULES for match in rule(pod, events, graces)), now)
    return verdict_of(
        matches, now, well=is_well(pod), well_since=well_since(pod), settles=settles_at(pod)
    )


def is_vague(verdict: Verdict) -> bool:
    """Nothing is said of why: events that are still to come may say more. The kubelet tells of a
    mount that failed after minutes, and on a busy node its events are late."""
    return all(failure.failure_class in GENERAL for failure in verdict.failures)


def _distinct(matches: Iterable[Match]) -> list[Match]:
    """One for each class and container; two containers of one name are nobody's cluster."""
    found: dict[tuple[FailureClass, str], Match] = {}
    for match in matches:
        found.setdefault((match.failure.failure_class, match.failure.container), match)
    return list(found.values())


def _told(matches: Sequence[Match], now: datetime) -> list[Match]:
    """Without the general ones of containers of which something specific holds now. A question
    for the events stays: they may tell of the pod as a whole."""
    specific = {
        match.failure.container
        for match in matches
        if match.failure.failure_class not in GENERAL and _holds(match, now)
    }
    return [
        match
        for match in matches
        if match.needs_events
        or match.failure.failure_class not in GENERAL
        or match.failure.container not in specific
    ]


def verdict_of(
    matches: Sequence[Match],
    now: datetime,
    *,
    well: bool,
    well_since: datetime | None,
    settles: datetime | None = None,
) -> Verdict:
    """What matches come to at this moment. `well` and `well_since` count where none holds and none
    is still to begin, and not before `settles`."""
    held = [match for match in matches if _holds(match, now)]
    failures = tuple(match.failure for match in held if not match.needs_events)
    recheck_at = min(_turning_points(matches, now), default=None)
    to_come = any(match.begins and match.begins > now for match in matches)
    wants_events = any(match.needs_events for match in held)
    if failures:
        since = min(failure.since for failure in failures)
        return Verdict(Health.FAILING, failures, since, recheck_at, wants_events)
    if wants_events:
        return Verdict(Health.PENDING, recheck_at=recheck_at, wants_events=True)
    if not well or to_come:
        return Verdict(Health.PENDING, recheck_at=recheck_at)
    if settles and settles > now:
        return Verdict(Health.PENDING, recheck_at=settles)
    return Verdict(Health.HEALTHY, since=well_since)


def _holds(match: Match, now: datetime) -> bool:
    return (match.begins is None or now >= match.begins) and (
        match.ends is None or now < match.ends
    )


def _turning_points(matches: Iterable[Match], now: datetime) -> list[datetime]:
    """When the clock alone changes a match."""
    return [time for match in matches for time in (match.begins, match.ends) if time and time > now]
