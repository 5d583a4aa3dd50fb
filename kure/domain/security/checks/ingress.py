"""Ingresses and Gateways: TLS, hosts, and annotations that reach into the controller."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.lookups import host_of
from kure.domain.security.model import Severity, Violation, nsa
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

# Annotations by which a cloud's load balancer has a certificate.
CERTIFICATES = (
    "alb.ingress.kubernetes.io/certificate-arn",
    "networking.gke.io/managed-certificates",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "kubernetes.digitalocean.com/certificate",
)


@check(
    "KURE-NET-009",
    "Ingress or Gateway without TLS",
    Severity.HIGH,
    ("Ingress", "Gateway"),
    fix="Name each host under `spec.tls` with the Secret of its certificate; of a Gateway make the"
    " listener HTTPS, or let it redirect only.",
)
def no_tls(subject: Subject) -> Iterator[Violation]:
    """Passwords and sessions go over the network in the clear, and can be changed on the way."""
    if subject.kind == "Gateway":
        yield from _plain_listeners(subject)
        return
    if any(subject.annotations.get(key) for key in CERTIFICATES):
        return
    tls = manifests.mappings(subject.spec.get("tls"))
    if not tls:
        yield Violation("spec.tls", "It has no TLS")
        return
    covered = {host_of(host) for each in tls for host in _hosts(each)}
    for rule in manifests.mappings(subject.spec.get("rules")):
        host = host_of(rule.get("host"))
        if host and covered and not _covers(covered, host):
            yield Violation(
                f"spec.tls[{host}]", f"Host {host} is in none of its certificates", value=host
            )


def _hosts(tls: Manifest) -> list[object]:
    found = tls.get("hosts")
    return found if isinstance(found, list) else []


def _covers(covered: set[str], host: str) -> bool:
    """A wildcard stands for one label: `*.example.com` is not for `a.b.example.com`."""
    return host in covered or f"*.{host.partition('.')[2]}" in covered


def _plain_listeners(gateway: Subject) -> Iterator[Violation]:
    for listener in manifests.mappings(gateway.spec.get("listeners")):
        name = manifests.text(listener.get("name"))
        if listener.get("protocol") == "HTTP" and not _only_redirects(gateway, name):
            yield Violation(
                f"spec.listeners[{name}].protocol",
                f"Listener {name} is without TLS",
                value="HTTP",
            )


def _only_redirects(gateway: Subject, listener: str) -> bool:
    """Whether all routes of a listener only send elsewhere; False where it has none, or none were
    read."""
    routes = [
        route
        for route in gateway.around.all("HTTPRoute")
        for parent in manifests.mappings(manifests.spec(route).get("parentRefs"))
        if parent.get("name") == gateway.name
        and parent.get("sectionName") in (None, listener)
        and (parent.get("namespace") or manifests.namespace(route)) == gateway.namespace
    ]
    return bool(routes) and all(
        any(
            each.get("type") == "RequestRedirect"
            for each in manifests.mappings(rule.get("filters"))
        )
        for route in routes
        for rule in manifests.mappings(manifests.spec(route).get("rules"))
    )


@check(
    "KURE-NET-010",
    "Wildcard or empty host",
    Severity.MEDIUM,
    ("Ingress", "HTTPRoute"),
    fix="Name the hosts.",
)
def any_host(subject: Subject) -> Iterator[Violation]:
    """Requests for hosts of others arrive here, and whoever points a name at the cluster reaches
    it."""
    if subject.kind == "HTTPRoute":
        listed = subject.spec.get("hostnames")
        hosts = [host_of(each) for each in listed] if isinstance(listed, list) and listed else [""]
        at = "hostnames"
    else:
        rules = manifests.mappings(subject.spec.get("rules"))
        hosts, at = [host_of(rule.get("host")) for rule in rules], "rules"
        if not rules and subject.spec.get("defaultBackend") is not None:
            yield Violation("spec.defaultBackend", "It takes the requests for every host")
    for host in dict.fromkeys(hosts):
        if host in ("", "*") or host.startswith("*."):
            what = f"hosts {host}" if host.startswith("*.") else "every host"
            yield Violation(
                f"spec.{at}[{host or '*'}]", f"It takes requests for {what}", value=host
            )


NGINX = "nginx.ingress.kubernetes.io/"
SNIPPETS = (
    "configuration-snippet server-snippet auth-snippet modsecurity-snippet stream-snippet".split()
)
# Annotations that hold a plain value, and through which the controller's configuration was written
# (CVE-2025-1097, -1098, -24514).
PLAIN = (
    "auth-url auth-signin auth-tls-match-cn mirror-target mirror-host permanent-redirect"
    " temporal-redirect rewrite-target app-root auth-method auth-proxy-set-headers".split()
)
_ODD = re.compile(r"[{}\"'\n\r;`]")


@check(
    "KURE-NET-011",
    "Dangerous Ingress annotation",
    Severity.HIGH,
    ("Ingress",),
    fix="Remove the annotation, and keep snippets switched off in the controller.",
    frameworks=nsa(),
)
def annotation(ingress: Subject) -> Iterator[Violation]:
    """What stands there becomes part of the controller's configuration, and the controller reads
    the Secrets of all namespaces (CVE-2021-25742)."""
    for key, value in ingress.annotations.items():
        if not isinstance(key, str) or not key.startswith(NGINX):
            continue
        name = key.removeprefix(NGINX)
        is_odd = name in PLAIN and _ODD.search(_without_variables(manifests.text(value)))
        if (name in SNIPPETS and value) or is_odd:
            what = "holds configuration" if name in SNIPPETS else "holds more than a value"
            yield Violation(f"metadata.annotations[{key}]", f"Annotation {name} {what}", value=name)


def _without_variables(value: str) -> str:
    """Regular expressions of paths have braces; variables of NGINX may be written with them."""
    return re.sub(r"\$\{?\w+\}?|\{\d+(?:,\d*)?\}", "", value)
