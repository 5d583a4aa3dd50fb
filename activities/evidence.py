"""What was gathered as evidence to be kept: redacted texts, each told apart by what it shows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import yaml

from activities.gathering import ReadPod
from kure.contracts.activities import GatherRequest
from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.ports import NewEvidence

MOST_EVENTS = 50

# The largest text that is kept of an object. Logs come cut already.
MOST_BYTES = 256 * 1024

# What an event tells; the rest is identity.
EVENT_FIELDS = (
    *("type", "reason", "message", "action", "count", "firstTimestamp", "lastTimestamp"),
    *("eventTime", "series", "source", "reportingComponent", "involvedObject"),
)

Kind = Literal["log", "events", "manifest", "owner", "node"]


def shown(pod: ReadPod, redactor: Redactor) -> ReadPod:
    """The pod with its logs as they may be shown: redacted whole, once, for evidence and quotes."""
    logs = tuple((replace(log, shown=redactor.text(text.text)), text) for log, text in pod.logs)
    by_place = {(log.container, log.stream): log for log, _ in logs}
    all_logs = tuple(by_place.get((log.container, log.stream), log) for log in pod.facts.logs)
    return ReadPod(replace(pod.facts, logs=all_logs), logs)


def evidence_of(
    request: GatherRequest, facts: Facts, pods: Sequence[ReadPod], redactor: Redactor
) -> list[NewEvidence]:
    """All that was read, the most telling first. The same capture tried again has the same keys."""
    return [*_of_pods(request, pods, redactor), *_of_the_rest(request, facts, redactor)]


def _of_pods(
    request: GatherRequest, pods: Sequence[ReadPod], redactor: Redactor
) -> Iterator[NewEvidence]:
    for pod in pods:
        subject = f"Pod/{pod.facts.name}"
        for log, found in pod.logs:
            yield NewEvidence(
                captured_by="worker",
                captured_for=_capture(request),
                kind="log",
                subject=subject,
                text=log.shown or "",
                container=log.container,
                stream="previous" if log.stream == "previous" else "current",
                truncated=found.truncated,
            )
        events = [_event(event, redactor) for event in pod.facts.newest_events[:MOST_EVENTS]]
        if events:
            yield _yaml(request, "events", subject, events)
        shown = redactor.manifest(manifests.tidy(pod.facts.pod))
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


def _capture(request: GatherRequest) -> str:
    return f"{request.run_id}/{request.number}"


def _event(event: Manifest, redactor: Redactor) -> Manifest:
    told = {key: event[key] for key in EVENT_FIELDS if event.get(key)}
    return told | {"message": redactor.text(manifests.text(event.get("message")))}


def _without_images(node: Manifest) -> Manifest:
    """A node lists every image on its disk, which is most of its size."""
    status = manifests.status(node)
    return node | {"status": {key: status[key] for key in status if key != "images"}}


def _yaml(request: GatherRequest, kind: Kind, subject: str, shown: Any) -> NewEvidence:
    text = yaml.safe_dump(shown, sort_keys=False, allow_unicode=True)
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
