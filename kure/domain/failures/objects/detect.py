"""Whether an object that is not a pod fails."""

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
    return verdict_of(matches, now, well=kind.well(obj, around), well_since=None)
