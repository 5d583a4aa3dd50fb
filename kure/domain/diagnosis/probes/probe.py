"""A probe as the container's spec has it: what it asks, of which port, how long it waits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.manifests import Manifest

READINESS, LIVENESS, STARTUP = "readinessProbe", "livenessProbe", "startupProbe"
FIELDS = (READINESS, LIVENESS, STARTUP)

HANDLERS = ("httpGet", "tcpSocket", "exec", "grpc")
PORTS = range(1, 65536)
OWN_PORT = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])[: ](?P<port>[0-9]{2,5})\b")


@dataclass(frozen=True)
class Probe:
    """`field` is its name in the container; `container` the spec that it stands in."""

    field: str
    container: Manifest

    @property
    def spec(self) -> Manifest:
        return manifests.mapping(self.container.get(self.field))

    @property
    def handler(self) -> str:
        """Which of HANDLERS it is; '' for none."""
        return next((one for one in HANDLERS if isinstance(self.spec.get(one), dict)), "")

    @property
    def action(self) -> Manifest:
        return manifests.mapping(self.spec.get(self.handler))

    @property
    def port(self) -> int | None:
        """The number, also where the spec has the name of a port, or a command asks one of its own
        host; None where it means none."""
        if self.handler == "exec":
            found = {
                port_number(told["port"]) for told in OWN_PORT.finditer(" ".join(self.command))
            }
            return found.pop() if len(found) == 1 else None
        value = self.action.get("port")
        if isinstance(value, str) and value in named_ports(self.container):
            return named_ports(self.container)[value]
        return port_number(value)

    @property
    def unknown_port(self) -> str:
        """The name of a port that the container does not declare; '' where it does."""
        value = manifests.text(self.action.get("port"))
        return value if value and self.port is None else ""

    @property
    def path(self) -> str:
        path = manifests.text(self.action.get("path"))
        return path if path.startswith("/") else f"/{path}"

    @property
    def scheme(self) -> str:
        return manifests.text(self.action.get("scheme")) or "HTTP"

    @property
    def command(self) -> list[str]:
        found = self.action.get("command")
        return [manifests.text(part) for part in found] if isinstance(found, list) else []

    @property
    def timeout(self) -> int:
        return self._seconds("timeoutSeconds", 1)

    @property
    def budget(self) -> int:
        """How many seconds after its start a container is given before the probe has failed."""
        tries = self._seconds("periodSeconds", 10) * self._seconds("failureThreshold", 3)
        return self._seconds("initialDelaySeconds", 0) + tries

    @property
    def asks(self) -> str:
        """In words, after `its readinessProbe`: `(GET /healthz on port 8080)`."""
        port = self.action.get("port")
        shown = str(port) if self.port in (None, port) else f"{self.port} ({port})"
        return {
            "httpGet": f"{self.scheme} GET {self.path} on port {shown}",
            "tcpSocket": f"a connection to port {shown}",
            "grpc": f"a gRPC health check on port {shown}",
            "exec": f'the command "{" ".join(self.command)}"',
        }.get(self.handler, "")

    def _seconds(self, field: str, default: int) -> int:
        found = manifests.number(self.spec.get(field))
        return default if found is None else max(0, found)


def container_spec(case: Case) -> Manifest:
    """The failing container in the pod's spec; empty where it is not there."""
    for field in ("initContainers", "containers"):
        for found in manifests.mappings(manifests.spec(case.pod).get(field)):
            if case.failure.container and found.get("name") == case.failure.container:
                return found
    return {}


def probes_of(container: Manifest) -> Iterator[Probe]:
    """Those that the container has."""
    probes = (Probe(field, container) for field in FIELDS)
    return (probe for probe in probes if probe.handler)


def port_number(value: object) -> int | None:
    """A port in digits or as a number."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,5}", value):
        value = int(value)
    found = manifests.number(value)
    return found if found in PORTS else None


def declared_ports(container: Manifest) -> list[int]:
    """The TCP ports of the container, in their order."""
    ports = manifests.mappings(container.get("ports"))
    tcp = [one for one in ports if one.get("protocol") in (None, "TCP")]
    numbers = (port_number(one.get("containerPort")) for one in tcp)
    return list(dict.fromkeys(number for number in numbers if number))


def named_ports(container: Manifest) -> dict[str, int]:
    found = {}
    for one in manifests.mappings(container.get("ports")):
        number, name = port_number(one.get("containerPort")), manifests.text(one.get("name"))
        if number and name:
            found[name] = number
    return found
