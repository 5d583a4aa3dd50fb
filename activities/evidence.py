"""What was gathered as evidence to be kept: redacted texts, each told apart by what it shows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from kure.contracts.activities import GatherRequest
from kure.domain import manifests
from kure.domain.capture import MOST_EVENTS, as_yaml, told_event
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
    return [*_of_pods(request, facts, redactor), *_of_the_rest(request, facts, redactor)]


def _of_pods(request: GatherRequest, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    for pod in facts.pods:
        subject = f"Pod/{pod.name}"
        for log in pod.logs:
            if log.shown is not None:
                yield _log(request, subject, log, log.shown)
        events = [told_event(event, redactor) for event in pod.newest_events[:MOST_EVENTS]]
        if events:
            yield _yaml(request, "events", subject, events)
        shown = redactor.manifest(manifests.tidy(pod.pod))
        yield _yaml(request, "manifest", subject, shown)


def _of_the_rest(request: GatherRequest, facts: Facts, redactor: Redactor) -> Iterator[NewEvidence]:
    if facts.owner is not None:
        subject = f"{facts.owner.get('kind')}/{manifests.name(facts.owner)}"
        yield _yaml(request, "owner", subject, redactor.manifest(manifests.tidy(facts.owner)))
    hosts = {manifests.node_name(pod.pod) for pod in facts.pods}
    for node in facts.nodes:
        if manifests.name(node) in hosts:
            shown = redactor.manifest(_without_images(manifests.tidy(node)))
            yield _yaml(request, "node", f"Node/{manifests.name(node)}", shown)


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


def _without_images(node: Manifest) -> Manifest:
    """A node lists every image on its disk, which is most of its size."""
    status = manifests.status(node)
    return node | {"status": {key: status[key] for key in status if key != "images"}}


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
