"""Whether the port that a Service sends to is one that its pods have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import did_you_mean, nearest
from kure.domain.manifests import Manifest


@dataclass(frozen=True)
class Declared:
    """One containerPort; `name` is '' where it has none."""

    name: str
    number: int
    protocol: str


@dataclass(frozen=True)
class ServicePort:
    """One port of a Service: its place in spec.ports and what it leads to."""

    index: int
    number: int
    target: int | str
    protocol: str


def service_ports(service: Manifest) -> Iterator[ServicePort]:
    """Without a targetPort the port itself is meant."""
    listed = manifests.spec(service).get("ports")
    for index, each in enumerate(listed if isinstance(listed, list) else []):
        port = manifests.mapping(each)
        number = manifests.number(port.get("port"))
        target = port.get("targetPort")
        known = manifests.number(target) or manifests.text(target) or number
        if number and known:
            protocol = manifests.text(port.get("protocol")) or "TCP"
            yield ServicePort(index, number, known, protocol)


def declared_ports(pod: Manifest) -> list[Declared]:
    """Of a pod or a pod template; native sidecars' too."""
    found = []
    for field in ("initContainers", "containers"):
        for container in manifests.mappings(manifests.spec(pod).get(field)):
            if field == "containers" or container.get("restartPolicy") == "Always":
                for port in manifests.mappings(container.get("ports")):
                    number = manifests.number(port.get("containerPort"))
                    if number:
                        protocol = manifests.text(port.get("protocol")) or "TCP"
                        found.append(Declared(manifests.text(port.get("name")), number, protocol))
    return found


def wrong_ports(case: Case, service: Manifest, pods: Sequence[Manifest]) -> Iterator[Cause]:
    """L04 for names that none of the pods (or templates) has, which is certain; L03 for numbers
    that none declares while one other is declared, which is likely: programs may listen on what
    they do not declare."""
    declared = list(dict.fromkeys(port for pod in pods for port in declared_ports(pod)))
    if not pods:
        return
    for port in service_ports(service):
        same = [one for one in declared if one.protocol == port.protocol]
        if isinstance(port.target, str):
            if all(one.name != port.target for one in same):
                yield _no_such_name(case, service, port, same)
        elif same and all(one.number != port.target for one in same):
            yield _other_number(case, service, port, same)


def _no_such_name(
    case: Case, service: Manifest, port: ServicePort, declared: list[Declared]
) -> Cause:
    names = sorted({one.name for one in declared if one.name})
    near = nearest(str(port.target), names)
    numbers = {one.number for one in declared}
    meant: str | int = near or (names[0] if len(names) == 1 else "")
    if not meant and not names and len(numbers) == 1:
        meant = numbers.pop()
    return _cause(
        case,
        service,
        port,
        rule="L04",
        title=f'Port {port.number} of Service "{manifests.name(service)}" leads to port '
        f'"{port.target}", which no container of its pods has',
        says="A targetPort that is a name must be the name of a containerPort; without one the "
        f"port leads to nobody.{did_you_mean('Port', near)}",
        declared=declared,
        meant=meant,
        confidence=Confidence.DEFINITIVE,
    )


def _other_number(
    case: Case, service: Manifest, port: ServicePort, declared: list[Declared]
) -> Cause:
    numbers = sorted({one.number for one in declared})
    return _cause(
        case,
        service,
        port,
        rule="L03",
        title=f'Port {port.number} of Service "{manifests.name(service)}" leads to port '
        f"{port.target}, which no container of its pods declares",
        says="It has endpoints all the same: calls are refused, unless a program listens there "
        "without declaring it.",
        declared=declared,
        meant=numbers[0] if len(numbers) == 1 else "",
        confidence=Confidence.LIKELY,
    )


def _cause(
    case: Case,
    service: Manifest,
    port: ServicePort,
    *,
    rule: str,
    title: str,
    says: str,
    declared: list[Declared],
    meant: str | int,
    confidence: Confidence,
) -> Cause:
    name = manifests.name(service)
    place = ("spec", "ports", port.index, "targetPort")
    there = ", ".join(f"{one.name or '(no name)'} {one.number}" for one in declared[:8])
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(title, 200),
        explanation=f"{says} Declared are: {case.quote(there, 300) or 'none'}.",
        confidence=confidence,
        evidence=(
            case.from_pod(case.failure.field, case.failure.message or case.failure.reason),
            EvidenceLine(
                *("object", f"Service/{name}", f"spec.ports[{port.index}].targetPort"),
                str(port.target),
            ),
        ),
        fix=f"Set targetPort of Service {name} to {meant or 'the port that the pods listen on'}.",
        patch=patch_of(service, *put(service, place, meant)) if meant else None,
    )
