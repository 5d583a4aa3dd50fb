"""Why names are not resolved at all: policies (J05), the cluster's DNS (J06), the pod's own
settings (J07)."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.backing import Backing, backing_of, owner_of, told_state
from kure.domain.diagnosis.dependencies.blocked import (
    API,
    add_rules,
    admitted,
    make_policy,
    rule_to_get_out,
    stable_labels,
)
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.policies import (
    Connection,
    Direction,
    End,
    end_of,
    forbidding,
    rules_of,
)
from kure.domain.diagnosis.dependencies.resolving import Resolved
from kure.domain.diagnosis.dependencies.seen import Seen
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, patch_of
from kure.domain.diagnosis.model import Blamed, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

SYSTEM = "kube-system"
DNS_LABELS = {"k8s-app": "kube-dns"}
DNS_PORT = 53
DNS_RULE = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": SYSTEM}},
            "podSelector": {"matchLabels": DNS_LABELS},
        }
    ],
    "ports": [{"protocol": "UDP", "port": DNS_PORT}, {"protocol": "TCP", "port": DNS_PORT}],
}
# Answers that a server gave: it was reached.
ANSWERED = re.compile(r"no such host|\bENOTFOUND\b|NXDOMAIN|Name or service not known", re.I)
UNCHANGED = "The cluster's DNS is asked first then, as is usual."


def wanted_of_dns(case: Case) -> Iterator[Want]:
    """The cluster's DNS, and what may stand before it."""
    yield from (Want(kind, SYSTEM) for kind in ("Service", "EndpointSlice", "Pod"))
    yield case.want("NetworkPolicy")


def dns_trouble(case: Case, seen: Seen, found: Resolved) -> Finding | None:
    answered = seen.signal is not None and ANSWERED.search(seen.signal.text)
    wrong = dns_settings(case, found)
    if answered:
        return wrong
    return _forbidden(case, found) or wrong or _down(case)


def _service(case: Case) -> Backing | None:
    for service in case.facts.nearby.read(Want("Service", SYSTEM)) or ():
        selector = manifests.mapping(manifests.spec(service).get("selector"))
        if manifests.name(service) == "kube-dns" or selector.get("k8s-app") == "kube-dns":
            return backing_of(case, service, SYSTEM)
    return None


def _forbidden(case: Case, called: Resolved) -> Finding | None:
    """No egress policy of the pod lets it ask the DNS."""
    if manifests.spec(case.pod).get("hostNetwork") is True:
        return None
    service = _service(case)
    pods = (service.pods or ()) if service else ()
    target = end_of(pods[0]) if pods else End(SYSTEM, DNS_LABELS)
    way = Connection(end_of(case.pod), target, DNS_PORT, "UDP")
    policies = case.facts.nearby.read(case.want("NetworkPolicy")) or ()
    found = forbidding(policies, way, Direction.EGRESS)
    if not found:
        return None
    return _told_forbidden(case, called, found)


def _told_forbidden(case: Case, called: Resolved, found: list[Manifest]) -> Finding:
    names = ", ".join(f'"{manifests.name(policy)}"' for policy in found)
    what = "NetworkPolicy" if len(found) == 1 else "NetworkPolicies"
    policy = API | found[0]
    labels = stable_labels(case)
    further = rule_to_get_out(case, called)
    rules = [DNS_RULE, further] if further else [DNS_RULE]
    return Finding(
        rule="J05",
        why=f"{what} {names} lets it ask no DNS",
        explanation=f"{what} {names} of namespace {case.namespace} select this pod for egress and "
        "allow no UDP port 53 to the cluster's DNS, so no name can be resolved. "
        + " ".join(admitted(one, Direction.EGRESS) for one in found),
        fix="Allow UDP and TCP port 53 to the pods of the cluster's DNS "
        "(k8s-app=kube-dns in kube-system), and what else the program is to call.",
        evidence=tuple(
            EvidenceLine(
                "object",
                f"NetworkPolicy/{manifests.name(one)}",
                "spec.egress",
                case.quote(json.dumps(rules_of(one, Direction.EGRESS)), 300),
            )
            for one in found
        ),
        commands=(
            f"kubectl get networkpolicies -n {shlex.quote(case.namespace)} -o yaml",
            *(
                [make_policy("allow-dns", case.namespace, labels, Direction.EGRESS, rules)]
                if labels
                else []
            ),
        ),
        patch=patch_of(
            policy,
            *add_rules(policy, Direction.EGRESS, rules),
            note="It lets all pods that the policy selects do so. What else the program calls must "
            "be allowed as well.",
        ),
    )


def _down(case: Case) -> Finding | None:
    """Nobody is behind the cluster's DNS."""
    service = _service(case)
    if service is None or service.ready != 0:
        return None
    pods = service.pods or ()
    blamed = owner_of(pods[0]) if pods else Blamed(SYSTEM, "Deployment", "coredns")
    state = told_state(pods[0]) if pods else "it has no pods"
    return Finding(
        rule="J06",
        why="no pod of the cluster's DNS is ready",
        explanation=f'Service "{service.name}" of {SYSTEM}, the cluster\'s DNS, has no ready '
        f"address ({blamed.kind} {blamed.name}: {state}): no pod of the cluster can resolve names.",
        fix=f"Mend {blamed.kind} {blamed.name} of namespace {SYSTEM} first.",
        evidence=(
            EvidenceLine("object", f"Service/{service.name}", "endpoints", f"0 ready: {state}"),
        ),
        commands=(f"kubectl get pods -n {SYSTEM} -l k8s-app=kube-dns -o wide",),
        blames=blamed,
    )


def own_resolver(case: Case) -> bool:
    """Whether the pod may ask other servers than the cluster's."""
    spec = manifests.spec(case.pod)
    return spec.get("dnsPolicy") in ("None", "Default") or bool(spec.get("dnsConfig"))


def dns_settings(case: Case, found: Resolved) -> Finding | None:
    """The pod asks servers that do not know the cluster's names."""
    wrong = _settings(case, found)
    if wrong is None or not found.absent or found.meaning is None:
        return wrong
    also = f'There is no Service "{found.meaning.service}" in namespace {found.namespace} either'
    return replace(
        wrong,
        explanation=f"{wrong.explanation} {also}.",
        fix=f"{wrong.fix} {also}: make it, or call what is meant instead.",
        patch=None,
    )


def _settings(case: Case, found: Resolved) -> Finding | None:
    spec = manifests.spec(case.pod)
    policy = spec.get("dnsPolicy") or "ClusterFirst"
    if found.meaning is None:
        # Which name was asked for is not known. Nobody can have answered for it.
        unknown = policy == "None" and not found.called.host
        return _own_servers(case, found) if unknown and _asks_itself(case) else None
    if policy == "Default" or (policy == "ClusterFirst" and spec.get("hostNetwork") is True):
        wanted = "ClusterFirstWithHostNet" if spec.get("hostNetwork") is True else "ClusterFirst"
        return _wrong(
            case,
            f'its dnsPolicy is "{policy}"' + (" on the host's network" if "With" in wanted else ""),
            f"The pod asks the DNS servers of its node, which do not know Services. With {wanted} "
            "it asks the cluster's.",
            ("spec.dnsPolicy", str(policy)),
            _put_policy(case, wanted),
        )
    return _own_servers(case, found) if policy == "None" else _few_dots(case, found)


def _own_servers(case: Case, found: Resolved) -> Finding | None:
    config = manifests.mapping(manifests.spec(case.pod).get("dnsConfig"))
    servers = _servers(case)
    service = _service(case)
    ip = manifests.spec(service.service).get("clusterIP") if service else None
    # What the Service is called that is there: a server of the cluster would have known it.
    unknown = found.backing is not None or not any(map(_may_be_the_cluster, servers))
    if servers and ip not in servers and (ip or unknown):
        return _wrong(
            case,
            f"it asks {', '.join(servers)} instead of the cluster's DNS"
            + (f" ({ip})" if ip else ""),
            'Its dnsPolicy is "None", so only the servers in its dnsConfig are asked, which do not '
            "know the cluster's names.",
            ("spec.dnsConfig.nameservers", ", ".join(servers)),
            _put_policy(case, "ClusterFirst"),
        )
    searches = [one for one in _list(config.get("searches")) if isinstance(one, str)]
    short = len(found.called.host.split(".")) < 3
    if short and ip in servers and not any(_is_of_cluster(one) for one in searches):
        has = f"only {', '.join(searches[:6])}" if searches else "none"
        return _wrong(
            case,
            f"its search domains are {has}" if searches else "it has no search domains",
            f'Its dnsPolicy is "None" and its dnsConfig names search domains: {has}. So only full '
            f"names such as {found.meaning.service if found.meaning else ''}.{found.namespace}"
            ".svc.cluster.local are found.",
            ("spec.dnsConfig", case.quote(json.dumps(config), 300)),
            _put_policy(case, "ClusterFirst"),
        )
    return None


def _servers(case: Case) -> list[str]:
    config = manifests.mapping(manifests.spec(case.pod).get("dnsConfig"))
    return [one for one in _list(config.get("nameservers")) if isinstance(one, str)]


def _asks_itself(case: Case) -> bool:
    """Whether all its servers are its own addresses, and no container of it declares DNS's port."""
    ports = [
        port.get("containerPort")
        for container in manifests.mappings(manifests.spec(case.pod).get("containers"))
        for port in manifests.mappings(container.get("ports"))
    ]
    servers = _servers(case)
    return bool(servers) and all(map(_is_loopback, servers)) and DNS_PORT not in ports


def _is_loopback(server: str) -> bool:
    try:
        return ip_address(server).is_loopback
    except ValueError:
        return False


def _may_be_the_cluster(server: str) -> bool:
    """No cluster's DNS has a public address, or one of the pod's own."""
    try:
        found = ip_address(server)
    except ValueError:
        return True
    return not found.is_global and not found.is_loopback


def _is_of_cluster(search: str) -> bool:
    """`shop.svc.cluster.local`, `svc.cluster.local`, whatever the cluster's domain is."""
    return "svc" in search.lower().split(".")[:2]


def _few_dots(case: Case, found: Resolved) -> Finding | None:
    config = manifests.mapping(manifests.spec(case.pod).get("dnsConfig"))
    for option in manifests.mappings(config.get("options")):
        value = manifests.text(option.get("value"))
        dots = found.called.host.count(".")
        if option.get("name") == "ndots" and value.isdecimal() and len(value) < 4:
            if int(value) > dots or found.called.host.endswith("cluster.local"):
                return None
            return _wrong(
                case,
                f"its ndots is {value}",
                f"A name with {value} dots or more is asked for as it is, and by some C libraries "
                "(musl, in Alpine) not in the search domains, where Services are found. Usual is "
                "5.",
                ("spec.dnsConfig.options", f"ndots={value}"),
                _drop_config(case),
            )
    return None


def _wrong(
    case: Case, why: str, explanation: str, field: tuple[str, str], steps: tuple[Operation, ...]
) -> Finding:
    template = case.template
    return Finding(
        rule="J07",
        why=why,
        explanation=explanation,
        fix="Let dnsPolicy be ClusterFirst (ClusterFirstWithHostNet on the host's network), "
        "without "
        "a dnsConfig of its own, unless the pod is not to know the cluster's names.",
        evidence=(case.from_pod(*field),),
        commands=(
            f"kubectl exec -n {shlex.quote(case.namespace)} {shlex.quote(case.name)} "
            "-- cat /etc/resolv.conf",
        ),
        patch=template.patch(*steps, note=UNCHANGED) if template and steps else None,
    )


def _put_policy(case: Case, policy: str) -> tuple[Operation, ...]:
    template = case.template
    if template is None:
        return ()
    steps = template.put(("spec", "dnsPolicy"), policy)
    drops = template.drop(("spec", "dnsConfig")) if policy == "ClusterFirst" else ()
    return (*steps, *drops)


def _drop_config(case: Case) -> tuple[Operation, ...]:
    return case.template.drop(("spec", "dnsConfig", "options")) if case.template else ()


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
