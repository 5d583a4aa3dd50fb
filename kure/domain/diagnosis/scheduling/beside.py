"""What a pod demands of the pods that run beside it: host ports, affinity, spreading."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want, nearest
from kure.domain.diagnosis.scheduling import placement
from kure.domain.diagnosis.scheduling.clause import Clause, Words, candidates
from kure.domain.diagnosis.scheduling.label_fixes import REQUIRED
from kure.domain.failures.objects.template import wanted_replicas
from kure.domain.manifests import Manifest

PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def wants_holder(case: Case, _clause: Clause) -> Iterator[Want]:
    """The pods of one node that the pod could run on: one of them has the port."""
    yield from (_pods_on(node) for node in candidates(case)[:1])


def _pods_on(node: Manifest) -> Want:
    return Want("Pod", "", f"spec.nodeName={manifests.name(node)}")


def ports(case: Case, clause: Clause) -> Words:
    wanted = ", ".join(placement.host_ports(case.pod)) or "(unknown)"
    held, lines = _holders(case)
    return Words(
        title=f"host port {wanted} is taken",
        explanation=f"The pod wants port {wanted} of the node itself (hostPort), and another pod "
        f"has it on these nodes. One node can run only one such pod.{held}",
        fix="Leave out hostPort and use a Service, choose another port, or run at most one such "
        "pod a node.",
        evidence=(case.from_pod("spec.containers[*].ports[*].hostPort", wanted), *lines),
        patch=without_host_ports(case),
    )


def _holders(case: Case) -> tuple[str, tuple[EvidenceLine, ...]]:
    for node in candidates(case)[:1]:
        for pod in case.facts.nearby.read(_pods_on(node)) or ():
            shared = {*placement.host_ports(pod)} & {*placement.host_ports(case.pod)}
            if shared and manifests.phase(pod) not in ("Succeeded", "Failed"):
                who = f"{manifests.namespace(pod)}/{manifests.name(pod)}"
                port = ", ".join(sorted(shared))
                line = EvidenceLine(
                    "object",
                    f"Pod/{manifests.name(pod)}",
                    "spec.containers[*].ports[*].hostPort",
                    port,
                )
                return f" On {manifests.name(node)} it is pod {who}.", (line,)
    return "", ()


def without_host_ports(case: Case) -> Patch | None:
    """With hostNetwork the port is the node's in any case."""
    change = draft(case.template)
    if change is None or change.at(("spec", "hostNetwork")) is True:
        return None
    for place, found in list(change.containers()):
        listed = found.get("ports")
        for index in range(len(listed) if isinstance(listed, list) else 0):
            change.drop((*place, "ports", index, "hostPort"))
    return change.patch("The port is then reached by the pod's address or a Service only.")


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
        patch=_preferred(case, "podAntiAffinity"),
    )


def wants_neighbours(case: Case, _clause: Clause) -> Iterator[Want]:
    yield case.want("Pod")


def pod_affinity(case: Case, clause: Clause) -> Words:
    terms = _terms(case.pod, "podAffinity")
    key, _, near = _near_label(case)
    meant = f" There are pods with {key}={near}: is that meant?" if near else ""
    return Words(
        title=f"pod affinity ({terms or 'required'})",
        explanation=f"The pod wants to run beside pods that match {terms or 'its pod affinity'}, "
        f"and none runs on these nodes.{meant}",
        fix="Start those pods first, correct the labels in the pod affinity, or make it preferred "
        "instead of required.",
        evidence=_affinity_line(case, "podAffinity", terms),
        patch=_corrected(case, key, near) if near else _preferred(case, "podAffinity"),
    )


def _near_label(case: Case) -> tuple[str, str, str]:
    """Of one term with one label that no pod of the namespace has: key, value and what pods have
    that is most like it."""
    found = _required(case.pod, "podAffinity")
    selector = manifests.mapping(found[0].get("labelSelector")) if len(found) == 1 else {}
    labels = manifests.mapping(selector.get("matchLabels"))
    pods, nearby = case.want("Pod"), case.facts.nearby
    read = None if pods in nearby.cut else nearby.read(pods)
    if read is None or len(labels) != 1 or selector.get("matchExpressions"):
        return "", "", ""
    ((key, value),) = labels.items()
    there = {v for pod in read if (v := manifests.labels(pod).get(key)) is not None}
    return key, str(value), "" if str(value) in there else nearest(str(value), there)


def _corrected(case: Case, key: str, value: str) -> Patch | None:
    change = draft(case.template)
    place = ("spec", "affinity", "podAffinity", REQUIRED, 0, "labelSelector", "matchLabels", key)
    if change is None or change.at(place) is None:
        return None
    change.put(place, value)
    return change.patch("The label most like it that pods have.")


def _preferred(case: Case, kind: str) -> Patch | None:
    """The same terms as wishes: the scheduler heeds them where it can."""
    change = draft(case.template)
    terms = _required(change.template.pod, kind) if change else []
    if change is None or not terms:
        return None
    note = "The scheduler then heeds it where it can, and does without where not."
    if kind == "podAntiAffinity" and _select_own(change.template.pod, terms):
        note += _make_room(change)
    place = ("spec", "affinity", kind)
    own = change.at((*place, PREFERRED))
    wishes = [{"weight": 100, "podAffinityTerm": term} for term in terms]
    change.drop((*place, REQUIRED))
    change.put((*place, PREFERRED), [*(own if isinstance(own, list) else []), *wishes])
    held = change.template.target.get("kind") == "StatefulSet" and kind == "podAntiAffinity"
    return None if held else change.patch(note)


def _select_own(pod: Manifest, terms: list[Manifest]) -> bool:
    """Whether the pods keep each other apart. What is not plain counts as if they did."""
    selectors = [manifests.mapping(term.get("labelSelector")) for term in terms]
    return any(
        found.get("matchExpressions")
        or manifests.mapping(found.get("matchLabels")).items() <= manifests.labels(pod).items()
        for found in selectors
    )


def _make_room(change: Draft) -> str:
    """Old pods still keep new ones away, and a rollout ends none while some are missing: it may
    have one less."""
    owner = change.template.target
    strategy = manifests.mapping(manifests.spec(owner).get("strategy"))
    if owner.get("kind") != "Deployment" or strategy.get("type") == "Recreate":
        return ""
    ready = manifests.number(manifests.status(owner).get("readyReplicas")) or 0
    missing = max(wanted_replicas(owner) - ready, 0) + 1
    rolling = manifests.mapping(strategy.get("rollingUpdate")) | {"maxUnavailable": missing}
    change.put_beside(("spec", "strategy"), {"type": "RollingUpdate", "rollingUpdate": rolling})
    return (
        " Its old pods keep the new ones away, so the rollout has to end one before "
        f"(maxUnavailable {missing})."
    )


def _affinity_line(case: Case, kind: str, terms: str) -> tuple[EvidenceLine, ...]:
    return (case.from_pod(f"spec.affinity.{kind}", terms),) if terms else ()


def _required(pod: Manifest, kind: str) -> list[Manifest]:
    affinity = manifests.mapping(manifests.mapping(manifests.spec(pod).get("affinity")).get(kind))
    return manifests.mappings(affinity.get(REQUIRED))


def _terms(pod: Manifest, kind: str) -> str:
    return "; ".join(
        f"{_selector(term.get('labelSelector'))} per {term.get('topologyKey')}"
        for term in _required(pod, kind)
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
        patch=_spread(case),
    )


def _spread(case: Case) -> Patch | None:
    """A key that no node has gets the one most like it; else the constraint becomes a wish."""
    change = draft(case.template)
    listed = change.at(("spec", "topologySpreadConstraints")) if change else None
    if change is None or not isinstance(listed, list):
        return None
    keys = {key for node in case.facts.nodes for key in manifests.labels(node)}
    for index, item in enumerate(listed):
        place = ("spec", "topologySpreadConstraints", index)
        own = manifests.mapping(item)
        if not own or own.get("whenUnsatisfiable") == "ScheduleAnyway":
            continue
        key = manifests.text(own.get("topologyKey"))
        near = nearest(key, keys) if case.facts.every_node and key not in keys else ""
        if near:
            change.put((*place, "topologyKey"), near)
        else:
            change.put((*place, "whenUnsatisfiable"), "ScheduleAnyway")
            # The API server takes minDomains with DoNotSchedule only.
            change.drop((*place, "minDomains"))
    return change.patch("Where it cannot be spread so, it then runs all the same.")
