"""Why a claim gets no volume, or has lost it: the claims of group G."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.volumes.claim_classes import why
from kure.domain.diagnosis.volumes.claim_names import claims_of
from kure.domain.diagnosis.volumes.claim_reason import VOLUMES, Claim, line, wants_lists

TELLING = ("ProvisioningFailed", "FailedBinding", "VolumeMismatch", "ClaimMisbound")
NAMED = 3


def wants_of_pending(case: Case) -> Iterator[Want]:
    yield from wants_lists()
    yield case.want("Pod")


def claim_pending(case: Case) -> Iterator[Cause]:
    message, evidence = _message(case)
    reason = why(Claim(case, case.pod, message))
    if reason is None:
        return
    ends = "" if reason.explanation.endswith((".", "?")) else "."
    yield Cause(
        rule=reason.rule,
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(
            f'PersistentVolumeClaim "{case.name}" gets no volume: {reason.title}', 200
        ),
        explanation=f"{reason.explanation}{ends}{_used(case)}",
        confidence=reason.confidence,
        evidence=(*evidence, *reason.evidence),
        fix=reason.fix,
        commands=reason.commands,
        patch=reason.patch,
    )


def _message(case: Case) -> tuple[str, tuple[EvidenceLine, ...]]:
    """What the failure says; where that is nothing, the newest event that tells."""
    said = case.failure.message.strip()
    for event in case.newest_events:
        text = manifests.text(event.get("message")).strip()
        if text and (said == text or (not said and event.get("reason") in TELLING)):
            return text, (case.from_event(event),)
    return said, (case.from_pod(case.failure.field, said),) if said else ()


def _used(case: Case) -> str:
    """Which pods wait for it."""
    read = case.facts.nearby.read(case.want("Pod"))
    if read is None:
        return ""
    names = [manifests.name(pod) for pod in read if case.name in claims_of(pod)]
    if not names:
        cut = case.want("Pod") in case.facts.nearby.cut
        return "" if cut else " No pod mounts it."
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f" It is mounted by {', '.join(names[:NAMED])}{more}."


def wants_of_lost(_case: Case) -> Iterator[Want]:
    yield VOLUMES


def claim_lost(case: Case) -> Iterator[Cause]:
    name = manifests.text(manifests.spec(case.pod).get("volumeName"))
    if not name:
        return
    nearby = case.facts.nearby
    volume = nearby.named(VOLUMES, name)
    other = manifests.mapping(manifests.spec(volume or {}).get("claimRef"))
    if volume is None and not nearby.lacks(VOLUMES, name):
        return
    whose = f"{other.get('namespace')}/{other.get('name')}"
    gone = (
        f'The claim was bound to PersistentVolume "{name}", which does not exist any more: '
        "somebody deleted it. Whether the data behind it is kept depends on the storage."
        if volume is None
        else f'The claim was bound to PersistentVolume "{name}", which is now that of '
        f"{whose if other else 'nobody'}."
    )
    yield Cause(
        rule="G15",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(
            f'PersistentVolumeClaim "{case.name}" has lost its volume "{name}"'
            + (
                ", which is gone" if volume is None else f", which belongs to {whose}" * bool(other)
            ),
            200,
        ),
        explanation=f"{gone} A lost claim does not come back by itself.",
        confidence=Confidence.DEFINITIVE,
        evidence=(
            case.from_pod("status.phase", manifests.phase(case.pod)),
            case.from_pod("spec.volumeName", name),
            *(
                (line(case, "PersistentVolume", name, "spec.claimRef", whose),)
                if volume is not None
                else ()
            ),
        ),
        fix=f'If the storage of "{name}" is still there, make a PersistentVolume for it again and '
        "a claim that names it; else restore from a backup. The lost claim has to be deleted and "
        "made again in any case.",
        commands=(
            f"kubectl get pv {name}",
            f"kubectl describe pvc {case.name} -n {case.namespace}",
        ),
    )
