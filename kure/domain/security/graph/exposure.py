"""Workloads that can be reached from outside, and what is behind them."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.admin_interfaces import interface
from kure.domain.security.checks.capabilities import takeover
from kure.domain.security.checks.node_files import runtime_socket, sensitive_path
from kure.domain.security.checks.privilege import privileged
from kure.domain.security.checks.services import backends_of, is_open_balancer
from kure.domain.security.graph.powers import strong_right
from kure.domain.security.kinds import BINDINGS, WORKLOADS
from kure.domain.security.lookups import account_name, mounts_token, services_of
from kure.domain.security.model import Severity, Violation
from kure.domain.security.registry import check
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject


def exposed_by(workload: Subject) -> str:
    """What leads to it from outside, in words; '' where nothing does that was read."""
    around = workload.around
    entries = _entries(around)
    for service in services_of(workload):
        name = manifests.name(service)
        spec = manifests.spec(service)
        if spec.get("type") == "NodePort":
            return f"Service {name} on a port of every node"
        if is_open_balancer(Subject(service)) or spec.get("externalIPs"):
            return f"Service {name} on an address of the outside"
        entry = entries.get((workload.namespace, name))
        if entry:
            return f"{entry} and Service {name}"
    return ""


def _entries(around: Snapshot) -> dict[tuple[str, str], str]:
    """Which Ingress or route leads to a Service, by the Service's namespace and name."""
    known = around.memory.get("entries")
    if known is None:
        found: dict[tuple[str, str], str] = {}
        for ingress in around.all("Ingress"):
            for _, name, _ in backends_of(ingress):
                spot = (manifests.namespace(ingress), name)
                found.setdefault(spot, f"Ingress {manifests.name(ingress)}")
        for route in around.all("HTTPRoute"):
            for where, name in route_backends(route):
                found.setdefault((where, name), f"HTTPRoute {manifests.name(route)}")
        known = around.memory["entries"] = found
    entries: dict[tuple[str, str], str] = known
    return entries


def route_backends(route: Manifest) -> Iterator[tuple[str, str]]:
    """Namespace and name of each Service behind a route."""
    for rule in manifests.mappings(manifests.spec(route).get("rules")):
        for backend in manifests.mappings(rule.get("backendRefs")):
            name = manifests.text(backend.get("name"))
            if name and backend.get("kind") in (None, "Service"):
                where = manifests.text(backend.get("namespace"))
                yield where or manifests.namespace(route), name


@check(
    "KURE-NET-014",
    "Admin interface exposed",
    Severity.HIGH,
    WORKLOADS,
    fix="Take the way in away, and use `kubectl port-forward` or a proxy that asks who comes.",
    needs=("Service",),
    uses=("Ingress",),
)
def admin_interface(workload: Subject) -> Iterator[Violation]:
    """Such interfaces run code or show everything, and many ask for no password by themselves."""
    what = interface(workload)
    if what and (way := exposed_by(workload)):
        yield Violation("exposure", f"{what} can be reached by {way}", value=what)


@check(
    "KURE-EXP-001",
    "Exposed workload can reach secrets or the node",
    Severity.CRITICAL,
    WORKLOADS,
    fix="Break one edge: the way in, the power over the node, or the rights of its account.",
    needs=("Service",),
    uses=("Ingress", "Role", "ClusterRole", *BINDINGS),
)
def exposed_power(workload: Subject) -> Iterator[Violation]:
    """One hole in the program is enough, from outside to the node or to the Secrets."""
    way = exposed_by(workload)
    if not way:
        return
    power = _power(workload)
    secret = "" if power else _secret(workload)
    if power or secret:
        yield Violation(
            "exposure",
            f"It can be reached by {way}, and {power or secret}",
            severity=None if power else Severity.HIGH,
        )


def _power(workload: Subject) -> str:
    """What leads from it to the node or to others' rights."""
    for inspect in (privileged, sensitive_path, runtime_socket, takeover):
        for seen in inspect(workload):
            if seen.severity in (None, Severity.CRITICAL, Severity.HIGH):
                return f"{seen.message[:1].lower()}{seen.message[1:]}"
    if mounts_token(workload):
        account = account_name(workload)
        right = strong_right(workload.around, workload.namespace, account)
        if right:
            return f"its account {account} may {right}"
    return ""


def _secret(workload: Subject) -> str:
    for volume in workload.volumes:
        name = manifests.text(manifests.mapping(volume.spec.get("secret")).get("secretName"))
        if name:
            return f"it holds Secret {name}"
    return ""
