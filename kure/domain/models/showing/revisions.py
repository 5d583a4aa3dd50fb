"""What a workload ran before, and what was changed since."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.difference import steps_to
from kure.domain.diagnosis.fixes import Operation
from kure.domain.diagnosis.revisions import OF_REPLICA_SET, Revision
from kure.domain.manifests import Manifest
from kure.domain.models.showing.text import Shown, bounded
from kure.domain.redact import Redactor

MOST_REVISIONS = 6


def changed(subject: str, found: Sequence[Revision], redactor: Redactor) -> Shown:
    """The newest revisions, newest first: who runs them, and what each changed. Values that are
    hidden are alike where their placeholders are."""
    newest = [*reversed(found)][: MOST_REVISIONS + 1]
    templates = [_template(revision, redactor) for revision in newest]
    lines: list[str] = []
    for number, revision in enumerate(newest[:MOST_REVISIONS]):
        before = templates[number + 1] if number + 1 < len(newest) else None
        lines += _of(revision, templates[number], before)
    return bounded(subject, redactor.text("\n".join(lines)))


def _of(revision: Revision, template: Manifest, before: Manifest | None) -> Iterator[str]:
    created = manifests.text(manifests.metadata(revision.object).get("creationTimestamp"))
    state = f"created {created}, {revision.ready} ready"
    yield f"revision {revision.number}: {revision.subject}, {state}"
    if before is None:
        yield "  no earlier revision is kept"
        return
    steps = [step for step in steps_to(template, before, ()) if step.op != "test"]
    olds = {s.path: s.value for s in steps_to(template, before, ()) if s.op == "test"}
    yield from (_step(step, olds) for step in steps)
    if not steps:
        yield "  the same template as before"


def _step(step: Operation, olds: dict[str, Any]) -> str:
    old = _told(olds[step.path]) if step.path in olds else ""
    if step.op == "remove":
        return f"  removed {step.path}: {old}"
    if step.op == "add":
        return f"  added {step.path}: {_told(step.value)}"
    return f"  changed {step.path}: {old} -> {_told(step.value)}"


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _template(revision: Revision, redactor: Redactor) -> Manifest:
    """As people write it, redacted."""
    shown = redactor.manifest({"kind": "PodTemplate", "template": revision.template})
    template = manifests.mapping(shown["template"])
    metadata = manifests.metadata(template)
    labels = {
        key: value
        for key, value in manifests.mapping(metadata.get("labels")).items()
        if key != OF_REPLICA_SET
    }
    metadata = {key: value for key, value in metadata.items() if key != "creationTimestamp"} | {
        "labels": labels
    }
    return {"metadata": metadata, "spec": manifests.spec(template)}
