"""Runs that end otherwise than in an error of the program: not known how (C35), without an error
where it should go on (C11), not at all (D02, D05)."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.exit_codes import exit_code
from kure.domain.diagnosis.facts import CURRENT, Case
from kure.domain.diagnosis.images.reference import parse_image
from kure.domain.diagnosis.log_signals import Signal, newest_lines
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.runs import evidence_of_end, exit_code_of, meaning_of, who_waits
from kure.domain.failures.match import last_end
from kure.domain.manifests import Container

LOST = "ContainerStatusUnknown"
# What ends at once where nobody types into it.
SHELLS = ("sh", "bash", "ash", "dash", "zsh", "/bin/sh", "/bin/bash", "/bin/ash", "python",
          "python3", "node", "irb", "/usr/bin/bash")  # fmt: skip
# Images that start one of those by themselves.
OF_SHELLS = ("busybox", "alpine", "ubuntu", "debian", "python", "node", "fedora", "centos",
             "almalinux", "rockylinux", "amazonlinux", "bash", "ruby", "openjdk")  # fmt: skip


def lost(case: Case) -> Iterator[Cause]:
    """C35: the kubelet found no trace of the container and wrote down that it ended."""
    if case.container is None or last_end(case.container).get("reason") != LOST:
        return
    node = manifests.node_name(case.pod) or "(unknown)"
    yield Cause(
        rule="C35",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=f"{case.container_label} was lost on node {node}: how it ended is not known",
        explanation=f"The kubelet of node {node} no longer found the container and gave it exit "
        "code 137 for want of another. The node was restarted or lost its container runtime's "
        "state, or the pod was evicted.",
        confidence=Confidence.LIKELY,
        evidence=tuple(evidence_of_end(case, case.container)),
        fix=f"See what happened to node {node} at that time (a restart, an eviction, its container "
        "runtime). Its owner makes another pod; delete this one.",
        commands=(
            f"kubectl get events -A --field-selector involvedObject.kind=Node,"
            f"involvedObject.name={node}",
        ),
    )


def finishes(case: Case) -> Iterator[Cause]:
    """C11: exit code 0 where it is started again for ever."""
    container = case.container
    if container is None or exit_code_of(container) != 0 or container.restarts != "Always":
        return
    known = exit_code(0)
    told, evidence = _why_it_ends(case, container)
    yield Cause(
        rule=known.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=known.title.format(container=case.container_label, code=0),
        explanation=" ".join(filter(None, (meaning_of(container, 0), told))),
        confidence=known.confidence,
        evidence=(*evidence_of_end(case, container), *evidence),
        fix=known.fix,
    )


def _why_it_ends(case: Case, container: Container) -> tuple[str, tuple[EvidenceLine, ...]]:
    words = [
        word
        for key in ("command", "args")
        for word in _list(container.spec.get(key))
        if isinstance(word, str)
    ]
    field, text = f"{case.spec_path}.command", case.quote(" ".join(words), 300)
    if not words:
        image = manifests.text(container.spec.get("image"))
        if parse_image(image).repository.rpartition("/")[2] in OF_SHELLS:
            field = f"{case.spec_path}.image"
            told = f"The image {image} by itself starts a shell, which ends as nobody types into it"
            return f"{told}: it needs a command.", (case.from_pod(field, image),)
        return "", ()
    if len(words) == 1 and words[0] in SHELLS:
        told = f'Its command "{text}" waits for somebody to type, and ends as nobody does.'
        return told, (case.from_pod(field, text),)
    if words[-1].rstrip().endswith("&"):
        return "Its command goes into the background, so that its shell ends.", (
            case.from_pod(field, text),
        )
    return f'Its command is "{text}".', (case.from_pod(field, text),)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def init_hangs(case: Case) -> Iterator[Cause]:
    """D02, D05: an init container that runs on, or a sidecar that has not started."""
    container = case.container
    if container is None or not container.init:
        return
    last = _last_lines(case)
    said = f' The last line of its log is: "{last[0].quoted(case, 300)}".' if last else ""
    log = case.log(CURRENT)
    if not last and log is not None and log.text is not None:
        said = " It has written nothing to its log."
    since = case.failure.since
    yield Cause(
        rule="D05" if container.sidecar else "D02",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=_title(case, container, last),
        explanation=f"It runs since {since:%H:%M:%S} UTC on {since:%Y-%m-%d}"
        f"{' and its postStart hook has not ended' if container.sidecar else ''}. "
        f"{who_waits(case.pod, container)}{said}",
        confidence=Confidence.LIKELY if last else Confidence.SYMPTOM,
        evidence=(
            case.from_pod(f"{container.path}.state.running", f"since {since:%Y-%m-%dT%H:%M:%SZ}"),
            *_command(case, container),
            *(line.evidence(case) for line in last),
        ),
        fix="See in its log and its command what it waits for, and whether that can come to be; "
        "let it give up after some time with an error that says so."
        if not container.sidecar
        else "See what its postStart hook waits for; a startup probe would tell when it is ready.",
        commands=(
            f"kubectl logs {case.name} -n {case.namespace} -c {case.failure.container} --tail=50",
        ),
    )


def _title(case: Case, container: Container, last: list[Signal]) -> str:
    if container.sidecar:
        return f'Sidecar "{container.name}" has not started, and the containers after it wait'
    ends = f": {last[0].quoted(case, 100)}" if last else ""
    return f"{case.container_label} does not end, and the containers after it wait{ends}"


def _last_lines(case: Case) -> list[Signal]:
    log = case.log(CURRENT)
    return [] if log is None or not log.text else newest_lines(log, 1)


def _command(case: Case, container: Container) -> Iterator[EvidenceLine]:
    for key in ("command", "args"):
        words = [word for word in _list(container.spec.get(key)) if isinstance(word, str)]
        if words:
            yield case.from_pod(f"{case.spec_path}.{key}", " ".join(words))
