"""Whether a pod fails: every rule that matches is reported, ordered by what must be fixed first."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.match import Events, Match, Rule
from kure.domain.failures.model import Graces, Health, Verdict
from kure.domain.failures.rules.crash_loop import crash_loop
from kure.domain.failures.rules.image_pull import image_pull
from kure.domain.failures.rules.oom_killed import oom_killed
from kure.domain.failures.rules.unschedulable import unschedulable
from kure.domain.manifests import Manifest

# In the order in which failures must be fixed.
RULES: tuple[Rule, ...] = (unschedulable, image_pull, oom_killed, crash_loop)

DEFAULT_GRACES = Graces()


def detect(
    pod: Manifest, events: Events, now: datetime, graces: Graces = DEFAULT_GRACES
) -> Verdict:
    """The verdict on a pod, given as the API server sends it, fields missing or null included.

    `events` are the pod's, in any order; None where they were not read: the verdict then says
    whether it wants them.
    Pods that are being deleted are neither failing nor healthy: whatever their containers say now
    was asked for.
    """
    if manifests.is_being_deleted(pod):
        return Verdict(Health.PENDING)
    matches = [match for rule in RULES for match in rule(pod, events, graces)]
    return verdict_of(matches, now, well=_is_well(pod), well_since=_well_since(pod))


def verdict_of(
    matches: Sequence[Match], now: datetime, *, well: bool, well_since: datetime | None
) -> Verdict:
    """What matches come to at this moment; `well` and `well_since` count where none holds."""
    held = [match for match in matches if _holds(match, now)]
    failures = tuple(match.failure for match in held if not match.needs_events)
    recheck_at = min(_turning_points(matches, now), default=None)
    wants_events = any(match.needs_events for match in held)
    if failures:
        since = min(failure.since for failure in failures)
        return Verdict(Health.FAILING, failures, since, recheck_at, wants_events)
    if wants_events:
        return Verdict(Health.PENDING, recheck_at=recheck_at, wants_events=True)
    if well:
        return Verdict(Health.HEALTHY, since=well_since, recheck_at=recheck_at)
    return Verdict(Health.PENDING, recheck_at=recheck_at)


def _holds(match: Match, now: datetime) -> bool:
    return (match.begins is None or now >= match.begins) and (
        match.ends is None or now < match.ends
    )


def _turning_points(matches: Iterable[Match], now: datetime) -> list[datetime]:
    """When the clock alone changes a match."""
    return [time for match in matches for time in (match.begins, match.ends) if time and time > now]


def _is_well(pod: Manifest) -> bool:
    phase = manifests.phase(pod)
    ready = manifests.condition(pod, "Ready").get("status") == "True"
    return phase == "Succeeded" or (phase == "Running" and ready)


def _well_since(pod: Manifest) -> datetime | None:
    """When the pod became so: ready, and its containers started; for a finished one, when the last
    of them ended."""
    containers = list(manifests.containers(pod))
    if manifests.phase(pod) == "Succeeded":
        ends = [container.state("terminated").get("finishedAt") for container in containers]
    else:
        ends = [container.state("running").get("startedAt") for container in containers]
        ends.append(manifests.condition(pod, "Ready").get("lastTransitionTime"))
    return max((time for time in map(manifests.time_of, ends) if time), default=None)
