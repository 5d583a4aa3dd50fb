"""Why a container was killed for memory: C01 at its own limit, C02 where it has none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.draft import Draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, Place
from kure.domain.diagnosis.messages import MOST_MESSAGE
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.revisions import earlier
from kure.domain.diagnosis.runs import exit_code_of, how_it_ran, who_waits
from kure.domain.failures.match import end_path, last_end
from kure.domain.manifests import Container, Manifest

OOM_KILLED = "OOMKilled"
# 128 and SIGKILL.
KILLED = 137
SAYS_OOM = re.compile(r"\bOOM-?Kill|\bOOM killer|out of memory: kill", re.IGNORECASE)
MIB = Decimal(2**20)
# Below this a doubled limit is still too little for most programs.
LEAST = 64 * MIB
# A heap that is set beyond the limit is the reason by itself.
HEAP = re.compile(r"-Xmx(\d{1,9})([kKmMgG])|--max[-_]old[-_]space[-_]size[= ](\d{1,9})")
UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}


@dataclass(frozen=True)
class Words:
    """What is said of one of the two; `patch` where the limit is the container's own."""

    title: str
    explanation: str
    fix: str
    evidence: tuple[EvidenceLine, ...]
    patch: Patch | None = None


def oom_killed(case: Case) -> Iterator[Cause]:
    """Only where Kubernetes says OOMKilled; exit code 137 alone does not."""
    if case.container is not None and last_end(case.container).get("reason") == OOM_KILLED:
        code = last_end(case.container).get("exitCode")
        killed = case.from_pod(end_path(case.container), f"{OOM_KILLED}, exit code {code}")
        yield _killed(case, case.container, killed)


def killed_for_memory(case: Case) -> Iterator[Cause]:
    """The same where the newest run only ended with SIGKILL, and its last state or an event says
    that it was for memory: of several runs, or processes, not each is told as OOMKilled."""
    if case.container is None or exit_code_of(case.container) != KILLED:
        return
    earlier = case.container.last_terminated
    if OOM_KILLED in (last_end(case.container).get("reason"), earlier.get("reason")):
        path = f"{case.container.path}.lastState.terminated"
        if last_end(case.container).get("reason") == OOM_KILLED:
            path = end_path(case.container)
        yield _killed(
            case, case.container, case.from_pod(path, f"{OOM_KILLED}, exit code {KILLED}")
        )
        return
    for event in case.newest_events:
        if SAYS_OOM.search(f"{event.get('reason')}: {event.get('message')}"[:MOST_MESSAGE]):
            yield _killed(case, case.container, case.from_event(event))
            return


def _killed(case: Case, container: Container, killed: EvidenceLine) -> Cause:
    limit = _limit(case, container)
    said = _at_limit(case, container, *limit) if limit else _no_limit(case)
    waiting = who_waits(case.pod, container)
    return Cause(
        rule="C01" if limit else "C02",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=said.title,
        explanation=f"{said.explanation} {how_it_ran(container)} {waiting}".strip(),
        confidence=Confidence.DEFINITIVE if limit else Confidence.LIKELY,
        evidence=(killed, *said.evidence),
        fix=said.fix,
        patch=said.patch,
    )


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
    flag, heap = _heap(container)
    too_large = size is not None and heap >= size
    before = _raised_already(case, size) if size else ""
    return Words(
        title=f"{case.container_label} needs more memory than its limit of {limit}",
        explanation="The kernel killed a process of it because the container had used up its "
        f"memory limit of {limit}{request}."
        + (f" Its heap may be larger than that ({flag})." if too_large else "")
        + before,
        fix=f"See what it uses its memory for. If it needs that much, raise the memory "
        f"limit{twice}; a runtime with a heap size of its own (Java, Node.js) needs that set below "
        "the limit.",
        evidence=(case.from_pod(path, limit),),
        patch=_raised(case, path, size, heap) if size and not before else None,
    )


def _raised_already(case: Case, size: Decimal) -> str:
    """What is said where the last change raised the limit, and that was used up as well: then more
    of it is no answer."""
    before = next(iter(sorted(earlier(case), key=lambda each: -each.number)), None)
    resources = before.container(case.failure.container).get("resources") if before else None
    limit = manifests.mapping(manifests.mapping(resources).get("limits")).get("memory")
    was = quantities.parse(limit)
    if before is None or was is None or was >= size:
        return ""
    return (
        f" Revision {before.number} had a limit of {limit}: it was raised, and is used up again. "
        "It may use whatever it is given (a leak, a cache without bounds)."
    )


def _heap(container: Container) -> tuple[str, Decimal]:
    """How large a heap its command or environment allows: the words that do, and bytes."""
    texts = [
        manifests.text(each.get("value")) for each in manifests.mappings(container.spec.get("env"))
    ]
    for key in ("command", "args"):
        given = container.spec.get(key)
        texts += [word for word in (given if isinstance(given, list) else []) if
                  isinstance(word, str)]  # fmt: skip
    for text in texts:
        found = HEAP.search(text)
        if found:
            size = Decimal(found[1] or found[3]) * UNITS[(found[2] or "m").lower()]
            return found[0], size
    return "", Decimal(0)


def _raised(case: Case, path: str, size: Decimal, heap: Decimal) -> Patch | None:
    """The limit doubled and rounded to MiB. A request above the new limit cannot be; one that was
    the limit (Guaranteed) is raised with it, so that the pod keeps its class."""
    template = case.template
    own: Place | None = ("spec",)
    if template is not None and path != "spec.resources.limits.memory":
        own = template.container(case.failure.container)
    if template is None or own is None:
        return None
    new = _shown(max(2 * size, heap * 3 / 2, LEAST))
    draft = Draft(template)
    draft.put((*own, "resources", "limits", "memory"), new)
    request = quantities.parse(draft.at((*own, "resources", "requests", "memory")))
    if request is not None and request >= size:
        draft.put((*own, "resources", "requests", "memory"), new)
    return draft.patch(
        note="Twice the limit is a guess: watch what it uses. A leak only takes longer."
    )


def _shown(size: Decimal) -> str:
    """Rounded up to whole MiB, in GiB where it is a whole number of them."""
    mib = int((size / MIB).to_integral_value(ROUND_CEILING))
    return f"{mib}Mi" if mib % 1024 else f"{mib // 1024}Gi"


def _no_limit(case: Case) -> Words:
    node = manifests.node_name(case.pod) or "(unknown)"
    evidence = []
    pressure: Manifest = {}
    if case.node:
        pressure = manifests.condition(case.node, "MemoryPressure")
        memory = manifests.mapping(manifests.status(case.node).get("allocatable")).get("memory")
        field = "status.allocatable.memory"
        evidence = [EvidenceLine("node", f"Node/{node}", field, str(memory))]
    pressed = " The node says MemoryPressure." if pressure.get("status") == "True" else ""
    return Words(
        title=f"{case.container_label} has no memory limit and node {node} ran out of memory",
        explanation=f"It has no memory limit, so the whole memory of node {node} was used up, by "
        f"it or by others, and the kernel chose it.{pressed}",
        fix=f"Give {case.failure.container} a memory request and a limit, and look at what else "
        "uses much memory on its node.",
        evidence=tuple(evidence),
    )
