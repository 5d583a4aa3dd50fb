"""Whether the revision before was well: only then is taking back a change known to help.

Its pods are ready still; or events tell that a pod of it ran until it was deleted for the change,
and nothing was wrong with it. That a Deployment was available proves nothing: without a readiness
probe it is so at each start of a pod that crashes.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.revisions import KEPT_IN, Revision
from kure.domain.manifests import Manifest

# What controllers say when they delete a pod.
DELETED = re.compile(r"^[Dd]eleted? [Pp]od:? (\S{1,253})")
# Of how many deleted pods it is asked.
ASKED = 3
# What goes on being wrong is told again within five minutes; what was before is over.
RECENT = timedelta(minutes=15)
# For how long events are kept, if nobody says otherwise.
KEPT = timedelta(hours=1)
# Pods are deleted before their Deployment makes others (Recreate): so long they may take to end.
ENDING = timedelta(minutes=2)


def wants_proof(facts: Facts, newest: Revision, before: Revision) -> Iterator[Want]:
    """What was said of the pods that were deleted for the newest revision."""
    if before.ready or not manifests.namespace(newest.object):
        return
    yield _events(facts, _deleter(facts, before))
    for name in _deleted(facts, newest, before):
        yield _events(facts, name)


def proof(facts: Facts, newest: Revision, before: Revision) -> str:
    """Why it is known that the revision was well until the newest one came; '' where it is not."""
    if before.ready:
        return "Pods of the revision before are still ready."
    if any(_ran_well(facts, name, newest, before) for name in _deleted(facts, newest, before)):
        return "The pod before it ran until that change, and nothing was wrong with it."
    return ""


def _deleter(facts: Facts, before: Revision) -> str:
    """The name of what deletes pods of the revision: its ReplicaSet, or the owner itself."""
    of_set = before.kind == KEPT_IN["Deployment"]
    return manifests.name(before.object if of_set else facts.owner or {})


def _deleted(facts: Facts, newest: Revision, before: Revision) -> list[str]:
    """The pods that were deleted last before the newest revision's."""
    read = facts.nearby.read(_events(facts, _deleter(facts, before))) or ()
    told = (
        DELETED.match(manifests.text(event.get("message")))
        for event in manifests.newest_first(read)
        if event.get("reason") == "SuccessfulDelete" and _since(event, newest)
    )
    return list(dict.fromkeys(found[1] for found in told if found))[:ASKED]


def _ran_well(facts: Facts, name: str, newest: Revision, before: Revision) -> bool:
    """Whether a pod of that name that does not fail now ran until it was deleted, and nothing bad
    is told of it."""
    failing = {manifests.uid(each.pod) for each in facts.pods}
    told: dict[str, list[Manifest]] = {}
    for event in facts.nearby.read(_events(facts, name)) or ():
        about = manifests.mapping(event.get("involvedObject"))
        uid = manifests.text(about.get("uid"))
        if about.get("kind") == "Pod" and uid and uid not in failing:
            told.setdefault(uid, []).append(event)
    return any(_ended_well(events, newest, before) for events in told.values())


def _ended_well(events: list[Manifest], newest: Revision, before: Revision) -> bool:
    """It was told to end while it ran, or, where that is not told yet, it had been started."""
    ends = [e for e in events if e.get("reason") == "Killing" and _since(e, newest)]
    ran = ends or [event for event in events if event.get("reason") == "Started"]
    end = min((when for event in ran if (when := manifests.event_time(event))), default=None)
    if end is None or not _is_of(events, before, end):
        return False
    warned = [manifests.event_time(event) for event in events if event.get("type") == "Warning"]
    if not ends:
        return not warned
    return not any(when is None or end - RECENT <= when < end for when in warned)


def _is_of(events: list[Manifest], before: Revision, end: datetime) -> bool:
    """Whether the pod began after that revision came, and is not of one before it. The beginning of
    one that ran for long is forgotten."""
    made = manifests.created_at(before.object)
    begin = min((when for event in events if (when := manifests.event_time(event))), default=end)
    return made is not None and (made <= begin or made <= end - KEPT)


def _since(event: Manifest, newest: Revision) -> bool:
    changed, when = manifests.created_at(newest.object), manifests.event_time(event)
    return changed is not None and when is not None and when >= changed - ENDING


def _events(facts: Facts, name: str) -> Want:
    namespace = manifests.namespace(facts.owner or {})
    return Want("Event", namespace, f"involvedObject.name={name}")
