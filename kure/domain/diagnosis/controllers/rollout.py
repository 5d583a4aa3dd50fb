"""Why a Deployment's rollout makes no progress, and how much of it still serves."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from kure.domain import manifests, owners
from kure.domain.diagnosis.creation.switched_off import is_paused, paused
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.symptoms import BY_PODS, follows_pods
from kure.domain.diagnosis.telling import whole
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest

REVISION = "deployment.kubernetes.io/revision"
DEFAULT_DEADLINE = 600

# A deadline below it is shorter than many programs need to start.
SHORT_DEADLINE = 60


@dataclass(frozen=True)
class Rollout:
    """A Deployment with its ReplicaSets: the newest one, and those before it that still have
    pods that serve."""

    deployment: Manifest
    replica_sets: tuple[Manifest, ...]

    @cached_property
    def newest(self) -> Manifest:
        """Empty where none was read."""
        return self.replica_sets[0] if self.replica_sets else {}

    @property
    def serving(self) -> list[Manifest]:
        """The older ones with available pods, the newest of them first."""
        return [older for older in self.replica_sets[1:] if count(older, "availableReplicas")]

    @property
    def new_pods(self) -> tuple[int, int] | None:
        """How many pods of the new version are available, and how many there should be by now; None
        where that cannot be known."""
        if not self.newest:
            return None
        wanted = manifests.number(manifests.spec(self.newest).get("replicas"))
        return count(self.newest, "availableReplicas"), 1 if wanted is None else wanted

    @property
    def deadline(self) -> int:
        found = manifests.number(manifests.spec(self.deployment).get("progressDeadlineSeconds"))
        return DEFAULT_DEADLINE if found is None else found


def wants_replica_sets(case: Case) -> Iterator[Want]:
    if case.about.kind == "Deployment" and case.name:
        yield case.want("ReplicaSet")


def rollout(case: Case) -> Iterator[Cause]:
    """Exactly one: paused, the version before still serving, pods that fail, or none that says
    why."""
    if case.about.kind != "Deployment" or not case.name:
        return
    found = Rollout(case.pod, tuple(_replica_sets(case)))
    if is_paused(case.pod):
        yield replace(paused(case, case.pod), confidence=Confidence.LIKELY)
    elif found.serving:
        yield _degraded(case, found)
    elif follows_pods(case) or _cannot_create(case):
        yield _stuck(case, found)
    elif found.new_pods is not None:
        yield _without_error(case, found)


def held_back(case: Case) -> Iterator[Cause]:
    """Asked of failing pods: what would mend them may be kept back. Of a template that was changed
    while its Deployment was paused there are no pods."""
    owner = case.facts.owner or {}
    if not case.is_pod or owner.get("kind") != "Deployment" or not is_paused(owner):
        return
    if count(owner, "replicas") and not count(owner, "updatedReplicas"):
        name = manifests.name(owner)
        found = paused(case, owner)
        yield replace(
            found,
            explanation=f"{found.explanation} Its pods are of an older template.",
            confidence=Confidence.LIKELY,
            evidence=(
                *found.evidence,
                EvidenceLine("owner", f"Deployment/{name}", "status.updatedReplicas", "0"),
            ),
            blames=None,
        )


def count(obj: Manifest, field: str) -> int:
    return manifests.number(manifests.status(obj).get(field)) or 0


def in_namespace(namespace: str) -> str:
    return f" -n {shlex.quote(namespace)}" if namespace else ""


def _replica_sets(case: Case) -> list[Manifest]:
    """Those of the Deployment, the newest first."""
    read = case.facts.nearby.read(case.want("ReplicaSet")) or ()
    uid = manifests.uid(case.pod)
    own = []
    for found in read:
        owner = owners.controller(found)
        if owner and (owner.kind, owner.name) == ("Deployment", case.name) and owner.uid == uid:
            own.append(found)
    return sorted(own, key=_revision, reverse=True)


def _revision(replica_set: Manifest) -> int:
    annotations = manifests.mapping(manifests.metadata(replica_set).get("annotations"))
    text = manifests.text(annotations.get(REVISION))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _cannot_create(case: Case) -> bool:
    classes = {failure.failure_class for failure in case.about.failures}
    return FailureClass.FAILED_CREATE in classes


def _degraded(case: Case, found: Rollout) -> Cause:
    old = sum(count(older, "availableReplicas") for older in found.serving)
    pods = "1 pod" if old == 1 else f"{old} pods"
    serve = "serves" if old == 1 else "serve"
    names = ", ".join(f'"{manifests.name(older)}"' for older in found.serving[:3])
    return _cause(
        case,
        found,
        rule="K04",
        title=f'The new version of Deployment "{case.name}" does not get ready; {pods} of the '
        f"version before still {serve}",
        explanation=f"{_progress(found)} {pods} of the version before (ReplicaSet {names}) still "
        f"{serve}: it is degraded, not down. {_why(case)}",
        fix="Mend what fails in the new pods, or go back to the version before.",
        confidence=_confidence(case),
        undo=True,
    )


def _stuck(case: Case, found: Rollout) -> Cause:
    new = found.new_pods
    shown = f": {new[0]} of {new[1]} new pods are available" if new else ""
    return _cause(
        case,
        found,
        rule="K01",
        title=f'The rollout of Deployment "{case.name}" is stuck{shown}',
        explanation=f"{_progress(found)} {_why(case)}",
        fix="Mend what fails in its pods"
        + (", or go back to the version before." if len(found.replica_sets) > 1 else "."),
        confidence=_confidence(case),
        undo=len(found.replica_sets) > 1,
    )


def _without_error(case: Case, found: Rollout) -> Cause:
    available, wanted = found.new_pods or (0, 0)
    ready = count(found.newest, "readyReplicas")
    says = f"{_progress(found)} None of its pods shows an error."
    fix = "See what the pods that are not ready do (their log, `kubectl describe`)."
    if ready > available:
        seconds = manifests.number(manifests.spec(case.pod).get("minReadySeconds")) or 0
        says += f" {ready} are ready, but not yet for minReadySeconds ({seconds} s)."
    if found.deadline < SHORT_DEADLINE:
        says += (
            f" Its progressDeadlineSeconds are only {found.deadline}: the pods may just be slow."
        )
        fix += " If they only need longer, raise progressDeadlineSeconds."
    return _cause(
        case,
        found,
        rule="K03",
        title=f'Deployment "{case.name}" has {available} of {wanted} new pods available, and none '
        "shows an error",
        explanation=says,
        fix=fix,
        confidence=Confidence.SYMPTOM,
        undo=len(found.replica_sets) > 1,
    )


def _confidence(case: Case) -> Confidence:
    known = follows_pods(case) or _cannot_create(case)
    return Confidence.LIKELY if known else Confidence.SYMPTOM


def _progress(found: Rollout) -> str:
    told = f"The rollout has made no progress for {found.deadline} s (progressDeadlineSeconds)."
    if found.new_pods is None:
        return told
    available, wanted = found.new_pods
    made = count(found.newest, "replicas")
    name = manifests.name(found.newest)
    told += f' Its newest ReplicaSet "{name}" has {available} of {wanted} pods available'
    return told + (f"; {made or 'none'} of them have been made." if made < wanted else ".")


def _why(case: Case) -> str:
    if follows_pods(case):
        failing = {
            manifests.name(pod.pod): pod.failures[0] for pod in case.facts.pods if pod.failures
        }
        shown = [
            f"pod {name}: {failure.failure_class}" for name, failure in list(failing.items())[:3]
        ]
        return f"What fails: {', '.join(shown)}. {BY_PODS}"
    if _cannot_create(case):
        return "Its pods cannot be made, which is told apart, and is to be mended first."
    return "No failing pod of it was seen."


def _cause(
    case: Case,
    found: Rollout,
    *,
    rule: str,
    title: str,
    explanation: str,
    fix: str,
    confidence: Confidence,
    undo: bool,
) -> Cause:
    subject = f"deployment/{shlex.quote(case.name)}{in_namespace(case.namespace)}"
    to = f" --to-revision={_revision(found.serving[0])}" if found.serving else ""
    return whole(
        case,
        rule,
        title,
        explanation,
        fix,
        confidence=confidence,
        evidence=_counts(found),
        commands=(f"kubectl rollout undo {subject}{to}",) if undo else (),
    )


def _counts(found: Rollout) -> Iterator[EvidenceLine]:
    for one in ([found.newest] if found.newest else []) + found.serving[:3]:
        subject = f"ReplicaSet/{manifests.name(one)}"
        text = f"{count(one, 'availableReplicas')} of {count(one, 'replicas')}"
        yield EvidenceLine(
            "object", subject, "status.availableReplicas", f"{text} (revision {_revision(one)})"
        )
