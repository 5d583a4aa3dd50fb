"""Who is behind a Service, as far as was read."""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests, owners
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Blamed
from kure.domain.diagnosis.nearby import Want
from kure.domain.failures.objects.service import SERVICE_NAME
from kure.domain.manifests import Manifest

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True)
class Backing:
    """One Service. `pods` are those that it selects, None where they were not read; `ready` is how
    many addresses are ready, None where that is not known."""

    service: Manifest
    pods: tuple[Manifest, ...] | None
    ready: int | None

    @property
    def name(self) -> str:
        return manifests.name(self.service)

    @property
    def selector(self) -> dict[str, str]:
        found = manifests.mapping(manifests.spec(self.service).get("selector"))
        return {key: value for key, value in found.items() if isinstance(value, str)}

    @property
    def selector_text(self) -> str:
        return ",".join(f"{key}={value}" for key, value in sorted(self.selector.items()))

    @property
    def is_headless(self) -> bool:
        return manifests.spec(self.service).get("clusterIP") == "None"

    @property
    def external_name(self) -> str:
        spec = manifests.spec(self.service)
        found = manifests.text(spec.get("externalName"))
        return found if spec.get("type") == "ExternalName" else ""

    @property
    def ports(self) -> list[Manifest]:
        return manifests.mappings(manifests.spec(self.service).get("ports"))

    @property
    def numbers(self) -> list[int]:
        found = (manifests.number(port.get("port")) for port in self.ports)
        return [number for number in found if number]

    def target_port(self, port: int | None) -> int | str | None:
        """The pods' port behind a port of the Service; its only one where none is asked for."""
        for found in self.ports:
            if found.get("port") == port or (port is None and len(self.ports) == 1):
                target = found.get("targetPort")
                if isinstance(target, str) and target:
                    return target
                return manifests.number(target) or manifests.number(found.get("port"))
        return None


def backing_of(case: Case, service: Manifest, namespace: str) -> Backing:
    """The Service with its pods and ready addresses, from the lists of its namespace."""
    nearby = case.facts.nearby
    selector = Backing(service, None, None).selector
    want = Want("Pod", namespace)
    listed = nearby.read(want)
    pods: tuple[Manifest, ...] | None = None
    if listed is not None and want not in nearby.cut and selector:
        pods = tuple(
            pod
            for pod in listed
            if selector.items() <= manifests.labels(pod).items() and is_live(pod)
        )
    return Backing(service, pods, _ready(case, service, namespace, pods))


def _ready(
    case: Case, service: Manifest, namespace: str, pods: tuple[Manifest, ...] | None
) -> int | None:
    """By its EndpointSlices, else by its pods."""
    want = Want("EndpointSlice", namespace)
    slices = case.facts.nearby.read(want)
    if slices is None or want in case.facts.nearby.cut:
        return None if pods is None else sum(map(is_ready, pods))
    name = manifests.name(service)
    own = [one for one in slices if manifests.labels(one).get(SERVICE_NAME) == name]
    return sum(
        manifests.mapping(endpoint.get("conditions")).get("ready") is not False
        for one in own
        for endpoint in manifests.mappings(one.get("endpoints"))
    )


def is_live(pod: Manifest) -> bool:
    return manifests.phase(pod) not in ("Succeeded", "Failed") and not manifests.is_being_deleted(
        pod
    )


def is_ready(pod: Manifest) -> bool:
    return manifests.condition(pod, "Ready").get("status") == "True"


def owner_of(pod: Manifest) -> Blamed:
    """The workload that people know the pod by. Items of a list do not say their kind."""
    found = owners.workload_from_manifest("", {"kind": "Pod"} | pod)
    return Blamed(found.namespace, found.kind, found.name)


def told_state(pod: Manifest) -> str:
    """Why a pod is not ready, in a few words."""
    for container in manifests.containers(pod):
        waiting = container.state("waiting")
        if waiting.get("reason"):
            return f'container "{container.name}" waits with {waiting["reason"]}'
        ended = container.state("terminated")
        if ended and not (container.init and ended.get("exitCode") == 0):
            return f'container "{container.name}" ended with exit code {ended.get("exitCode")}'
    scheduled = manifests.condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        return f"no node takes it ({scheduled.get('reason')})"
    unready = [
        container.name
        for container in manifests.containers(pod)
        if container.is_running and container.status.get("ready") is False and not container.init
    ]
    return f'container "{unready[0]}" runs but is not ready' if unready else "it is not ready"


def declared_ports(pod: Manifest) -> Iterator[tuple[str, int]]:
    """Names ('' where there is none) and numbers of the TCP ports that its containers declare."""
    for field in ("initContainers", "containers"):
        for container in manifests.mappings(manifests.spec(pod).get(field)):
            if field == "initContainers" and container.get("restartPolicy") != "Always":
                continue
            for port in manifests.mappings(container.get("ports")):
                number = manifests.number(port.get("containerPort"))
                if number and (port.get("protocol") or "TCP") == "TCP":
                    yield manifests.text(port.get("name")), number


def scaled_to_zero(case: Case, backing: Backing, namespace: str) -> Manifest | None:
    """The workload that the Service selects and of which nobody wants a pod."""
    for kind in WORKLOADS[:2]:
        for workload in case.facts.nearby.read(Want(kind, namespace)) or ():
            if manifests.spec(workload).get("replicas") == 0 and selects(backing, workload):
                return {"kind": kind, "apiVersion": "apps/v1"} | workload
    return None


def selects(backing: Backing, workload: Manifest) -> bool:
    template = manifests.mapping(manifests.spec(workload).get("template"))
    return bool(backing.selector) and backing.selector.items() <= manifests.labels(template).items()
