"""What to say of each clause of the scheduler: its words, with the pod's and the nodes' own values.

One function a clause. Each is told of a pod that no node took; the nodes may not have been read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kure.domain import manifests, quantities
from kure.domain.diagnosis import placement
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.manifests import Manifest

# How many nodes, taints and the like are named.
NAMED = 5


@dataclass(frozen=True)
class Clause:
    """`count` of `total` nodes said `text`; both are 0 where no node was counted."""

    text: str
    count: int = 0
    total: int = 0
    what: str = ""

    @property
    def where(self) -> str:
        """To begin a title with."""
        if not self.total:
            return "Cannot be scheduled"
        if self.count < self.total:
            return f"Cannot run on {self.count} of {self.total} nodes"
        return (
            "Cannot run on the only node"
            if self.total == 1
            else f"Cannot run on any of {self.total} nodes"
        )

    @property
    def refused(self) -> str:
        """To begin an explanation with."""
        if not self.total:
            return "The scheduler could not place the pod."
        return f"This keeps the pod from {self.count} of {self.total} nodes."


@dataclass(frozen=True)
class Words:
    """What a clause means for this pod. Not `decisive`: it is about nodes that other demands of the
    pod rule out as well, so it is told last."""

    title: str
    explanation: str
    fix: str
    evidence: tuple[EvidenceLine, ...] = ()
    decisive: bool = True


def candidates(case: Case) -> list[Manifest]:
    """The nodes, of those that were read, with the labels that the pod demands."""
    return [node for node in case.facts.nodes if placement.fits_labels(case.pod, node)]


BESIDE = " None of them has the labels that the pod wants, so they would not take it anyway."


def insufficient(case: Case, clause: Clause) -> Words:
    resource = clause.what
    asked = placement.requested(case.pod, resource)
    amount = quantities.show(resource, asked)
    largest = placement.largest_allocatable(case.facts.nodes, resource)
    evidence = [case.from_pod(f"spec.containers[*].resources.requests.{resource}", amount)]
    if largest is None:
        size = f" No node that was read offers {resource}." if case.facts.nodes else ""
        never = False
    else:
        name, most = largest
        shown = quantities.show(resource, most)
        never = case.facts.every_node and asked > most
        size = f" The largest node, {name}, has {shown} for all its pods together."
        evidence.append(
            EvidenceLine("node", f"Node/{name}", f"status.allocatable.{resource}", shown)
        )
    more = "more than any node has in all" if never else "more than these nodes have left"
    return Words(
        title=f"not enough free {resource} (the pod asks for {amount})",
        explanation=f"The pod asks for {amount} of {resource}, which is {more}; what counts is "
        f"what other pods have asked for there, not what they use.{size}",
        fix=f"Lower the pod's request of {resource} to what a node has, or add a larger node."
        if never
        else f"Lower the pod's request of {resource}, make room by lowering those of other pods, "
        "or add a node.",
        evidence=tuple(evidence),
    )


def node_labels(case: Case, clause: Clause) -> Words:
    wanted = list(placement.wanted_labels(case.pod))
    shown = [placement.show_expression(expression) for _, expression in wanted]
    fitting = [manifests.name(node) for node in candidates(case)]
    unmet = [
        _nobody_has(case.facts.nodes, expression)
        for _, expression in wanted
        if case.facts.nodes
        and case.facts.every_node
        and not any(placement.satisfies(node, expression) for node in case.facts.nodes)
    ]
    if fitting:
        unmet.append(f"Other nodes have these labels ({_some(fitting)}): see why they refuse it.")
    return Words(
        title=f"the pod wants a node with {case.quote(', '.join(shown), 120) or 'other labels'}",
        explanation="The labels of these nodes do not satisfy the pod's nodeSelector or required "
        f"node affinity: {', '.join(shown)}. {' '.join(unmet)}".strip(),
        fix=f"Correct the pod's nodeSelector or node affinity ({', '.join(shown)}), or label a "
        "node so.",
        evidence=tuple(
            case.from_pod(field, text) for (field, _), text in zip(wanted, shown, strict=True)
        ),
        decisive=not fitting,
    )


def _nobody_has(nodes: Iterable[Manifest], expression: Manifest) -> str:
    key = str(expression.get("key"))
    there = sorted({value for node in nodes if (value := manifests.labels(node).get(key))})
    other = f"; values found for {key}: {', '.join(there[:NAMED])}" if there else ""
    none = "" if there else f"; none has the label {key}"
    return f"No node satisfies {placement.show_expression(expression)}{other}{none}."


def taints(case: Case, clause: Clause) -> Words:
    """Newer schedulers (1.34 among them) name no taint, so they are read from the nodes."""
    fitting = candidates(case)
    found = _untolerated(case.pod, fitting) or _untolerated(case.pod, case.facts.nodes)
    decisive = bool(_untolerated(case.pod, fitting)) or not found
    named = [f"{taint} (on {_some(nodes)})" for taint, nodes in found.items()]
    told = "; ".join(named[:NAMED]) or clause.text
    which = _some(list(found)) or "the nodes' taints"
    return Words(
        title=f"taints that the pod does not tolerate {_listed(found)}".strip(),
        explanation=f"These nodes have taints that keep the pod away: {told}."
        + ("" if decisive else BESIDE),
        fix=f"If the pod belongs there, give it a toleration for {which}; else free or add nodes "
        "without taints.",
        evidence=tuple(
            EvidenceLine("node", f"Node/{node}", "spec.taints", taint)
            for taint, nodes in found.items()
            for node in nodes
        )[:NAMED],
        decisive=decisive,
    )


def _untolerated(pod: Manifest, nodes: Iterable[Manifest]) -> dict[str, list[str]]:
    """Each taint that keeps the pod away, with the names of the nodes that have it."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for taint in placement.untolerated(pod, node):
            found.setdefault(placement.show_taint(taint), []).append(manifests.name(node))
    return found


def _listed(found: Iterable[str]) -> str:
    names = list(found)
    return f"({_some(names)})" if names else ""


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def cordoned(case: Case, clause: Clause) -> Words:
    closed = _closed(candidates(case)) or _closed(case.facts.nodes)
    decisive = bool(_closed(candidates(case))) or not closed
    which = f" ({_some(closed)})" if closed else ""
    return Words(
        title=f"cordoned{which}",
        explanation=f"These nodes take no new pods: somebody, or an upgrade, cordoned them{which}."
        + ("" if decisive else BESIDE),
        fix=f"When the work on them is done: `kubectl uncordon {closed[0] if closed else 'NODE'}`.",
        evidence=tuple(
            EvidenceLine("node", f"Node/{name}", "spec.unschedulable", "true")
            for name in closed[:NAMED]
        ),
        decisive=decisive,
    )


def _closed(nodes: Iterable[Manifest]) -> list[str]:
    return [
        manifests.name(node) for node in nodes if manifests.spec(node).get("unschedulable") is True
    ]


def too_many_pods(case: Case, clause: Clause) -> Words:
    return Words(
        title="they run as many pods as they may",
        explanation="These nodes are full: each has a limit of pods (110 unless told otherwise), "
        "whatever they ask for.",
        fix="Add a node, delete pods that are not needed, or raise maxPods in the kubelet's "
        "configuration.",
        evidence=tuple(
            EvidenceLine("node", f"Node/{manifests.name(node)}", "status.allocatable.pods", limit)
            for node in candidates(case)[:NAMED]
            if (limit := manifests.text(_allocatable(node).get("pods")))
        ),
    )


def _allocatable(node: Manifest) -> Manifest:
    return manifests.mapping(manifests.status(node).get("allocatable"))


def ports(case: Case, clause: Clause) -> Words:
    wanted = ", ".join(placement.host_ports(case.pod)) or "(unknown)"
    return Words(
        title=f"host port {wanted} is taken",
        explanation=f"The pod wants port {wanted} of the node itself (hostPort), and another pod "
        "has it on these nodes. One node can run only one such pod.",
        fix="Leave out hostPort and use a Service, choose another port, or run at most one such "
        "pod a node.",
        evidence=(case.from_pod("spec.containers[*].ports[*].hostPort", wanted),),
    )


def anti_affinity(case: Case, clause: Clause) -> Words:
    terms = _terms(case.pod, "podAntiAffinity")
    own = f" the pod wants none beside it that match {terms}" if terms else ""
    other = "" if terms else " a pod that runs there wants none like this one beside it"
    return Words(
        title=f"pod anti-affinity{f' ({terms})' if terms else ''}",
        explanation=f"On these nodes{own}{other}.",
        fix="Add nodes, run fewer replicas, or make the anti-affinity preferred instead of "
        "required.",
        evidence=_affinity_line(case, "podAntiAffinity", terms),
    )


def pod_affinity(case: Case, clause: Clause) -> Words:
    terms = _terms(case.pod, "podAffinity")
    return Words(
        title=f"pod affinity ({terms or 'required'})",
        explanation=f"The pod wants to run beside pods that match {terms or 'its pod affinity'}, "
        "and none runs on these nodes.",
        fix="Start those pods first, correct the labels in the pod affinity, or make it preferred "
        "instead of required.",
        evidence=_affinity_line(case, "podAffinity", terms),
    )


def _affinity_line(case: Case, kind: str, terms: str) -> tuple[EvidenceLine, ...]:
    return (case.from_pod(f"spec.affinity.{kind}", terms),) if terms else ()


def _terms(pod: Manifest, kind: str) -> str:
    affinity = manifests.mapping(manifests.mapping(manifests.spec(pod).get("affinity")).get(kind))
    required = manifests.mappings(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"))
    return "; ".join(
        f"{_selector(term.get('labelSelector'))} per {term.get('topologyKey')}" for term in required
    )


def _selector(selector: object) -> str:
    found = manifests.mapping(selector)
    pairs = [f"{key}={value}" for key, value in manifests.mapping(found.get("matchLabels")).items()]
    pairs += [
        placement.show_expression(expression)
        for expression in manifests.mappings(found.get("matchExpressions"))
    ]
    return ", ".join(pairs) or "every pod"


def topology_spread(case: Case, clause: Clause) -> Words:
    found = manifests.mappings(manifests.spec(case.pod).get("topologySpreadConstraints"))
    strict = [item for item in found if item.get("whenUnsatisfiable") != "ScheduleAnyway"]
    shown = "; ".join(
        f"at most {item.get('maxSkew')} more in one {item.get('topologyKey')}" for item in strict
    )
    missing = "missing required label" in clause.text
    lacking = " They do not even have the label that it spreads over." if missing else ""
    return Words(
        title=f"topology spread ({shown or 'required'})",
        explanation=f"The pod must be spread: {shown or 'see its constraints'}. Running it on "
        f"these nodes would break that.{lacking}",
        fix="Label the nodes with the topology key, add nodes in the emptier part, or set "
        "whenUnsatisfiable to ScheduleAnyway.",
        evidence=(case.from_pod("spec.topologySpreadConstraints", shown),) if shown else (),
    )


def claim_not_found(case: Case, clause: Clause) -> Words:
    namespace = manifests.namespace(case.pod)
    return Words(
        title=f'PersistentVolumeClaim "{clause.what}" does not exist',
        explanation=f'The pod mounts the claim "{clause.what}", which is not in namespace '
        f"{namespace}.",
        fix=f'Create the PersistentVolumeClaim "{clause.what}" in namespace {namespace}, or '
        "correct the name in the pod's volumes.",
        evidence=(_claims_line(case),),
    )


def unbound_claims(case: Case, clause: Clause) -> Words:
    names = ", ".join(f'"{name}"' for name in placement.claims(case.pod))
    return Words(
        title=f"a PersistentVolumeClaim is not bound ({names})",
        explanation=f"The pod mounts the claims {names}, and at least one of them has no volume "
        "yet.",
        fix="Look at the claim's events (`kubectl describe pvc`): its StorageClass must exist and "
        "provision, or a matching PersistentVolume must be there.",
        evidence=(_claims_line(case),),
    )


def _claims_line(case: Case) -> EvidenceLine:
    field = "spec.volumes[*].persistentVolumeClaim.claimName"
    return case.from_pod(field, ", ".join(placement.claims(case.pod)))


def volume_elsewhere(case: Case, clause: Clause) -> Words:
    return Words(
        title="the pod's volume is bound to other nodes",
        explanation="A volume of the pod can be used only on certain nodes or in one zone, and "
        "these are not among them.",
        fix="Make room on a node in the volume's zone, or move the data to a volume elsewhere.",
        evidence=(_claims_line(case),),
    )


def too_many_volumes(case: Case, clause: Clause) -> Words:
    return Words(
        title="no more volumes can be attached",
        explanation="These nodes have as many volumes attached as their kind of machine allows.",
        fix="Add a node, or use nodes of a kind that takes more volumes.",
    )


def no_nodes(case: Case, clause: Clause) -> Words:
    return Words(
        title="the cluster has no nodes",
        explanation="There is no node at all that the scheduler could look at.",
        fix="Add a node, or see why none is registered.",
    )


def unknown(case: Case, clause: Clause) -> Words:
    return Words(
        title=case.quote(clause.text, 150),
        explanation=f"Kure does not know this reason: {case.quote(clause.text, 600)}",
        fix="Read the scheduler's message; it names what the pod asks for and no node has.",
    )
