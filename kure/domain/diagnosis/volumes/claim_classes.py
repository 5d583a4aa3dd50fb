"""A claim whose StorageClass is missing, or whose provisioner says no or nothing."""

import re
from collections.abc import Callable

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.messages import MessageRule, first_match
from kure.domain.diagnosis.model import Confidence
from kure.domain.diagnosis.nearby import did_you_mean
from kure.domain.diagnosis.volumes.claim_errors import ACCESS_MODE, ERRORS, SELECTOR
from kure.domain.diagnosis.volumes.claim_reason import (
    BY_HAND,
    CLASSES,
    DRIVERS,
    VOLUMES,
    Claim,
    Reason,
    is_default,
    line,
)
from kure.domain.diagnosis.volumes.claim_volumes import class_of, named_volume, nothing_to_bind

NO_CLASS = re.compile(r'storageclass\.storage\.k8s\.io "(?P<name>[^"]{1,253})" not found', re.I)
NO_VOLUMES = re.compile(r"no persistent volumes available", re.IGNORECASE)
# Before 1.29 `either by external provisioner "x"`.
WAITS_FOR = re.compile(r"by (?:the )?external provisioner ['\"](?P<name>[^'\"]{1,253})['\"]", re.I)
FIRST_CONSUMER = re.compile(r"waiting for first consumer|waiting for pod .{1,253} to be", re.I)

MOST_MESSAGE = 8192


def why(claim: Claim) -> Reason | None:
    """The first that knows; None where nothing that was read tells."""
    for check in CHECKS:
        found = check(claim)
        if found:
            return found
    return None


def _missing_class(claim: Claim) -> Reason | None:
    said = NO_CLASS.search(claim.message[:MOST_MESSAGE])
    nearby = claim.case.facts.nearby
    name = said["name"] if said else claim.named_class
    if not name or not (said or nearby.lacks(CLASSES, name)):
        return None
    if nearby.named(CLASSES, name):  # made since
        return None
    by_hand = [v for v in nearby.read(VOLUMES) or () if class_of(v) == name]
    if by_hand:
        words = f'Volumes of class "{name}" are made by hand: there is no such StorageClass.'
        return nothing_to_bind(claim, words)
    near = nearby.nearest(CLASSES, name)
    others = [manifests.name(each) for each in claim.classes or ()]
    default = next((manifests.name(x) for x in claim.classes or () if is_default(x)), "")
    instead = near or default or (others[0] if len(others) == 1 else "")
    there = f" The cluster has {', '.join(sorted(others)[:5])}." if others and not near else ""
    none = " The cluster has no StorageClass at all." if claim.classes == () else ""
    return Reason(
        rule="G10",
        title=f'StorageClass "{name}" does not exist',
        explanation=f'The claim names the StorageClass "{name}", and the cluster has none of that '
        f"name, so that nobody makes a volume for it.{did_you_mean('StorageClass', near)}{there}"
        f"{none}",
        fix=f'Make the claim again with StorageClass "{instead}", or make a StorageClass "{name}".'
        if instead
        else f'Make a StorageClass "{name}", or make the claim again with one that is there.',
        evidence=(claim.line("spec.storageClassName", name),),
        commands=("kubectl get storageclass", claim.described),
        patch=claim.made_again(("spec", "storageClassName"), instead) if instead else None,
    )


def _no_default(claim: Claim) -> Reason | None:
    """It leaves the class to the cluster, which has none for that."""
    if claim.named_class is not None or claim.classes is None or claim.storage_class:
        return None
    fitting = nothing_to_bind(claim, "No StorageClass is the default.")
    if fitting and fitting.rule == "G16":
        return fitting
    names = sorted(manifests.name(each) for each in claim.classes)
    there = f" The cluster has {', '.join(names[:5])}." if names else " The cluster has none."
    only = names[0] if len(names) == 1 else ""
    own = f" {fitting.explanation}" if fitting else ""
    patch = claim.made_again(("spec", "storageClassName"), only) if only else None
    return Reason(
        rule="G11",
        title="it names no StorageClass, and none is the default",
        explanation="The claim leaves its StorageClass to the cluster, where none is marked as "
        f"default: nobody makes a volume for it.{there}{own}",
        fix="Make the claim again with a StorageClass "
        f"({', '.join(names[:5]) or 'make one first'}), or mark one as default.",
        evidence=(claim.line("spec.storageClassName", "(none)"),),
        commands=("kubectl get storageclass", claim.described),
        patch=patch or (fitting.patch if fitting else None),
    )


def _by_hand(claim: Claim) -> Reason | None:
    """Nobody makes volumes for it: one has to be there."""
    provisioner = manifests.text((claim.storage_class or {}).get("provisioner"))
    if claim.named_class == "":
        return nothing_to_bind(claim, "The claim wants no StorageClass.")
    if provisioner == BY_HAND:
        words = f'StorageClass "{claim.class_name}" makes no volumes itself (no-provisioner).'
        return nothing_to_bind(claim, words)
    if NO_VOLUMES.search(claim.message) and claim.classes is None:
        return nothing_to_bind(claim, "No StorageClass makes a volume for it.")
    return None


def _provisioner_error(claim: Claim) -> Reason | None:
    message = claim.message[:MOST_MESSAGE]
    if not message or NO_VOLUMES.search(message) or WAITS_FOR.search(message):
        return None
    found = first_match(ERRORS, message)
    if not found:
        return None
    row, values = found
    values |= {"class": claim.class_name or "(none)", "size": str(claim.size)}
    values |= {"message": claim.case.quote(message, 600)}
    return _from_row(claim, row, values)


def _from_row(claim: Claim, row: MessageRule, values: dict[str, str]) -> Reason:
    return Reason(
        rule=row.rule,
        title=row.title.format_map(values),
        explanation=row.explanation.format_map(values),
        fix=row.fix.format_map(values),
        confidence=row.confidence,
        evidence=(claim.line("spec.storageClassName", values["class"]),),
        commands=(claim.described,),
        patch=_mended(claim, row),
    )


def _mended(claim: Claim, row: MessageRule) -> Patch | None:
    """Where what the provisioner offers is plain from what it says."""
    if row is SELECTOR:
        return claim.made_without(("spec", "selector"))
    if row is ACCESS_MODE and "ReadWriteOnce" in claim.message and len(claim.modes) == 1:
        return claim.made_again(("spec", "accessModes"), ["ReadWriteOnce"])
    return None


def _silent_provisioner(claim: Claim) -> Reason | None:
    said = WAITS_FOR.search(claim.message[:MOST_MESSAGE])
    if not said:
        return None
    name, nearby = said["name"], claim.case.facts.nearby
    near = nearby.nearest(DRIVERS, name)
    absent = "csi" in name and nearby.lacks(DRIVERS, name)
    driver = " No CSI driver of that name is registered with the cluster." if absent else ""
    others = [
        manifests.name(each)
        for each in claim.classes or ()
        if each.get("provisioner") not in (name, BY_HAND)
    ]
    instead = others[0] if len(others) == 1 else ""
    other = f' or make the claim again with StorageClass "{instead}"' if instead else ""
    return Reason(
        rule="G13",
        title=f'provisioner "{name}" does not answer',
        explanation=f'StorageClass "{claim.class_name}" leaves it to the provisioner "{name}" to '
        f"make the volume, and nothing has come of it.{driver}{did_you_mean('CSIDriver', near)}",
        fix=f'Install "{name}", or see why its controller does not run (its pods and their logs),'
        f"{other}{'' if other else ' or use another StorageClass'}.",
        confidence=Confidence.DEFINITIVE if absent else Confidence.LIKELY,
        evidence=(
            line(claim.case, "StorageClass", claim.class_name, "provisioner", name),
            claim.line("spec.storageClassName", claim.class_name),
        ),
        commands=("kubectl get csidrivers", "kubectl get storageclass", claim.described),
        patch=claim.made_again(("spec", "storageClassName"), instead) if instead else None,
    )


def _first_consumer(claim: Claim) -> Reason | None:
    binds = manifests.text((claim.storage_class or {}).get("volumeBindingMode"))
    waits = binds == "WaitForFirstConsumer" and not claim.message
    if not waits and not FIRST_CONSUMER.search(claim.message[:MOST_MESSAGE]):
        return None
    return Reason(
        rule="G12",
        title="it waits for its first pod",
        explanation=f'StorageClass "{claim.class_name}" makes a volume only where a pod needs it '
        "(volumeBindingMode WaitForFirstConsumer). That is as it should be while no pod mounts the "
        "claim.",
        fix="Nothing, if no pod is to use it yet. Else see why the pod that mounts it is not "
        "scheduled, or whether it names another claim.",
        evidence=(
            line(
                *(claim.case, "StorageClass", claim.class_name, "volumeBindingMode"),
                binds or "WaitForFirstConsumer",
            ),
        ),
        commands=(claim.described,),
    )


CHECKS: tuple[Callable[[Claim], Reason | None], ...] = (
    named_volume,
    _missing_class,
    _no_default,
    _by_hand,
    _silent_provisioner,
    _first_consumer,
    _provisioner_error,
)
