"""Probes of workloads that are to keep running."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.owners import controller
from kure.domain.security.checks.host import PROBES
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.lookups import services_of
from kure.domain.security.model import Severity, Violation
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject

PROBED = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Pod")


def _lacking(workload: Subject, probe: str) -> Iterator[Container]:
    """Main containers without it. A pod that somebody else makes, or that ends by itself, is not
    asked."""
    if workload.kind == "Pod" and (
        controller(workload.obj) or workload.pod_spec.get("restartPolicy") in ("Never", "OnFailure")
    ):
        return
    for container in workload.containers:
        if container.field == "containers" and not isinstance(container.spec.get(probe), dict):
            yield container


@check(
    "KURE-WRK-006",
    "Liveness probe missing",
    Severity.LOW,
    PROBED,
    fix="Add a `livenessProbe` if the program can hang without ending. A bad one is worse than"
    " none: it must not depend on other services.",
)
def liveness(workload: Subject) -> Iterator[Violation]:
    """A program that hangs is never restarted."""
    for container in _lacking(workload, "livenessProbe"):
        yield Violation(
            f"{container.path}.livenessProbe",
            f"{container.said} has no liveness probe",
            container.name,
        )


@check(
    "KURE-WRK-007",
    "Readiness probe missing",
    Severity.LOW,
    PROBED,
    fix="Add a `readinessProbe` that succeeds once it can answer requests.",
    uses=("Service",),
)
def readiness(workload: Subject) -> Iterator[Violation]:
    """Requests are sent to it before it can answer them, and at each rollout some fail."""
    services = services_of(workload)
    for container in _lacking(workload, "readinessProbe"):
        if services or container.spec.get("ports"):
            to = f", though Service {manifests.name(services[0])} leads to it" if services else ""
            yield Violation(
                f"{container.path}.readinessProbe",
                f"{container.said} has no readiness probe{to}",
                container.name,
                severity=Severity.MEDIUM if services else None,
            )


@check(
    "KURE-WRK-008",
    "Probe port not declared",
    Severity.LOW,
    WORKLOADS,
    fix="Declare the port under `ports`, or correct the probe's.",
)
def probe_port(workload: Subject) -> Iterator[Violation]:
    """A probe of a port name that there is not fails for certain; of a number that is not declared
    it may be a slip."""
    for container in workload.containers:
        if not container.is_app:
            continue
        ports = manifests.mappings(container.spec.get("ports"))
        names = {manifests.text(port.get("name")) for port in ports}
        numbers = {manifests.number(port.get("containerPort")) for port in ports}
        for probe in PROBES:
            yield from _undeclared(container, probe, names | {str(each) for each in numbers})


def _undeclared(container: Container, probe: str, known: set[str]) -> Iterator[Violation]:
    found = manifests.mapping(container.spec.get(probe))
    for way in ("httpGet", "tcpSocket"):
        port = manifests.mapping(found.get(way)).get("port")
        number = manifests.number(port)
        name = manifests.text(port) or ("" if number is None else str(number))
        if name and name not in known:
            what = "the number of none" if name.isdecimal() else "the name of none, so it fails"
            yield Violation(
                f"{container.path}.{probe}.{way}.port",
                f"{container.said}: its {probe} asks port {name}, {what}",
                container.name,
                name,
            )
