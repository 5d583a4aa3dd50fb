"""Services that open the cluster to the outside."""

from collections.abc import Iterator
from ipaddress import ip_address

from kure.domain import manifests
from kure.domain.security.admin_interfaces import behind
from kure.domain.security.changes import REMOVE
from kure.domain.security.checks.policies import EVERYWHERE
from kure.domain.security.lookups import host_of
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

# How the clouds are told to keep a load balancer inside.
INTERNAL: dict[str, tuple[str, ...]] = {
    "service.beta.kubernetes.io/aws-load-balancer-internal": ("true", "0.0.0.0/0"),
    "service.beta.kubernetes.io/aws-load-balancer-scheme": ("internal",),
    "service.beta.kubernetes.io/azure-load-balancer-internal": ("true",),
    "networking.gke.io/load-balancer-type": ("internal",),
    "cloud.google.com/load-balancer-type": ("internal",),
    "service.beta.kubernetes.io/oci-load-balancer-internal": ("true",),
    "service.beta.kubernetes.io/openstack-internal-load-balancer": ("true",),
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": ("intranet",),
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": ("private",),
}


@check(
    "KURE-NET-005",
    "Node port service",
    Severity.MEDIUM,
    ("Service",),
    fix="Make it a ClusterIP behind an Ingress or a Gateway.",
)
def node_port(service: Subject) -> Iterator[Violation]:
    """Its port is open on every node, past what guards the Ingress."""
    if service.spec.get("type") == "NodePort":
        yield Violation("spec.type", "It opens a port on every node", value="NodePort")


def is_internal(service: Subject) -> bool:
    """Whether an annotation keeps its load balancer inside."""
    return any(
        manifests.text(service.annotations.get(key)).strip().lower() in values
        for key, values in INTERNAL.items()
    )


def is_open_balancer(service: Subject) -> bool:
    """A load balancer to which everybody may come."""
    if service.spec.get("type") != "LoadBalancer" or is_internal(service):
        return False
    ranges = service.spec.get("loadBalancerSourceRanges")
    listed = [host_of(each) for each in ranges] if isinstance(ranges, list) else []
    noted = service.annotations.get("service.beta.kubernetes.io/load-balancer-source-ranges")
    listed += [each.strip() for each in manifests.text(noted).split(",") if each.strip()]
    return not listed or any(each in EVERYWHERE for each in listed)


@check(
    "KURE-NET-006",
    "Load balancer open to the world",
    Severity.MEDIUM,
    ("Service",),
    fix="Name who may come in `loadBalancerSourceRanges`, or ask your cloud for an internal one.",
    uses=("Pod", "Deployment", "StatefulSet", "DaemonSet"),
)
def open_balancer(service: Subject) -> Iterator[Violation]:
    """Everybody on the internet can reach it."""
    if is_open_balancer(service):
        what = behind(service)
        yield Violation(
            "spec.loadBalancerSourceRanges",
            f"Everybody may reach its load balancer{f', and {what} behind it' if what else ''}",
            severity=Severity.HIGH if what else None,
        )


@check(
    "KURE-NET-007",
    "externalIPs",
    Severity.HIGH,
    ("Service",),
    fix="Remove them, and switch on the admission plugin DenyServiceExternalIPs.",
    frameworks=cis("1.2.3"),
)
def external_ips(service: Subject) -> Iterator[Violation]:
    """Traffic of the whole cluster to such an address is led to this Service (CVE-2020-8554)."""
    listed = service.spec.get("externalIPs")
    if isinstance(listed, list) and listed:
        shown = ", ".join(manifests.text(each) for each in listed)
        yield Violation(
            "spec.externalIPs",
            f"It takes the traffic to {shown}",
            value=shown,
            changes=((("spec", "externalIPs"), REMOVE),),
        )


METADATA = ("metadata.google.internal", "169.254.169.254", "metadata", "instance-data")


@check(
    "KURE-NET-008",
    "ExternalName service",
    Severity.LOW,
    ("Service",),
    fix="Remove it, and let programs call the name themselves.",
    uses=("Ingress",),
)
def external_name(service: Subject) -> Iterator[Violation]:
    """Whoever may edit it leads requests to a host of his choice, under a name that is trusted."""
    if service.spec.get("type") != "ExternalName":
        return
    host = host_of(service.spec.get("externalName"))
    danger = _danger(host) or ("" if not _is_in_cluster(host) else _used_by_ingress(service))
    yield Violation(
        "spec.externalName",
        f"It leads to {host or '?'}{f', {danger}' if danger else ''}",
        value=host,
        severity=Severity.HIGH if danger else None,
    )


def _danger(host: str) -> str:
    if host in METADATA:
        return "where a cloud tells its credentials"
    if host == "localhost" or host.endswith(".localhost"):
        return "whoever asks itself"
    try:
        ip_address(host)
    except ValueError:
        return ""
    return "an address and no name"


def _is_in_cluster(host: str) -> bool:
    return host.endswith((".svc", ".svc.cluster.local"))


def _used_by_ingress(service: Subject) -> str:
    for ingress in service.around.within("Ingress", service.namespace):
        for _, name, _ in backends_of(ingress):
            if name == service.name:
                return f"a Service elsewhere, and Ingress {manifests.name(ingress)} uses it"
    return ""


def backends_of(ingress: manifests.Manifest) -> Iterator[tuple[str, str, object]]:
    """Each Service behind an Ingress: where it stands, its name, its port by name or number."""
    spec = manifests.spec(ingress)
    found = [("spec.defaultBackend", manifests.mapping(spec.get("defaultBackend")))]
    for rule in manifests.mappings(spec.get("rules")):
        host = manifests.text(rule.get("host")) or "*"
        for path in manifests.mappings(manifests.mapping(rule.get("http")).get("paths")):
            at = f"spec.rules[{host}].http.paths[{manifests.text(path.get('path')) or '/'}].backend"
            found.append((at, manifests.mapping(path.get("backend"))))
    for at, backend in found:
        service = manifests.mapping(backend.get("service"))
        name = manifests.text(service.get("name")) or manifests.text(backend.get("serviceName"))
        port = manifests.mapping(service.get("port"))
        if name:
            yield at, name, port.get("number") or port.get("name") or backend.get("servicePort")
