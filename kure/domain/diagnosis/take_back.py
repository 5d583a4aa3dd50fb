"""What was changed before a workload's pods began to fail: C36.

The pod templates of its newest revision and of the last one that was well are compared. What
differs is told with the first cause; where the revision before was well, taking all of that back is
the patch that is offered, unless the cause has one of its own that mends something else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.changes import Change, changes_between
from kure.domain.diagnosis.facts import Facts, ObjectFacts, PodFacts
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, EvidenceLine, short
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.revisions import (
    Revision,
    revisions,
    undone,
    wants_revisions,
)
from kure.domain.diagnosis.well_before import proof, wants_proof
from kure.domain.failures.model import FailureClass

# A failure that begins later than this after a change is not told to be its consequence.
SOON = timedelta(minutes=30)
# How many changes are told, and how long one may be.
TOLD = 5
MOST_TOLD = 480

_VOLUMES = frozenset({"volumes", "volumeMounts"})
_IMAGES = frozenset({"image", "imagePullPolicy", "imagePullSecrets", "serviceAccountName"})
_PLACING = frozenset(
    {"resources", "nodeSelector", "affinity", "tolerations", "topologySpreadConstraints", "ports"}
    | {"volumes", "hostNetwork", "priorityClassName", "schedulerName", "nodeName"}
    | {"runtimeClassName", "overhead", "resourceClaims"}
)
# What can be the reason of a failure of that class; of others any change can. A container that is
# new or gone counts as its image.
BEARS_ON = {
    FailureClass.UNSCHEDULABLE: _PLACING,
    FailureClass.REJECTED: _PLACING | {"securityContext", "nodeName"},
    FailureClass.EVICTED: _VOLUMES | {"resources", "image", "command", "args", "env"},
    FailureClass.FAILED_MOUNT: _VOLUMES | {"securityContext"},
    FailureClass.IMAGE_PULL: _IMAGES,
    FailureClass.STUCK_TERMINATING: frozenset({"terminationGracePeriodSeconds", "lifecycle"}),
    FailureClass.NODE_NOT_READY: frozenset[str](),
    FailureClass.NODE_PRESSURE: frozenset[str](),
}


@dataclass(frozen=True)
class Rollout:
    """The newest revision of a workload and the one that it can go back to. `proof` says why it is
    known that the latter was well: '' where it is not."""

    newest: Revision
    before: Revision
    changes: tuple[Change, ...]
    proof: str

    def bears_on(self, failure_class: str) -> bool:
        """Whether what was changed can be the reason of such a failure."""
        able = BEARS_ON.get(FailureClass(failure_class))
        lacks_memory = failure_class == FailureClass.OOM_KILLED
        return any(
            (able is None or change.field in able) and not (lacks_memory and _gives_more(change))
            for change in self.changes
        )


def wanted(facts: Facts) -> set[Want]:
    """The revisions of the workload, and what tells whether the one before was well."""
    found = _newest_two(facts)
    asked = set(wants_revisions(facts))
    if found is not None and _delay(facts, *found) is not None:
        asked.update(wants_proof(facts, *found))
    return asked


def with_change(facts: Facts, causes: Iterable[Cause]) -> Iterator[Cause]:
    """The causes; the first one of the newest revision's pods with what that revision changed."""
    found = last_rollout(facts)
    for cause in causes:
        if found is not None and cause.blames is None and _follows(facts, found, cause):
            yield _told(facts, found, cause)
            found = None
        else:
            yield cause


def last_rollout(facts: Facts) -> Rollout | None:
    """None where the owner keeps no revisions, has one only, or was not read."""
    found = _newest_two(facts)
    if found is None:
        return None
    newest, before = found
    changes = tuple(changes_between(before.template, newest.template))
    return Rollout(newest, before, changes, proof(facts, newest, before)) if changes else None


def _newest_two(facts: Facts) -> tuple[Revision, Revision] | None:
    """The newest, and the last that has ready pods, else the one before it."""
    found = revisions(facts)
    if len(found) < 2:
        return None
    *older, newest = found
    return newest, next((each for each in reversed(older) if each.ready), older[-1])


def _follows(facts: Facts, found: Rollout, cause: Cause) -> bool:
    """Whether the cause is one of the newest revision's pods, or of what makes them, and what was
    changed can have brought it about."""
    return found.bears_on(cause.failure_class) and any(
        (failure.failure_class, failure.container) == (cause.failure_class, cause.container)
        for each in _of_newest(facts, found.newest)
        for failure in each.failures
    )


def _of_newest(facts: Facts, newest: Revision) -> Iterator[PodFacts | ObjectFacts]:
    makers = {manifests.uid(newest.object), manifests.uid(facts.owner or {})} - {""}
    for each in facts.all:
        if manifests.uid(each.object) in makers or newest.made(each.object):
            yield each


def _gives_more(change: Change) -> bool:
    """Whether it raises a memory limit, or takes it away: what was enough before is so now."""
    before, after = _memory(change.before), _memory(change.after)
    return change.field == "resources" and before is not None and (after or before) >= before


def _memory(resources: object) -> Decimal | None:
    limits = manifests.mapping(manifests.mapping(resources).get("limits"))
    return quantities.parse(limits.get("memory"))


def _told(facts: Facts, found: Rollout, cause: Cause) -> Cause:
    delay = _delay(facts, found.newest, found.before)
    if delay is None and not found.proof:
        return cause
    subject = found.newest.subject
    lines = [(change, short(facts.hide(change.told), MOST_TOLD)) for change in found.changes[:TOLD]]
    when = f", {_seconds(delay)} before the first failure" if delay is not None else ""
    more = f" and {len(found.changes) - TOLD} more" if len(found.changes) > TOLD else ""
    revision = f"Revision {found.newest.number} ({subject.partition('/')[2]}{when})"
    says = f"{revision} changed: {'; '.join(line for _, line in lines)}{more}. {found.proof}"
    evidence = [EvidenceLine("owner", subject, change.path, line) for change, line in lines]
    told = replace(
        cause,
        explanation=f"{cause.explanation} {says}".strip(),
        evidence=(*cause.evidence, *evidence),
    )
    return _taken_back(facts, found, told) if found.proof else told


def _taken_back(facts: Facts, found: Rollout, cause: Cause) -> Cause:
    """With the way back. A patch of the cause's own stays where it mends what was not changed:
    what stood before in a place that was is known to work."""
    back = undone(facts, found.before)
    own = cause.patch
    return replace(
        cause,
        fix=f"{cause.fix} Or take back the change of revision {found.newest.number}.",
        commands=tuple(dict.fromkeys((*cause.commands, _undo(facts, found)))),
        patch=back if own is None or (back is not None and _overlap(own, back)) else own,
    )


def _overlap(one: Patch, other: Patch) -> bool:
    """Whether both write in the same place of the same object."""
    if (one.kind, one.name) != (other.kind, other.name):
        return False
    return any(
        f"{a.path}/".startswith(f"{b.path}/") or f"{b.path}/".startswith(f"{a.path}/")
        for a in one.operations
        for b in other.operations
    )


def _undo(facts: Facts, found: Rollout) -> str:
    owner = facts.owner or {}
    subject = f"{manifests.text(owner.get('kind')).lower()}/{manifests.name(owner)}"
    return (
        f"kubectl rollout undo {subject} -n {manifests.namespace(owner)} "
        f"--to-revision={found.before.number}"
    )


def _delay(facts: Facts, newest: Revision, before: Revision) -> timedelta | None:
    """Between the change and the first failure after it; None where it was much later, or the
    revision is an older one that was rolled back to."""
    made, older = manifests.created_at(newest.object), manifests.created_at(before.object)
    times = [time for each in _of_newest(facts, newest) for time in _begins(each)]
    if not times or made is None or (older is not None and older > made):
        return None
    delay = max(min(times) - made, timedelta(0))
    return delay if delay <= SOON else None


def _begins(found: PodFacts | ObjectFacts) -> Iterator[datetime]:
    yield from (failure.since for failure in found.failures)
    if unready := manifests.became(found.object, "Ready", "False"):
        yield unready


def _seconds(delay: timedelta) -> str:
    seconds = round(delay.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
