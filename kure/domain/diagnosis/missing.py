"""A ConfigMap, Secret or key that is not there: what was meant instead, and how to mend it."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.alike import near_of
from kure.domain.diagnosis.existing import Known, known_of, other_namespaces
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.references import Reference, references
from kure.domain.diagnosis.revisions import Revision, earlier, undone

# How many keys or names are told.
TOLD = 12


@dataclass(frozen=True)
class Offer:
    """What may have been meant. `says` is the sentence for it; `sure`: a patch may propose it;
    `before`: the revision that named it."""

    name: str
    says: str
    sure: bool
    before: Revision | None = None


@dataclass(frozen=True)
class Missing:
    """What is not there: an object, or a `key` of one. `needed_by` is a container or a volume, in
    words; `by` the references to it in the pod."""

    kind: str
    name: str
    needed_by: str
    by: tuple[Reference, ...]
    key: str = ""

    @property
    def subject(self) -> str:
        return f'{self.kind} "{self.name}"'

    @property
    def keys(self) -> frozenset[str]:
        """The keys that the pod takes of it."""
        return frozenset(found.key for found in self.by if found.key)


def missing_cause(
    case: Case, rule: str, what: Missing, evidence: Iterable[EvidenceLine], consequence: str
) -> Cause:
    """One cause, with what is near. `consequence` says what does not happen for want of it."""
    offer = _offered_key(case, what) if what.key else _offered_name(case, what)
    place = next((found for found in what.by), None)
    named = [case.from_pod(place.path, place.name)] if place else []
    if place and what.key and place.key_place:
        named = [case.from_pod(replace(place, place=place.key_place).path, what.key)]
    commands = _commands(case, what)
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(_title(what), 200),
        explanation=_explanation(case, what, consequence, offer),
        confidence=Confidence.DEFINITIVE,
        evidence=(*evidence, *named),
        fix=_fix(case, what, offer),
        commands=commands,
        patch=_patch(case, what, offer) if offer and offer.sure else None,
    )


def _title(what: Missing) -> str:
    if what.key:
        return f'{what.subject} has no key "{what.key}", which {what.needed_by} needs'
    return f"{what.subject} that {what.needed_by} needs does not exist"


def _explanation(case: Case, what: Missing, consequence: str, offer: Offer | None) -> str:
    uses = ", ".join(dict.fromkeys(_use(found) for found in what.by if found.use))
    parts = [f"It is named by {uses}." if uses else "", consequence]
    known = (known_of(case, what.kind) or {}).get(what.name)
    if known is not None and known.proven and not what.key and what.kind == "ConfigMap":
        parts.append("It is there by now: the kubelet tries again by itself.")
    if what.key and known is not None:
        parts.append(_keys(what, known))
    places = [] if what.key else other_namespaces(case, what.kind, what.name)
    if places:
        parts.append(
            f"One of that name is in namespace {', '.join(places[:TOLD])}; pods only see those of "
            f"their own namespace, {case.namespace}."
        )
    parts.append(offer.says if offer else "")
    return case.quote(" ".join(part for part in parts if part), 2000)


def _use(found: Reference) -> str:
    return f'{found.use} (key "{found.key}")' if found.key else found.use


def _keys(what: Missing, known: Known) -> str:
    if what.key in known.keys:
        return "It has the key by now: the kubelet tries again by itself."
    keys = sorted(known.keys)
    if not keys:
        return "It has no keys." if what.kind == "ConfigMap" else ""
    more = f" and {len(keys) - TOLD} more" if len(keys) > TOLD else ""
    whose = "" if what.kind == "ConfigMap" else f", as far as {known.told_by} tells"
    return f"Its keys are {', '.join(keys[:TOLD])}{more}{whose}."


def _fix(case: Case, what: Missing, offer: Offer | None) -> str:
    if what.key:
        correct = f'Take key "{offer.name}" instead, or add' if offer else "Add"
        text = f'{correct} key "{what.key}" to {what.subject} in namespace {case.namespace}'
        return text + ("." if offer else ", or correct the key in the pod template.")
    keys = f" with {_plural('key', sorted(what.keys))}" if what.keys else ""
    make = f"{what.subject} in namespace {case.namespace}{keys}"
    if offer:
        return f'Correct the name in the pod template to "{offer.name}", or create {make}.'
    return (
        f"Create {make}, or correct the name in the pod template. Where the program can do without "
        "it, say `optional: true` there."
    )


def _plural(noun: str, names: list[str]) -> str:
    shown = ", ".join(f'"{name}"' for name in names[:TOLD])
    return f"{noun} {shown}" if len(names) == 1 else f"{noun}s {shown}"


def _commands(case: Case, what: Missing) -> tuple[str, ...]:
    here = shlex.quote(case.namespace)
    resource, name = what.kind.lower(), shlex.quote(what.name)
    if what.key:
        return (f"kubectl describe {resource} {name} -n {here}",)
    places = other_namespaces(case, what.kind, what.name)
    if len(places) != 1:
        return (f"kubectl get {resource}s -n {here}",)
    steps = (
        f'[{{"op":"replace","path":"/metadata/namespace","value":"{case.namespace}"}},'
        '{"op":"remove","path":"/metadata/uid"},{"op":"remove","path":"/metadata/resourceVersion"}]'
    )
    return (
        f"kubectl get {resource} {name} -n {shlex.quote(places[0])} -o json | kubectl patch "
        f"--local -f - --type=json -p {shlex.quote(steps)} -o json | kubectl create -f -",
    )


def _offered_name(case: Case, what: Missing) -> Offer | None:
    """What an earlier revision named there; else the nearest name, where it has the keys."""
    known = known_of(case, what.kind)
    if known is None or what.name in known:
        return None
    before = _named_before(case, what, known)
    near = near_of(what.name, known)
    if before or near is None:
        return before
    found = known[near.name]
    lacks = sorted(what.keys - found.keys)
    says = f'{what.kind} "{near.name}" is there: is it meant?'
    if not found.proven:
        says = f'{found.told_by} names a {what.kind} "{near.name}": is that meant?'
    elif what.kind == "Secret":
        says = f'{found.told_by} runs with a Secret "{near.name}": is that meant?'
    if lacks and what.kind == "ConfigMap":
        says += f" It has no {_plural('key', lacks)}."
    fits = not lacks or (what.kind == "Secret" and not found.keys)
    return Offer(near.name, says, near.sure and found.proven and fits)


def _named_before(case: Case, what: Missing, known: dict[str, Known]) -> Offer | None:
    uses = {(found.container, found.use) for found in what.by}
    for revision in earlier(case):
        for found in references(revision.template):
            same = found.kind == what.kind and (found.container, found.use) in uses
            there = known.get(found.name)
            if same and found.name != what.name and there is not None and there.proven:
                says = f'{revision.in_words} {what.kind} "{found.name}" there, which exists.'
                return Offer(found.name, says, sure=True, before=revision)
    return None


def _offered_key(case: Case, what: Missing) -> Offer | None:
    known = (known_of(case, what.kind) or {}).get(what.name)
    near = near_of(what.key, known.keys) if known and what.key not in known.keys else None
    if near is None:
        return None
    return Offer(near.name, f'Is key "{near.name}" meant?', near.sure)


def _patch(case: Case, what: Missing, offer: Offer) -> Patch | None:
    """What was changed since taken back; else every place of the template that names what is
    missing corrected."""
    back = undone(case.facts, offer.before) if offer.before else None
    template = case.template
    if back is not None:
        return back
    if template is None:
        return None
    found = [r for r in references(template.pod) if (r.kind, r.name) == (what.kind, what.name)]
    places = [r.key_place for r in found if r.key == what.key] if what.key else []
    steps: list[Operation] = []
    for place in dict.fromkeys(places or (() if what.key else (r.place for r in found))):
        steps += template.put(place, offer.name)
    return template.patch(*steps)


def needed_by(case: Case) -> str:
    """The failing container, within a sentence."""
    label = case.container_label
    return label[0].lower() + label[1:]


def named_in(pod: manifests.Manifest, kind: str, name: str) -> tuple[Reference, ...]:
    return tuple(r for r in references(pod) if (r.kind, r.name) == (kind, name) and not r.optional)
