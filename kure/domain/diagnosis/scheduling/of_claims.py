"""What a pod's claims and the volumes behind them have to do with it that no node takes it."""

import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.draft import draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want, did_you_mean
from kure.domain.diagnosis.scheduling import placement
from kure.domain.diagnosis.scheduling.clause import Clause, Words
from kure.domain.diagnosis.volumes.claim_classes import why
from kure.domain.diagnosis.volumes.claim_names import claims_of
from kure.domain.diagnosis.volumes.claim_reason import VOLUMES, Claim, Reason, wants_lists
from kure.domain.manifests import Manifest


def wants_claims(case: Case, _clause: Clause) -> Iterator[Want]:
    yield _claims(case)


def _claims(case: Case) -> Want:
    return case.want("PersistentVolumeClaim")


def claim_not_found(case: Case, clause: Clause) -> Words:
    near = case.facts.nearby.nearest(_claims(case), clause.what)
    return Words(
        title=f'PersistentVolumeClaim "{clause.what}" does not exist',
        explanation=f'The pod mounts the claim "{clause.what}", which is not in namespace '
        f"{case.namespace}.{did_you_mean('PersistentVolumeClaim', near)}",
        fix=f'Create the PersistentVolumeClaim "{clause.what}" in namespace {case.namespace}, or '
        "correct the name in the pod's volumes.",
        evidence=(_claims_line(case),),
        commands=(f"kubectl get pvc -n {shlex.quote(case.namespace)}",),
        patch=_named(case, clause.what, near) if near else None,
    )


def _named(case: Case, name: str, near: str) -> Patch | None:
    change = draft(case.template)
    listed = change.at(("spec", "volumes")) if change else None
    if change is None or not isinstance(listed, list):
        return None
    for index in range(len(listed)):
        place = ("spec", "volumes", index, "persistentVolumeClaim", "claimName")
        if change.at(place) == name:
            change.put(place, near)
    return change.patch(f'"{near}" is the name most like it that is there.')


def wants_reasons(case: Case, _clause: Clause) -> Iterator[Want]:
    yield _claims(case)
    yield from wants_lists()


def unbound_claims(case: Case, clause: Clause) -> Words:
    """The claim's own cause, where the lists that were read tell one."""
    for claim in _pending(case):
        reason = why(Claim(case, claim))
        if reason and reason.rule != "G12":
            return _because(case, manifests.name(claim), reason)
    names = ", ".join(f'"{name}"' for name in sorted(_open_names(case)))
    return Words(
        title=f"a PersistentVolumeClaim is not bound ({names})",
        explanation=f"The pod mounts the claims {names}, and at least one of them has no volume "
        "yet.",
        fix="Look at the claim's events (`kubectl describe pvc`): its StorageClass must exist and "
        "provision, or a matching PersistentVolume must be there.",
        evidence=(_claims_line(case),),
        commands=tuple(
            f"kubectl describe pvc {shlex.quote(name)} -n {shlex.quote(case.namespace)}"
            for name in sorted(_open_names(case))[:1]
        ),
    )


def _pending(case: Case) -> list[Manifest]:
    read = case.facts.nearby.read(_claims(case)) or ()
    mounted = claims_of(case.pod)
    return [
        claim
        for claim in read
        if manifests.name(claim) in mounted and manifests.phase(claim) not in ("Bound", "Lost")
    ]


def _open_names(case: Case) -> set[str]:
    """Those that are known to wait; all that the pod mounts where that is not known."""
    return {manifests.name(claim) for claim in _pending(case)} or claims_of(case.pod)


def _because(case: Case, name: str, reason: Reason) -> Words:
    return Words(
        title=f'PersistentVolumeClaim "{name}" gets no volume: {reason.title}',
        explanation=f'The pod mounts the claim "{name}", which is not bound. {reason.explanation}',
        fix=reason.fix,
        evidence=(_claims_line(case), *reason.evidence),
        commands=reason.commands,
        patch=reason.patch,
        confidence=reason.confidence,
    )


def _claims_line(case: Case) -> EvidenceLine:
    field = "spec.volumes[*].persistentVolumeClaim.claimName"
    return case.from_pod(field, ", ".join(placement.claims(case.pod)) or "(ephemeral)")


def claim_being_deleted(case: Case, clause: Clause) -> Words:
    return Words(
        title=f'PersistentVolumeClaim "{clause.what}" is being deleted',
        explanation=f'Somebody deleted the claim "{clause.what}" that the pod mounts. It goes as '
        "soon as no pod uses it any more, and no new pod may until then.",
        fix=f'If its data is not needed, let it go and make the claim "{clause.what}" again; a '
        "deletion cannot be undone, so save the data first if it is (its volume may be kept: "
        "persistentVolumeReclaimPolicy Retain).",
        evidence=(_claims_line(case),),
        commands=(
            f"kubectl describe pvc {shlex.quote(clause.what)} -n {shlex.quote(case.namespace)}",
        ),
    )


def wants_volumes(case: Case, _clause: Clause) -> Iterator[Want]:
    yield _claims(case)
    yield VOLUMES


def volume_elsewhere(case: Case, clause: Clause) -> Words:
    told, lines = _tied(case)
    return Words(
        title="the pod's volume is bound to other nodes",
        explanation="A volume of the pod can be used only on certain nodes or in one zone, and "
        f"these are not among them.{told}",
        fix="Make room on a node in the volume's zone, or move the data to a volume elsewhere.",
        evidence=(_claims_line(case), *lines),
    )


def _tied(case: Case) -> tuple[str, tuple[EvidenceLine, ...]]:
    """Where each volume can be used, and whether there is such a node."""
    nearby, told, lines = case.facts.nearby, "", []
    mounted = claims_of(case.pod)
    for claim in nearby.read(_claims(case)) or ():
        volume = manifests.text(manifests.spec(claim).get("volumeName"))
        found = nearby.named(VOLUMES, volume) if manifests.name(claim) in mounted else None
        where = _places(found or {})
        if not where:
            continue
        nodes = [manifests.name(n) for n in case.facts.nodes if _is_at(found or {}, n)]
        there = f"; of the nodes that is {', '.join(nodes[:3])}" if nodes else ""
        gone = "; no node is so" if case.facts.every_node and case.facts.nodes else ""
        told += f' Volume "{volume}" of claim "{manifests.name(claim)}" wants {where}'
        told += f"{there or gone}."
        field = "spec.nodeAffinity"
        lines.append(EvidenceLine("object", f"PersistentVolume/{volume}", field, where))
    return told, tuple(lines)


def _required(volume: Manifest) -> list[Manifest]:
    affinity = manifests.mapping(manifests.spec(volume).get("nodeAffinity"))
    terms = manifests.mapping(affinity.get("required")).get("nodeSelectorTerms")
    return manifests.mappings(terms)


def _places(volume: Manifest) -> str:
    return " or ".join(
        " and ".join(
            placement.show_expression(e) for e in manifests.mappings(t.get("matchExpressions"))
        )
        for t in _required(volume)
    )


def _is_at(volume: Manifest, node: Manifest) -> bool:
    return any(
        all(
            placement.satisfies(node, found)
            for found in manifests.mappings(term.get("matchExpressions"))
        )
        for term in _required(volume)
    )


def too_many_volumes(case: Case, clause: Clause) -> Words:
    return Words(
        title="no more volumes can be attached",
        explanation="These nodes have as many volumes attached as their kind of machine allows.",
        fix="Add a node, or use nodes of a kind that takes more volumes.",
    )


def device_claims(case: Case, clause: Clause) -> Words:
    """Dynamic resource allocation: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/"""
    found = manifests.mappings(manifests.spec(case.pod).get("resourceClaims"))
    names = [
        manifests.text(each.get("resourceClaimName") or each.get("resourceClaimTemplateName"))
        for each in found
    ]
    shown = ", ".join(name for name in names if name) or "(unknown)"
    return Words(
        title=f"its device claims cannot be met ({shown})",
        explanation=f"The pod wants devices by the ResourceClaims {shown}: {clause.text}. No node "
        "has such a device free, or no driver has made the claim.",
        fix="See what devices there are (`kubectl get resourceslices`), whether the DeviceClass "
        "exists and its driver runs, and who has the devices (`kubectl get resourceclaims -A`).",
        evidence=(case.from_pod("spec.resourceClaims", shown),),
        commands=("kubectl get resourceslices", "kubectl get resourceclaims -A"),
    )
