"""What was gathered as evidence to be kept: redacted texts, each told apart by what it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from kure.contracts.activities import GatherRequest
from kure.domain import manifests
from kure.domain.capture import MOST_EVENTS, as_yaml, told_event, told_node
from kure.domain.diagnosis.facts import PREVIOUS, Facts, Log
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.ports import NewEvidence

# The largest text that is kept of an object. Logs come cut already.
MOST_BYTES = 256 * 1024

Kind = Literal["log", "events", "manifest", "owner", "node"]


def shown(facts: Facts, redactor: Redactor) -> Facts:
    """The facts with each log as it may be shown: redacted whole, once, for evidence and quotes."""
    pods = tuple(
        replace(
            pod,
            logs=tuple(
                log if log.text is None else replace(log, shown=redactor.text(log.text))
                for log in pod.logs
            ),
        )
        for pod in facts.pods
    )
    return replace(facts, pods=pods, hide=redactor.text)


def evidence_of(request: GatherRequest, facts: Facts, redactor: Redactor) -> list[NewEvidence]:
    """All that was read, the most telling first. The same capture tried again has the same keys."""
    return [
        *_of_pods(request, facts, redactor),
        *_of_objects(request, facts, redactor),
        *_of_the_rest(request, facts, redactor),
    ]


def _of_pods(request: GatherRequest, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    for pod in facts.pods:
        subject = f"Pod/{manifests.name(pod.pod)}"
        for log in pod.logs:
            if log.shown is not None:
                yield _log(request, subject, log, log.shown)
        yield from _events(request, subject, pod.events, redactor)
        yield _manifest(request, "manifest", pod.pod, redactor)


def _of_objects(request: GatherRequest, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    """Their events; and their manifests, but for what is kept as the owner or as a node anyway."""
    for found in facts.objects:
        subject = f"{found.kind}/{manifests.name(found.object)}"
        yield from _events(request, subject, found.events, redactor)
        if found.kind == "Node":
            yield _manifest(request, "node", told_node(found.object), redactor)
        elif facts.owner is None or manifests.uid(facts.owner) != manifests.uid(found.object):
            yield _manifest(request, "manifest", found.object, redactor)


def _of_the_rest(request: GatherRequest, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    if facts.owner is not None and facts.owner.get("kind") != "Node":
        yield _manifest(request, "owner", facts.owner, redactor)
    hosts = {manifests.node_name(pod.pod) for pod in facts.pods}
    for node in facts.nodes:
        if manifests.name(node) in hosts:
            yield _manifest(request, "node", told_node(node), redactor)


def _events(
    request: GatherRequest, subject: str, events: Sequence[Manifest] | None, redactor: Redactor
) -> Iterator[NewEvidence]:
    told = [told_event(e, redactor) for e in manifests.newest_first(events or ())[:MOST_EVENTS]]
    if told:
        yield _yaml(request, "events", subject, told)


def _manifest(request: GatherRequest, kind: Kind, obj: Manifest, redactor: Redactor) -> NewEvidence:
    subject = f"{obj.get('kind')}/{manifests.name(obj)}"
    return _yaml(request, kind, subject, redactor.manifest(manifests.tidy(obj)))


def _log(request: GatherRequest, subject: str, log: Log, text: str) -> NewEvidence:
    return NewEvidence(
        captured_by="worker",
        captured_for=_capture(request),
        kind="log",
        subject=subject,
        text=text,
        container=log.container,
        stream="previous" if log.stream == PREVIOUS else "current",
        truncated=log.truncated,
    )


def _capture(request: GatherRequest) -> str:
    return f"{request.run_id}/{request.number}"


def _yaml(request: GatherRequest, kind: Kind, subject: str, shown: Any) -> NewEvidence:
    text = as_yaml(shown)
    raw = text.encode()
    if len(raw) > MOST_BYTES:
        text = raw[:MOST_BYTES].decode(errors="ignore").rpartition("\n")[0] + "\n"
    return NewEvidence(
        captured_by="worker",
        captured_for=_capture(request),
        kind=kind,
        subject=subject,
        text=text,
        truncated=len(raw) > MOST_BYTES,
    )
