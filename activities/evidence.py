"""What was gathered as evidence to be kept: redacted texts, each told apart by what it shows."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from kure.domain import manifests
from kure.domain.capture import MOST_EVENTS, as_yaml, told_event, told_node
from kure.domain.diagnosis.facts import PREVIOUS, Facts, Log
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.ports import NewEvidence

# The largest text that is kept of an object. Logs come cut already.
MOST_BYTES = 256 * 1024

Kind = Literal["log", "events", "manifest", "owner", "node"]


def evidence_of(capture: str, facts: Facts, redactor: Redactor) -> list[NewEvidence]:
    """All that was read, the most telling first. `capture` names it: tried again, it has the same
    keys."""
    return [
        *evidence_of_pods(capture, facts, redactor),
        *_of_objects(capture, facts, redactor),
        *_of_the_rest(capture, facts, redactor),
    ]


def evidence_of_pods(capture: str, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    """What the pods themselves showed."""
    for pod in facts.pods:
        subject = f"Pod/{manifests.name(pod.pod)}"
        for log in pod.logs:
            if log.shown is not None:
                yield _log(capture, subject, log, log.shown)
        yield from _events(capture, subject, pod.events, redactor)
        if not pod.gone:
            yield _manifest(capture, "manifest", pod.pod, redactor)


def _of_objects(capture: str, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    """Their events; and their manifests, but for what is kept as the owner or as a node anyway."""
    for found in facts.objects:
        subject = f"{found.kind}/{manifests.name(found.object)}"
        yield from _events(capture, subject, found.events, redactor)
        if found.gone:
            continue
        if found.kind == "Node":
            yield _manifest(capture, "node", told_node(found.object), redactor)
        elif facts.owner is None or manifests.uid(facts.owner) != manifests.uid(found.object):
            yield _manifest(capture, "manifest", found.object, redactor)


def _of_the_rest(capture: str, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    if facts.owner is not None and facts.owner.get("kind") != "Node":
        yield _manifest(capture, "owner", facts.owner, redactor)
    hosts = {manifests.node_name(pod.pod) for pod in facts.pods}
    for node in facts.nodes:
        if manifests.name(node) in hosts:
            yield _manifest(capture, "node", told_node(node), redactor)


def _events(
    capture: str, subject: str, events: Sequence[Manifest] | None, redactor: Redactor
) -> Iterator[NewEvidence]:
    told = [told_event(e, redactor) for e in manifests.newest_first(events or ())[:MOST_EVENTS]]
    if told:
        yield _yaml(capture, "events", subject, told)


def _manifest(capture: str, kind: Kind, obj: Manifest, redactor: Redactor) -> NewEvidence:
    subject = f"{obj.get('kind')}/{manifests.name(obj)}"
    return _yaml(capture, kind, subject, redactor.manifest(manifests.tidy(obj)))


def _log(capture: str, subject: str, log: Log, text: str) -> NewEvidence:
    return NewEvidence(
        captured_by="worker",
        captured_for=capture,
        kind="log",
        subject=subject,
        text=text,
        container=log.container,
        stream="previous" if log.stream == PREVIOUS else "current",
        truncated=log.truncated,
    )


def _yaml(capture: str, kind: Kind, subject: str, shown: Any) -> NewEvidence:
    text = as_yaml(shown)
    raw = text.encode()
    if len(raw) > MOST_BYTES:
        text = raw[:MOST_BYTES].decode(errors="ignore").rpartition("\n")[0] + "\n"
    return NewEvidence(
        captured_by="worker",
        captured_for=capture,
        kind=kind,
        subject=subject,
        text=text,
        truncated=len(raw) > MOST_BYTES,
    )
