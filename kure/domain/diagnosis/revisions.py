"""What a workload ran before: the templates that a Deployment keeps in its ReplicaSets, a
StatefulSet and a DaemonSet in their ControllerRevisions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from kure.domain import manifests, owners
from kure.domain.diagnosis.difference import steps_to
from kure.domain.diagnosis.facts import Case, Facts
from kure.domain.diagnosis.fixes import Operation, Patch, Place, Template, template_of
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

REVISION = "deployment.kubernetes.io/revision"
# By which of its versions a pod of a StatefulSet or DaemonSet was made: the name of the
# ControllerRevision, or the hash at its end.
OF_VERSION = "controller-revision-hash"
# What a ReplicaSet adds to the template that it was made of.
OF_REPLICA_SET = "pod-template-hash"

KEPT_IN = {
    "Deployment": "ReplicaSet",
    "StatefulSet": "ControllerRevision",
    "DaemonSet": "ControllerRevision",
}


@dataclass(frozen=True)
class Revision:
    """A template that is or was in force, as `object` keeps it: a ReplicaSet or a
    ControllerRevision. `ready`: how many of its pods are ready now."""

    object: Manifest
    kind: str
    number: int
    template: Manifest
    ready: int = 0

    def container(self, name: str) -> Manifest:
        spec = manifests.spec(self.template)
        for field in ("initContainers", "containers"):
            for found in manifests.mappings(spec.get(field)):
                if found.get("name") == name:
                    return found
        return {}

    def made(self, pod: Manifest) -> bool:
        """Whether the pod is one of this revision."""
        if self.kind == "ReplicaSet":
            uid = manifests.uid(self.object)
            return uid != "" and owner_uid(pod) == uid
        version = manifests.labels(pod).get(OF_VERSION, "")
        name = manifests.name(self.object)
        return version != "" and (version == name or name.endswith(f"-{version}"))

    @property
    def subject(self) -> str:
        return f"{self.kind}/{manifests.name(self.object)}"

    @property
    def in_words(self) -> str:
        pods = "1 pod" if self.ready == 1 else f"{self.ready} pods"
        state = f", which runs in {pods}," if self.ready else ""
        return f"Revision {self.number}{state} has"


def wants_revisions(facts: Facts) -> Iterator[Want]:
    """Where the revisions of the owner are kept, and the pods by which they are known to be well
    where nothing counts those."""
    owner = facts.owner or {}
    kept = KEPT_IN.get(manifests.text(owner.get("kind")))
    if kept is not None and manifests.namespace(owner):
        yield Want(kept, manifests.namespace(owner))
        if kept == "ControllerRevision":
            yield Want("Pod", manifests.namespace(owner))


def revisions(facts: Facts) -> list[Revision]:
    """Those of the owner, the newest last; none where they were not read."""
    owner = facts.owner or {}
    uid, kind = manifests.uid(owner), manifests.text(owner.get("kind"))
    listed = facts.nearby.read(Want(KEPT_IN.get(kind, ""), manifests.namespace(owner))) or ()
    own = (each for each in listed if uid and owner_uid(each) == uid)
    found = [_of_set(each) if kind == "Deployment" else _of_record(facts, each) for each in own]
    return sorted((each for each in found if each.number), key=lambda each: each.number)


def earlier(case: Case) -> list[Revision]:
    """The revisions before that of the pod, those with ready pods first, then the newest."""
    found = revisions(case.facts)
    present = next((each.number for each in found if each.made(case.pod)), None)
    if present is None:
        present = found[-1].number if found else 0
    before = [each for each in found if each.number < present]
    return sorted(before, key=lambda each: (each.ready > 0, each.number), reverse=True)


def undone(facts: Facts, to: Revision) -> Patch | None:
    """The whole template as it was, as `kubectl rollout undo` sets it. Only while the owner still
    says what its newest revision does: else somebody is at work on it."""
    template, found = template_of(facts.owner), revisions(facts)
    if template is None or not found:
        return None
    if manifests.spec(template.pod) != manifests.spec(found[-1].template):
        return None
    steps = tuple(_steps_back(template, to.template))
    note = f"It sets the whole pod template back to that of revision {to.number}."
    return template.patch(*steps, note=note)


def _steps_back(template: Template, before: Manifest) -> Iterator[Operation]:
    places: tuple[Place, ...] = (("metadata", "labels"), ("metadata", "annotations"), ("spec",))
    for place in places:
        now, then = _at(template.pod, place), _at(before, place)
        if place[-1] == "labels":
            then = {key: value for key, value in then.items() if key != OF_REPLICA_SET}
        if now or place == ("spec",):
            yield from steps_to(then, now, (*template.place, *place))
        elif then:
            yield from template.put(place, then)


def _at(pod: Manifest, place: Place) -> Manifest:
    for key in place:
        pod = manifests.mapping(pod.get(str(key)))
    return pod


def owner_uid(obj: Manifest) -> str:
    """The uid of what made it; '' where nothing did."""
    reference = owners.controller(obj)
    return reference.uid if reference else ""


def _of_set(replica_set: Manifest) -> Revision:
    annotations = manifests.mapping(manifests.metadata(replica_set).get("annotations"))
    number = manifests.text(annotations.get(REVISION))
    return Revision(
        replica_set,
        "ReplicaSet",
        int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0,
        manifests.mapping(manifests.spec(replica_set).get("template")),
        manifests.number(manifests.status(replica_set).get("readyReplicas")) or 0,
    )


def _of_record(facts: Facts, record: Manifest) -> Revision:
    """A ControllerRevision holds the patch that makes the template what it was."""
    kept = manifests.spec(manifests.mapping(record.get("data"))).get("template")
    template = {key: value for key, value in manifests.mapping(kept).items() if key != "$patch"}
    number = manifests.number(record.get("revision")) or 0
    found = Revision(record, "ControllerRevision", number, template)
    pods = facts.nearby.read(Want("Pod", manifests.namespace(facts.owner or {}))) or ()
    uid = manifests.uid(facts.owner or {})
    ready = sum(owner_uid(pod) == uid and found.made(pod) and is_ready(pod) for pod in pods)
    return replace(found, ready=ready)


def is_ready(pod: Manifest) -> bool:
    return manifests.condition(pod, "Ready").get("status") == "True"


def as_before(case: Case, *fields: str) -> tuple[str, Patch | None]:
    """What the failing container had in these fields before: what is said of it, and the patch that
    takes back all that was changed since. Nothing where no earlier revision had something else
    there."""
    template = case.template
    place = template.container(case.failure.container) if template else None
    if template is None or place is None:
        return "", None
    now = _container(template.pod, place)
    for revision in earlier(case):
        before = revision.container(case.failure.container)
        changed = [field for field in fields if before.get(field) != now.get(field)]
        if before and changed:
            told = ", ".join(f"{field} {_shown(before.get(field))}" for field in changed)
            return f"{revision.in_words} {told}.", undone(case.facts, revision)
    return "", None


def _container(pod: Manifest, place: Place) -> Manifest:
    found = manifests.spec(pod).get(str(place[1]))
    return manifests.mapping(found[int(place[2])]) if isinstance(found, list) else {}


def _shown(value: Any) -> str:
    return "none" if value is None else json.dumps(value, ensure_ascii=False, default=str)
