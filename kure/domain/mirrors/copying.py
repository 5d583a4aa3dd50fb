"""The pod that a fix is tried on: made as the original would be made anew, and nobody's.

It has none of the original's labels, nor its owner: no Service routes to it and no controller
counts, adopts or deletes it. What that and the rest changes is said, so that a person knows what
the test does not prove. Whether there may be one at all is the policy's affair.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors import annotations, other_policies
from kure.domain.mirrors.draft import Draft, called
from kure.domain.mirrors.names import Mark, mirror_name
from kure.domain.mirrors.network import UNENFORCED, allowing, deny_all, policies_for
from kure.domain.mirrors.other_policies import Loss
from kure.domain.mirrors.placement import as_of_daemon_set, reads_differently
from kure.domain.mirrors.priority import lower_priority
from kure.domain.mirrors.surroundings import Labels, Surroundings, counted, lost, takers, unread
from kure.domain.mirrors.volumes import own_volumes

__all__ = ["Choice", "Copy", "Surroundings", "copy_of"]

# The second fuse, in seconds: a minute more than the longest life. The kubelet ends the pod then,
# whoever else is dead; it can be lowered later, never raised.
DEADLINE = 3660

# How long it may take to end, in seconds: Kubernetes' own default. Its life must not grow by more.
GRACE = 30

# What a pod that is made may not have, or has of the original alone.
DROPPED = {
    "nodeName": "the scheduler chooses",
    "hostname": "it is the original's",
    "subdomain": "it is the original's",
    "setHostnameAsFQDN": "it goes with the subdomain",
    "hostnameOverride": "it is the original's",
    "schedulingGates": "whoever lifts them does not know the mirror",
    "readinessGates": "no controller sets their conditions on the mirror",
    "ephemeralContainers": "they are somebody's debugging",
    "overhead": "it follows from the RuntimeClass",
    "workloadRef": "the mirror is in no gang",
    "schedulingGroup": "the mirror is in no gang",
}


@dataclass(frozen=True)
class Choice:
    """What a person chose. `empty_volumes`: volumes that cannot be shared start empty, else the
    test is refused. `no_network`: no connection to or from the mirror, not even to DNS. The
    mirror's name is made from `named_after`, '' for the original's: whoever makes it once more,
    from another pod, then finds its name taken."""

    mirror_id: UUID
    ttl_seconds: int
    requested_at: datetime
    empty_volumes: bool = True
    no_network: bool = False
    named_after: str = ""


@dataclass(frozen=True)
class Copy:
    """`pod` as it is to be created, after the objects in `first` (NetworkPolicies), which are to be
    deleted with it. `stripped` names what the original has and the mirror has not; `warnings` are
    to be read before the test, `confirmations` to be confirmed; with any of `refusals` there must
    be none."""

    pod: Manifest
    first: tuple[Manifest, ...]
    stripped: tuple[str, ...]
    warnings: tuple[str, ...]
    refusals: tuple[str, ...]
    confirmations: tuple[str, ...] = ()


def copy_of(
    template: Manifest,
    original: Manifest | None,
    owner: Manifest,
    around: Surroundings,
    choice: Choice,
    key: bytes,
) -> Copy:
    """The mirror of a template: the top owner's, patched, or the bare pod itself.

    `original` is the failing pod, None where there is none (yet); `owner` the live top owner, which
    is the pod itself where it is bare. `key` is the installation's. None of them is changed.
    """
    after = choice.named_after or manifests.name(original or {}) or manifests.name(owner)
    mark = Mark(
        namespace=manifests.namespace(owner) or manifests.namespace(original or {}),
        name=mirror_name(after, choice.mirror_id),
        mirror_id=choice.mirror_id,
        expires_at=choice.requested_at + timedelta(seconds=choice.ttl_seconds),
        key=key,
    )
    own = manifests.labels(template) | manifests.labels(original or {})
    draft = Draft(deepcopy(manifests.spec(template)))
    stay = _metadata(draft, template, own)
    _spec(draft, original, owner, around, choice)
    _placed(draft, own, mark, original, owner)
    draft.warn(annotations.reads_own(draft.spec, stay))
    first = _network(draft, own, mark, around, choice)
    _other_policies(draft, own, mark, around, choice)
    draft.refuse(takers(mark.labels, around))
    draft.warn((*counted(mark.labels, around), *lost(own, mark.labels, owner, around)))
    draft.warn(unread(around))
    metadata = mark.metadata(mark.name)
    metadata["annotations"] = stay | metadata["annotations"]
    return Copy(
        pod={"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": draft.spec},
        first=first,
        stripped=_distinct(draft.stripped),
        warnings=_distinct(draft.warnings),
        refusals=_distinct(draft.refusals),
        confirmations=_distinct(draft.confirmations),
    )


def _metadata(draft: Draft, template: Manifest, own: Labels) -> dict[str, str]:
    """The annotations that stay."""
    stay, left_out = annotations.kept(manifests.metadata(template).get("annotations"))
    if own:
        draft.stripped.append(f"labels {', '.join(sorted(own))}: nobody is to select the mirror")
    if finalizers := manifests.metadata(template).get("finalizers"):
        draft.stripped.append(f"finalizers {finalizers}: nobody would remove them")
    draft.stripped.extend(left_out)
    draft.warn(annotations.injected(stay, own))
    return stay


def _spec(
    draft: Draft,
    original: Manifest | None,
    owner: Manifest,
    around: Surroundings,
    choice: Choice,
) -> None:
    for key, why in DROPPED.items():
        draft.drop(key, why)
    lower_priority(draft, around.priority_classes)
    _ports(draft)
    own_volumes(draft, owner, around.claims, empty=choice.empty_volumes)
    if not manifests.mappings(draft.spec.get("containers")):
        draft.refusals.append("the template has no container")
    for claim in manifests.mappings(draft.spec.get("resourceClaims")):
        if name := claim.get("resourceClaimName"):
            draft.warnings.append(f"the mirror shares ResourceClaim {name} with the original")
    wanted = manifests.number(draft.spec.get("activeDeadlineSeconds")) or 0
    draft.spec["activeDeadlineSeconds"] = min(wanted, DEADLINE) if wanted > 0 else DEADLINE
    grace = manifests.number(draft.spec.get("terminationGracePeriodSeconds")) or 0
    if grace > GRACE:
        draft.spec["terminationGracePeriodSeconds"] = GRACE
        draft.stripped.append(f"of {grace} s to end in, all but {GRACE}")


def _ports(draft: Draft) -> None:
    """No port of the node: the original has it there, and who calls it means the original."""
    for container in draft.containers():
        for port in manifests.mappings(container.get("ports")):
            number = port.pop("hostPort", None)
            port.pop("hostIP", None)
            if number:
                draft.stripped.append(f"hostPort {number} of container {called(container)}")


def _placed(
    draft: Draft, own: Labels, mark: Mark, original: Manifest | None, owner: Manifest
) -> None:
    kind, name = owner.get("kind"), manifests.name(owner)
    if kind == "DaemonSet":
        as_of_daemon_set(draft, original)
    draft.warn(reads_differently(draft.spec, own, mark.labels))
    if kind == "StatefulSet":
        draft.warnings.append(
            f"the mirror is none of the numbered pods of StatefulSet {name}, and has no name in DNS"
        )
    if kind == "Job" and manifests.spec(owner).get("completionMode") == "Indexed":
        draft.warnings.append(f"Job {name} is indexed: the mirror has no JOB_COMPLETION_INDEX")


def _network(
    draft: Draft, own: Labels, mark: Mark, around: Surroundings, choice: Choice
) -> tuple[Manifest, ...]:
    policies = around.network_policies
    if policies is None:
        draft.refusals.append(
            "NetworkPolicies could not be read: the mirror might be less restricted than the "
            "original"
        )
    if choice.no_network:
        draft.warnings.append(f"No network, not even DNS. {UNENFORCED}")
        for name in allowing(mark, policies or ()):
            draft.refusals.append(
                f"NetworkPolicy {name} selects the mirror and allows connections: no test here can "
                "be without a network"
            )
        return (deny_all(mark),)
    found = policies_for(own, mark, policies or ())
    if found:
        draft.warnings.append(
            f"{len(found)} of the original's NetworkPolicies are copied for the mirror. "
            f"{UNENFORCED}"
        )
    return found


def _other_policies(
    draft: Draft, own: Labels, mark: Mark, around: Surroundings, choice: Choice
) -> None:
    """What Cilium, Calico and Istio do for the original's labels, and not for the mirror."""
    found = around.other_policies
    for one in other_policies.lost(own, mark.labels, found):
        if choice.no_network or one.loss is Loss.OTHER:
            draft.warnings.append(one.said)
        elif one.loss is Loss.FREER:
            draft.refusals.append(
                f"{one.said}: it would be less restricted; test it without network"
            )
        else:
            draft.confirmations.append(f"{one.said}: whoever knows its address may call it.")
    if choice.no_network:
        draft.refuse(
            f"{name} selects the mirror and allows connections: no test here can be without a "
            "network"
            for name in other_policies.allowing(mark.labels, found)
        )


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
