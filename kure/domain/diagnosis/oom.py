"""Why a container was killed for memory: C01 at its own limit, C02 where it has none."""

from collections.abc import Iterator

from kure.domain import manifests, quantities
from kure.domain.diagnosis.crash import how_it_ran
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.failures.match import end_path, last_end
from kure.domain.manifests import Container, Manifest

OOM_KILLED = "OOMKilled"


def oom_killed(case: Case) -> Iterator[Cause]:
    """Only where Kubernetes says OOMKilled; exit code 137 alone does not."""
    if case.container is None or last_end(case.container).get("reason") != OOM_KILLED:
        return
    limit = _limit(case, case.container)
    cause = _at_limit(case, case.container, *limit) if limit else _no_limit(case, case.container)
    title, explanation, fix, evidence = cause
    code = last_end(case.container).get("exitCode")
    killed = case.from_pod(end_path(case.container), f"{OOM_KILLED}, exit code {code}")
    yield Cause(
        rule="C01" if limit else "C02",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=title,
        explanation=f"{explanation} {how_it_ran(case.container)}",
        confidence=Confidence.DEFINITIVE if limit else Confidence.LIKELY,
        evidence=(killed, *evidence),
        fix=fix,
    )


Words = tuple[str, str, str, tuple[EvidenceLine, ...]]


def _limit(case: Case, container: Container) -> tuple[str, str] | None:
    """Where the memory limit stands, and what it is; the pod's own where the container has
    none."""
    places = ((case.spec_path, container.spec), ("spec", manifests.spec(case.pod)))
    for path, spec in places:
        limits = manifests.mapping(manifests.mapping(spec.get("resources")).get("limits"))
        if limits.get("memory") is not None:
            return f"{path}.resources.limits.memory", str(limits["memory"])
    return None


def _at_limit(case: Case, container: Container, path: str, limit: str) -> Words:
    requests = manifests.mapping(container.spec.get("resources")).get("requests")
    asked = manifests.mapping(requests).get("memory")
    request = f" (its request is {asked})" if asked is not None else ""
    size = quantities.parse(limit)
    twice = f" (twice as much is {quantities.show_bytes(2 * size)})" if size else ""
    return (
        f"{case.container_label} needs more memory than its limit of {limit}",
        f"The kernel killed a process of it because the container had used up its memory limit "
        f"of {limit}{request}.",
        f"See what it uses its memory for. If it needs that much, raise the memory limit{twice}; "
        "a runtime with a heap size of its own (Java, Node.js) needs that set below the limit.",
        (case.from_pod(path, limit),),
    )


def _no_limit(case: Case, container: Container) -> Words:
    node = manifests.node_name(case.pod) or "(unknown)"
    evidence = []
    pressure: Manifest = {}
    if case.node:
        pressure = manifests.condition(case.node, "MemoryPressure")
        memory = manifests.mapping(manifests.status(case.node).get("allocatable")).get("memory")
        field = "status.allocatable.memory"
        evidence = [EvidenceLine("node", f"Node/{node}", field, str(memory))]
    pressed = " The node says MemoryPressure." if pressure.get("status") == "True" else ""
    return (
        f"{case.container_label} has no memory limit and node {node} ran out of memory",
        f"It has no memory limit, so the whole memory of node {node} was used up, by it or by "
        f"others, and the kernel chose it.{pressed}",
        f"Give {case.failure.container} a memory request and a limit, and look at what else uses "
        "much memory on its node.",
        tuple(evidence),
    )
