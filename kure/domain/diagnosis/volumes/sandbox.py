"""Why a pod's sandbox, its network among it, cannot be made: J01, J02, J03."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from kure.domain import manifests, owners, quantities
from kure.domain.diagnosis.aid import NO_AID, Aid, Aiding, aided
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.messages import MessageRule, cause_from, first_match
from kure.domain.diagnosis.model import Blamed, Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.starts.memory import higher_limit, lowest_limit
from kure.domain.diagnosis.volumes.sandbox_rules import OTHER, SANDBOX_RULES, STARVED
from kure.domain.failures.starting import SANDBOX_EVENTS

# With less memory than this a runtime does not get a sandbox started, whatever it says then.
NEEDED = Decimal(12 * 2**20)
# What the pods of network plugins are called.
NETWORK_PODS = re.compile(
    r"^(?:calico-node|canal|kube-flannel|cilium|weave-net|aws-node|azure-cni|antrea-agent|ovnkube"
    r"|multus|kindnet|kube-router|kube-multus|sdn|whereabouts|\w{1,30}-cni)"
)

# The node's runtime does not know what the pod's RuntimeClass asks for.
NO_HANDLER = re.compile(r"no runtime for|runtime handler")


def no_sandbox(case: Case) -> Iterator[Cause]:
    """What the newest message that a row knows says; else the runtime's own words."""
    messages = list(_messages(case))
    for message, line in messages:
        match = first_match(SANDBOX_RULES, message)
        if match:
            yield _cause(case, *match, message, line)
            return
    if messages:
        limit = quantities.parse(lowest_limit(case)[1])
        starved = limit is not None and limit < NEEDED
        yield _cause(case, STARVED if starved else OTHER, {}, *messages[0])


def wants_sandbox(case: Case) -> Iterator[Want]:
    for message, _ in _messages(case):
        match = first_match(SANDBOX_RULES, message)
        if match and match[0].rule in ("J01", "J02") and manifests.node_name(case.pod):
            yield _on_node(case)
        if match:
            return


def _on_node(case: Case) -> Want:
    return Want("Pod", "", f"spec.nodeName={manifests.node_name(case.pod)}")


def _messages(case: Case) -> Iterator[tuple[str, EvidenceLine]]:
    said = case.failure.message.strip()
    events = list(case.events(*SANDBOX_EVENTS))
    if said and not any(_message(event) == said for event in events):
        yield said, case.from_pod(case.failure.field, said)
    for event in events:
        if message := _message(event):
            yield message, case.from_event(event)


def _message(event: manifests.Manifest) -> str:
    return manifests.text(event.get("message")).strip()


def _cause(
    case: Case, row: MessageRule, found: Mapping[str, str], message: str, line: EvidenceLine
) -> Cause:
    values = _values(case, message) | {
        name.rstrip("23"): text for name, text in found.items() if text.strip()
    }
    aid = AIDS.get(row.rule, _no_aid)(case, values)
    return aided(cause_from(row, case, values, (line,)), case, aid)


def _values(case: Case, message: str) -> dict[str, str]:
    container, limit = lowest_limit(case)
    ranges = manifests.text(manifests.spec(case.node or {}).get("podCIDR"))
    here = case.facts.nearby.read(_on_node(case))
    own = [p for p in here or () if manifests.spec(p).get("hostNetwork") is not True]
    return {
        "label": f'Pod "{case.name}"',
        "name": case.name,
        "node": manifests.node_name(case.pod) or "(unknown)",
        "message": case.quote(message, 600),
        "range": f" ({ranges})" if ranges else "",
        "count": f" Pods with an address of their own there: {len(own)}." if here else "",
        "of": container,
        "limit": limit or "(unknown)",
        "of_limit": f' Container "{container}" has a limit of {limit}.' if limit else "",
        "image": "the sandbox image",
        "handler": manifests.text(manifests.spec(case.pod).get("runtimeClassName")),
    }


def _plugin(case: Case, values: Mapping[str, str]) -> Aid:
    """The network plugin's pod on that node, where it is not ready."""
    here = case.facts.nearby.read(_on_node(case))
    if here is None:
        return NO_AID
    plugins = [pod for pod in here if NETWORK_PODS.match(manifests.name(pod))]
    for pod in plugins:
        if manifests.condition(pod, "Ready").get("status") != "True":
            found = owners.workload_from_manifest("", pod)
            name = f"{manifests.namespace(pod)}/{manifests.name(pod)}"
            phase = manifests.phase(pod) or "not known"
            return Aid(
                f"Pod {name} there is not ready.",
                evidence=(EvidenceLine("object", f"Pod/{manifests.name(pod)}", "status", phase),),
                blames=Blamed(found.namespace, found.kind, found.name),
            )
    return Aid("" if plugins else "No pod of a known network plugin is on that node.")


def _no_aid(case: Case, values: Mapping[str, str]) -> Aid:
    return NO_AID


def _without_class(case: Case, values: Mapping[str, str]) -> Aid:
    """Where the node lacks the handler: the runtime that it has."""
    template, name = case.template, manifests.spec(case.pod).get("runtimeClassName")
    asks = template is not None and manifests.spec(template.pod).get("runtimeClassName") == name
    if template is None or not asks or not NO_HANDLER.search(values["message"]):
        return NO_AID
    note = "The pod then runs in the node's default runtime, without the sandbox it asked for."
    return Aid(patch=template.patch(*template.drop(("spec", "runtimeClassName")), note=note))


AIDS: dict[str, Aiding] = {"B13": higher_limit, "J01": _plugin, "J03": _without_class}
