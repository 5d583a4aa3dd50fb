"""Whether an object that is not a pod fails."""

from dataclasses import replace
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.detect import DEFAULT_GRACES, verdict_of
from kure.domain.failures.model import Graces, Health, Verdict
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.manifests import Manifest


def detect_object(
    kind: ObjectKind,
    obj: Manifest,
    around: Around,
    now: datetime,
    graces: Graces = DEFAULT_GRACES,
) -> Verdict:
    """The verdict on an object as it came or as `kind.keep` left it. What is being deleted is
    neither failing nor healthy. Total: a missing field is no error."""
    if kind.rule is None or manifests.is_being_deleted(obj):
        return Verdict(Health.PENDING)
    matches = list(kind.rule(obj, around, graces))
    # What is not even late yet (a CronJob's next time) is no doubt, only a moment to look again.
    ahead = [m for m in matches if m.begins and m.begins > now and m.failure.since > now]
    doubts = [match for match in matches if match not in ahead]
    verdict = verdict_of(doubts, now, well=kind.well(obj, around), well_since=None)
    times = [verdict.recheck_at, *(match.begins for match in ahead)]
    return replace(verdict, recheck_at=min((time for time in times if time), default=None))
