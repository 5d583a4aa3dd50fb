"""A model's fix for people: the workload as it would be, and what differs, as YAML."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from difflib import unified_diff

from kure.domain import manifests
from kure.domain.capture import as_yaml
from kure.domain.diagnosis.fixes import Operation
from kure.domain.diagnosis.model import storable
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor

# A payload stays under 64 KiB, with the operations beside them.
MOST_MANIFEST, MOST_DIFF = 16_000, 8_000
CONTEXT = 3
# What the API server writes into each object, and nobody into a manifest.
_WRITTEN = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


def shown(live: Manifest, changed: Manifest, redactor: Redactor) -> tuple[str, str]:
    """(manifest, unified diff), redacted; '' for a manifest that is too large, while a diff is cut
    at a line."""
    before, after = (as_yaml(redactor.manifest(_told(obj))) for obj in (live, changed))
    lines = unified_diff(
        before.splitlines(), after.splitlines(), "live", "fixed", n=CONTEXT, lineterm=""
    )
    manifest = storable(after)
    fits = len(manifest.encode()) <= MOST_MANIFEST
    return manifest if fits else "", _cut(storable("".join(f"{line}\n" for line in lines)))


def size(operations: Sequence[Operation]) -> int:
    """In bytes, as JSON."""
    told = [asdict(step) for step in operations]
    return len(json.dumps(told, ensure_ascii=False, default=str).encode(errors="replace"))


def _told(obj: Manifest) -> Manifest:
    metadata = manifests.metadata(obj)
    kept = {key: value for key, value in metadata.items() if key not in _WRITTEN}
    return {key: value for key, value in obj.items() if key != "status"} | {"metadata": kept}


def _cut(diff: str) -> str:
    raw = diff.encode()
    if len(raw) <= MOST_DIFF:
        return diff
    kept = raw[:MOST_DIFF].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n… {len(raw) - MOST_DIFF} bytes more\n"
