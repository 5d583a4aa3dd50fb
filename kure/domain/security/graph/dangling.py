"""References that lead to nothing: https://kubernetes.io/docs/concepts/services-networking/service/"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.security.checks.policies import labels_in, selects_nothing
from kure.domain.security.checks.services import backends_of
from kure.domain.security.graph.exposure import route_backends
from kure.domain.security.kinds import LIVE
from kure.domain.security.lookups import selects, shown
from kure.domain.security.model import Severity, Violation
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

MONITOR = "ServiceMonitor.monitoring.coreos.com"
# Labels that controllers put on pods, and that no template has.
OF_CONTROLLERS = (
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-name",
    "job-name",
)


@check(
    "KURE-NET-012",
    "Dangling reference",
    Severity.LOW,
    ("Service", "Ingress", "HTTPRoute", "NetworkPolicy", MONITOR),
    fix="Correct the labels or the name, or delete it.",
    needs=(LIVE, "Service", "Pod", "Deployment", "StatefulSet", "DaemonSet"),
    uses=("EndpointSlice",),
)
def dangling(subject: Subject) -> Iterator[Violation]:
    """Nobody is served by it, and whoever makes what it names is: a policy that selects nothing
    protects nothing."""
    if subject.kind == "Service":
        yield from _service(subject)
    elif subject.kind == "NetworkPolicy":
        if selects_nothing(subject):
            yield Violation("spec.podSelector", "It selects no pod")
        yield from _peers(subject)
    elif subject.kind == MONITOR:
        yield from _monitor(subject)
    else:
        yield from _backends(subject)


def _peers(policy: Subject) -> Iterator[Violation]:
    """Pods of its own namespace that it speaks of and that are not there."""
    known = labels_in(policy.around, policy.namespace)
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for rule in manifests.mappings(policy.spec.get(direction)):
            for peer in manifests.mappings(rule.get(side)):
                selector = peer.get("podSelector")
                if not isinstance(selector, dict) or peer.get("namespaceSelector") is not None:
                    continue
                if any(selector.values()) and not any(matches(selector, each) for each in known):
                    path = f"spec.{direction}.{side}[{shown(selector)}].podSelector"
                    yield Violation(path, f"No pod has the labels {shown(selector)}")


def _service(service: Subject) -> Iterator[Violation]:
    wanted = manifests.mapping(service.spec.get("selector"))
    if service.spec.get("type") == "ExternalName" or any(key in wanted for key in OF_CONTROLLERS):
        return
    around = service.around
    slices = around.within("EndpointSlice", service.namespace)
    has_endpoints = any(
        manifests.labels(each).get("kubernetes.io/service-name") == service.name
        and manifests.mappings(each.get("endpoints"))
        for each in slices
    )
    if not wanted or has_endpoints:
        return
    if not any(selects(service.obj, labels) for labels in labels_in(around, service.namespace)):
        shown = ", ".join(f"{key}={value}" for key, value in wanted.items())
        yield Violation("spec.selector", f"No pod has the labels {shown}", value=shown)


def _backends(subject: Subject) -> Iterator[Violation]:
    """Of Ingresses and routes. A name that a third party could claim leads there: that is worse."""
    around = subject.around
    if subject.kind == "HTTPRoute":
        for where, name in route_backends(subject.obj):
            if around.named("Service", where, name) is None:
                path = f"spec.rules.backendRefs[{where}/{name}]"
                told = f"There is no Service {where}/{name}"
                yield Violation(path, told, value=name, severity=Severity.HIGH)
        return
    for path, name, port in backends_of(subject.obj):
        service = around.named("Service", subject.namespace, name)
        if service is None:
            told = f"There is no Service {name}"
            yield Violation(path, told, value=name, severity=Severity.HIGH)
        elif port is not None and port not in _ports(service):
            yield Violation(path, f"Service {name} has no port {port}", value=str(port))


def _ports(service: manifests.Manifest) -> list[object]:
    ports = manifests.mappings(manifests.spec(service).get("ports"))
    return [each.get(key) for each in ports for key in ("port", "name")]


def _monitor(monitor: Subject) -> Iterator[Violation]:
    spaces = manifests.mapping(monitor.spec.get("namespaceSelector"))
    around = monitor.around
    if spaces.get("any") is True:
        services = around.all("Service")
    else:
        listed = spaces.get("matchNames")
        names = listed if isinstance(listed, list) and listed else [monitor.namespace]
        services = [s for name in names for s in around.within("Service", manifests.text(name))]
    selector = monitor.spec.get("selector")
    if not any(matches(selector, manifests.labels(service)) for service in services):
        yield Violation("spec.selector", "It selects no Service")
