"""What an Ingress names that is not there."""

import re
from collections.abc import Iterator, Sequence

from kure.domain import manifests
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Place, patch_at
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want, did_you_mean, nearest
from kure.domain.diagnosis.telling import certain
from kure.domain.failures.objects.references import Backend, backends
from kure.domain.manifests import Manifest

CLASSES = Want("IngressClass")
IS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"

# What detection says, for when the lists were not read.
NO_CLASS = re.compile(r"IngressClass (?P<name>\S{1,253}) does not exist")
NO_SERVICE = re.compile(r"Service (?P<name>\S{1,253}) does not exist")
NO_PORT = re.compile(r"Service (?P<name>\S{1,253}) has no port (?P<port>[\w-]{1,63})")

# Controllers and cert-manager say it in events; Kure reads no Secrets.
NO_SECRET = re.compile(
    r"secret[s]? \"?(?:[\w.-]{1,253}/)?(?P<name>[\w.-]{1,253})\"?"
    r"(?: does not exist| (?:was )?not found)",
    re.IGNORECASE,
)


def wants_backends(case: Case) -> Iterator[Want]:
    if case.about.kind != "Ingress" or not case.name:
        return
    if NO_CLASS.search(case.failure.message):
        yield CLASSES
    if NO_SERVICE.search(case.failure.message) or NO_PORT.search(case.failure.message):
        yield case.want("Service")
    if _secret_events(case):
        yield case.want("Ingress")


def missing_class(case: Case) -> Iterator[Cause]:
    found = NO_CLASS.search(case.failure.message)
    if case.about.kind != "Ingress" or not found:
        return
    wanted = manifests.text(manifests.spec(case.pod).get("ingressClassName")) or found["name"]
    read = case.facts.nearby.read(CLASSES)
    if read is not None and case.facts.nearby.named(CLASSES, wanted):
        return
    names = sorted(filter(None, map(manifests.name, read or ())))
    near = nearest(wanted, names)
    meant = near or _only(names) or _only(_defaults(read or ()))
    there = f" There are: {', '.join(names[:8])}." if names else ""
    if read is not None and not names:
        there = " The cluster has no IngressClass: no ingress controller is installed."
    yield certain(
        case,
        rule="L07",
        title=f'IngressClass "{wanted}" of Ingress "{case.name}" does not exist',
        explanation="No controller takes an Ingress of a class that is not there, so that nothing "
        f"answers its hosts.{did_you_mean('IngressClass', near) or there}",
        evidence=(case.from_pod("spec.ingressClassName", wanted),),
        fix=f"Set ingressClassName to {meant}."
        if meant
        else f'Correct ingressClassName, or install the controller that brings class "{wanted}".',
        commands=("kubectl get ingressclasses",),
        patch=patch_at(case.pod, [("spec", "ingressClassName")], meant),
    )


def missing_service(case: Case) -> Iterator[Cause]:
    if case.about.kind != "Ingress":
        return
    services = case.want("Service")
    told = {found["name"] for found in NO_SERVICE.finditer(case.failure.message)}
    for name in dict.fromkeys(backend.service for backend in backends(case.pod)):
        if name not in told or case.facts.nearby.named(services, name):
            continue
        near = case.facts.nearby.nearest(services, name)
        places = [place for place, backend in _places(case.pod) if backend.service == name]
        yield certain(
            case,
            rule="L08",
            title=f'Service "{name}", to which Ingress "{case.name}" leads, does not exist',
            explanation=f"Namespace {case.namespace} has no Service of that name, and an Ingress "
            "leads only to Services of its own namespace: requests are answered with 503 or 404."
            f"{did_you_mean('Service', near)}",
            evidence=tuple(_line(case, place, name) for place in places[:4]),
            fix=f"Let it lead to {near}."
            if near
            else f'Create Service "{name}", or correct the name in the Ingress.',
            commands=(f"kubectl get services{in_namespace(case.namespace)}",),
            patch=patch_at(case.pod, [(*place, "name") for place in places], near),
        )


def missing_port(case: Case) -> Iterator[Cause]:
    if case.about.kind != "Ingress":
        return
    told = {(found["name"], found["port"]) for found in NO_PORT.finditer(case.failure.message)}
    for backend in backends(case.pod):
        if (backend.service, str(backend.port)) in told:
            yield from _missing_port(case, backend)


def _missing_port(case: Case, backend: Backend) -> Iterator[Cause]:
    service = case.facts.nearby.named(case.want("Service"), backend.service) or {}
    ports = manifests.mappings(manifests.spec(service).get("ports"))
    key = "number" if isinstance(backend.port, int) else "name"
    if any(port.get("port" if key == "number" else "name") == backend.port for port in ports):
        return
    meant = _port_meant(backend, ports)
    there = ", ".join(
        f"{port.get('port')} ({port['name']})" if port.get("name") else str(port.get("port"))
        for port in ports[:8]
    )
    places = [place for place, one in _places(case.pod) if one == backend]
    yield certain(
        case,
        rule="L08",
        title=f'Ingress "{case.name}" leads to port {backend.port} of Service "{backend.service}", '
        "which it does not have",
        explanation=f"Requests are answered with an error.{f' It has: {there}.' if there else ''}",
        evidence=tuple(_line(case, place, str(backend.port)) for place in places[:4]),
        fix=f"Let it lead to port {next(iter(meant.values()))}."
        if meant
        else f'Name a port that Service "{backend.service}" has.',
        commands=(f"kubectl get service{in_namespace(case.namespace)} {backend.service}",),
        patch=patch_at(case.pod, [(*place, "port") for place in places], meant),
    )


def _port_meant(backend: Backend, ports: Sequence[Manifest]) -> Manifest:
    """The only port, or the one with a name like it; empty where it is not clear."""
    if len(ports) == 1:
        number = manifests.number(ports[0].get("port"))
        return {"number": number} if number else {}
    names = [manifests.text(port.get("name")) for port in ports]
    near = nearest(backend.port, names) if isinstance(backend.port, str) else ""
    return {"name": near} if near else {}


def missing_secret(case: Case) -> Iterator[Cause]:
    """Secrets are never read: an event has to say it."""
    if case.about.kind != "Ingress":
        return
    for event, name in _secret_events(case)[:1]:
        used = [
            secret
            for ingress in case.facts.nearby.read(case.want("Ingress")) or ()
            for secret in _tls_secrets(ingress)
        ]
        near = nearest(name, used)
        other = f' Other Ingresses use "{near}": is it meant?' if near else ""
        yield certain(
            case,
            rule="L09",
            title=f'TLS Secret "{name}" of Ingress "{case.name}" does not exist',
            explanation=f"Without it its hosts get the controller's own certificate.{other} "
            "(Kure does not list Secrets: it knows this from the event.)",
            evidence=(case.from_event(event),),
            fix=f'Create Secret "{name}" of type kubernetes.io/tls in namespace {case.namespace}, '
            "or correct spec.tls.",
            commands=(f"kubectl get secret{in_namespace(case.namespace)} {name}",),
        )


def _secret_events(case: Case) -> list[tuple[Manifest, str]]:
    named = _tls_secrets(case.pod)
    found = []
    for event in case.newest_events:
        match = NO_SECRET.search(manifests.text(event.get("message"))[:2000])
        if match and match["name"] in named:
            found.append((event, match["name"]))
    return found


def _tls_secrets(ingress: Manifest) -> list[str]:
    listed = manifests.mappings(manifests.spec(ingress).get("tls"))
    return [manifests.text(one.get("secretName")) for one in listed]


def _defaults(classes: Sequence[Manifest]) -> list[str]:
    return [
        manifests.name(one)
        for one in classes
        if manifests.mapping(manifests.metadata(one).get("annotations")).get(IS_DEFAULT) == "true"
    ]


def _only(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""


def _places(ingress: Manifest) -> Iterator[tuple[Place, Backend]]:
    """Where each backend that is a Service stands."""
    spec = manifests.spec(ingress)
    candidates: list[Place] = [("spec", "defaultBackend")]
    rules = spec.get("rules")
    for i, rule in enumerate(rules if isinstance(rules, list) else []):
        paths = manifests.mapping(manifests.mapping(rule).get("http")).get("paths")
        for j, _ in enumerate(paths if isinstance(paths, list) else []):
            candidates.append(("spec", "rules", i, "http", "paths", j, "backend"))
    for place in candidates:
        holder: object = ingress
        for key in place:
            at = holder[key] if isinstance(holder, list) and isinstance(key, int) else None
            holder = manifests.mapping(holder).get(str(key)) if at is None else at
        for backend in backends({"spec": {"defaultBackend": holder}}):
            yield (*place, "service"), backend


def _line(case: Case, place: Place, text: str) -> EvidenceLine:
    field = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    return case.from_pod(field[1:], text)
