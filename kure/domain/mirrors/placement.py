"""Where a mirror may run: where the original may. What reads differently without the original's
labels is said."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.diagnosis.scheduling.placement import selector_text
from kure.domain.manifests import Manifest
from kure.domain.mirrors.draft import Draft
from kure.domain.mirrors.surroundings import Labels

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
NODE_NAME = "metadata.name"

# What the DaemonSet controller adds to each of its pods:
# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/daemon/util/daemonset_util.go
TOLERATED = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
ON_HOST_NETWORK = ("node.kubernetes.io/network-unavailable", "NoSchedule")


def as_of_daemon_set(draft: Draft, original: Manifest | None) -> None:
    """On the original's node, and with the tolerations that the controller would have added."""
    node = _node_of(original or {})
    if node:
        pinned = {"key": NODE_NAME, "operator": "In", "values": [node]}
        affinity = manifests.mapping(draft.spec.get("affinity"))
        own = manifests.mapping(affinity.get("nodeAffinity"))
        terms = {"nodeSelectorTerms": [{"matchFields": [pinned]}]}
        draft.spec["affinity"] = affinity | {"nodeAffinity": own | {REQUIRED: terms}}
    else:
        draft.warnings.append(
            "it is not known on which node the original should run: the mirror runs on any that "
            "its DaemonSet allows"
        )
    listed = draft.spec.get("tolerations")
    tolerations = list(listed) if isinstance(listed, list) else []
    wanted = (*TOLERATED, ON_HOST_NETWORK) if draft.spec.get("hostNetwork") is True else TOLERATED
    for key, effect in wanted:
        added = {"key": key, "operator": "Exists", "effect": effect}
        if added not in tolerations:
            tolerations.append(added)
    draft.spec["tolerations"] = tolerations


def _node_of(pod: Manifest) -> str:
    """The node that a DaemonSet's pod is for: where it runs, else where it waits to run."""
    if node := manifests.node_name(pod):
        return node
    for term in manifests.mappings(_required(manifests.spec(pod), "nodeAffinity")):
        for field in manifests.mappings(term.get("matchFields")):
            values = field.get("values")
            if field.get("key") == NODE_NAME and isinstance(values, list) and len(values) == 1:
                return manifests.text(values[0])
    return ""


def _required(spec: Manifest, kind: str) -> object:
    found = manifests.mapping(manifests.mapping(spec.get("affinity")).get(kind)).get(REQUIRED)
    return manifests.mapping(found).get("nodeSelectorTerms") if kind == "nodeAffinity" else found


def reads_differently(spec: Manifest, own: Labels, labels: Labels) -> Iterator[str]:
    """What of the placement is about the original's labels (`own`), which a mirror lacks."""
    for term in manifests.mappings(_required(spec, "podAffinity")):
        if _means(term, own, labels):
            yield (
                f"it must run {_per(term)} where a pod with {_shown(term)} runs already: its own "
                "labels do not count, as the original's do"
            )
    for term in manifests.mappings(_required(spec, "podAntiAffinity")):
        if _means(term, own, labels):
            yield (
                f"it may not run {_per(term)} where a pod with {_shown(term)} runs, also the "
                "original: where there is no other, no node takes it"
            )
    for constraint in manifests.mappings(spec.get("topologySpreadConstraints")):
        if _means(constraint, own, labels):
            yield (
                f"the spread {_per(constraint)} of pods with {_shown(constraint)} does not count "
                "the mirror"
            )


def _means(term: Manifest, own: Labels, labels: Labels) -> bool:
    selector = term.get("labelSelector")
    return isinstance(selector, dict) and matches(selector, own) and not matches(selector, labels)


def _per(term: Manifest) -> str:
    return f"per {manifests.text(term.get('topologyKey')) or 'node'}"


def _shown(term: Manifest) -> str:
    return selector_text(term.get("labelSelector"))
