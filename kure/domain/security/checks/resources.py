"""Requests and limits of containers, and scratch space."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.quantities import BINARY, parse
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, nsa
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject

MOST_SCRATCH = 10 * BINARY["Gi"]


def _defaults(workload: Subject) -> frozenset[str]:
    """What a LimitRange of the namespace gives to containers that ask for nothing: `limits cpu`."""
    found = workload.memory.get("defaults")
    if found is None:
        found = workload.memory["defaults"] = frozenset(
            f"{kind} {resource}"
            for each in workload.around.within("LimitRange", workload.namespace)
            for limit in manifests.mappings(manifests.spec(each).get("limits"))
            if limit.get("type") == "Container"
            for kind, key in (("limits", "default"), ("requests", "defaultRequest"))
            for resource in manifests.mapping(limit.get(key))
        )
    defaults: frozenset[str] = found
    return defaults


Asking = list[tuple[Container, frozenset[str]]]


def _asking(workload: Subject) -> Asking:
    """What each container asks for: `limits cpu`. Ephemeral containers can ask for nothing."""
    found = workload.memory.get("asking")
    if found is None:
        found = workload.memory["asking"] = [
            (each, _asked(each.spec.get("resources")))
            for each in workload.containers
            if not each.is_ephemeral
        ]
    asking: Asking = found
    return asking


def _asked(holder: object) -> frozenset[str]:
    """Zero is nothing asked for."""
    resources = manifests.mapping(holder)
    return frozenset(
        f"{kind} {resource}"
        for kind in ("requests", "limits")
        for resource, amount in manifests.mapping(resources.get(kind)).items()
        if amount is not None and parse(amount)
    )


def _lacking(workload: Subject, resource: str, *kinds: str) -> Iterator[Container]:
    """Containers that have none of these of a resource, by themselves, by their pod or by the
    namespace."""
    wanted = {f"{kind} {resource}" for kind in kinds}
    of_pod = workload.pod_spec.get("resources")
    if of_pod and not wanted.isdisjoint(_asked(of_pod)):
        return
    if wanted.isdisjoint(_defaults(workload)):
        for container, asked in _asking(workload):
            if wanted.isdisjoint(asked):
                yield container


def _missing(
    workload: Subject, resource: str, kind: str, *instead: str, consequence: str
) -> Iterator[Violation]:
    for container in _lacking(workload, resource, kind, *instead):
        yield Violation(
            f"{container.path}.resources.{kind}.{resource}",
            f"{container.said} has no {resource} {kind.removesuffix('s')}, so {consequence}",
            container.name,
        )


@check(
    "KURE-WRK-001",
    "CPU request missing",
    Severity.LOW,
    WORKLOADS,
    fix="Set `resources.requests.cpu` to what it uses on a usual day.",
    uses=("LimitRange",),
)
def cpu_request(workload: Subject) -> Iterator[Violation]:
    """The scheduler counts it as nothing, and it starves first on a busy node."""
    told = "it counts as nothing for the scheduler"
    return _missing(workload, "cpu", "requests", "limits", consequence=told)


@check(
    "KURE-WRK-002",
    "Memory request missing",
    Severity.LOW,
    WORKLOADS,
    fix="Set `resources.requests.memory` to what it uses on a usual day.",
    uses=("LimitRange",),
)
def memory_request(workload: Subject) -> Iterator[Violation]:
    """The scheduler counts it as nothing, and it is evicted first when memory is short."""
    told = "it is among the first to be evicted"
    return _missing(workload, "memory", "requests", "limits", consequence=told)


@check(
    "KURE-WRK-003",
    "CPU limit missing",
    Severity.LOW,
    WORKLOADS,
    fix="Set `resources.limits.cpu` where containers of different teams share nodes; elsewhere"
    " requests are enough, and a limit only slows down.",
    frameworks=nsa(),
    on=False,
    uses=("LimitRange",),
)
def cpu_limit(workload: Subject) -> Iterator[Violation]:
    """It may take all CPU of its node that nobody has requested. Opinions differ on whether that
    is bad."""
    return _missing(workload, "cpu", "limits", consequence="it may take what is free")


@check(
    "KURE-WRK-004",
    "Memory limit missing",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Set `resources.limits.memory` above what it uses at its worst.",
    frameworks=nsa(),
    uses=("LimitRange",),
)
def memory_limit(workload: Subject) -> Iterator[Violation]:
    """A leak in it takes the memory of its node, and others are killed for it."""
    return _missing(workload, "memory", "limits", consequence="a leak takes its node's memory")


@check(
    "KURE-WRK-005",
    "Unbounded scratch space",
    Severity.LOW,
    WORKLOADS,
    fix="Set `emptyDir.sizeLimit`.",
)
def scratch(workload: Subject) -> Iterator[Violation]:
    """What it writes there can fill the node's disk, or its memory, and evict its neighbours."""
    limit = "limits ephemeral-storage"
    is_bounded = limit in _asked(workload.pod_spec.get("resources")) or any(
        limit in asked for _, asked in _asking(workload)
    )
    for volume in workload.volumes:
        found = volume.spec.get("emptyDir")
        if not isinstance(found, dict):
            continue
        in_memory = found.get("medium") == "Memory"
        size = parse(found.get("sizeLimit")) if found.get("sizeLimit") is not None else None
        if size is None and (in_memory or not is_bounded):
            what = "memory" if in_memory else "the node's disk"
            told = f"Volume {volume.name} may fill {what}"
        elif size is not None and size > MOST_SCRATCH:
            told = f"Volume {volume.name} may take {found['sizeLimit']}"
        else:
            continue
        yield Violation(f"{volume.path}.emptyDir.sizeLimit", told, value=found.get("sizeLimit"))
