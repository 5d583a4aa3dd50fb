"""A fix for people: the workload as it would be, and what differs, as YAML.

Made of the manifest that was captured, which is redacted, so that nothing has to be hidden here.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from difflib import unified_diff

import yaml

from kure.domain import manifests
from kure.domain.capture import as_yaml
from kure.domain.diagnosis.fixes import Mismatch, Operation, applied
from kure.domain.manifests import Manifest
from kure.domain.mirrors.shown import cut

MOST_DIFF = 64_000
CONTEXT = 3
# What the API server writes into each object, and nobody into a manifest.
_WRITTEN = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


def shown(captured: str, operations: Sequence[Operation]) -> tuple[str, str]:
    """(manifest, unified diff) of the captured workload with the fix; ('', '') where that has
    changed so that the fix does not fit it. A long diff is cut at a line."""
    live = manifests.mapping(yaml.load(captured, yaml.CSafeLoader))
    # What a test compares may be shown otherwise here; whoever applies the fix has it compared.
    steps = [step for step in operations if step.op != "test"]
    try:
        changed = applied(live, steps)
    except Mismatch:
        return "", ""
    before, after = (as_yaml(_told(obj)) for obj in (live, changed))
    lines = unified_diff(
        before.splitlines(), after.splitlines(), "captured", "fixed", n=CONTEXT, lineterm=""
    )
    return after, cut("".join(f"{line}\n" for line in lines), MOST_DIFF)


def size(operations: Sequence[Operation]) -> int:
    """In bytes, as JSON."""
    told = [asdict(step) for step in operations]
    return len(json.dumps(told, ensure_ascii=False, default=str).encode(errors="replace"))


def _told(obj: Manifest) -> Manifest:
    metadata = manifests.metadata(obj)
    kept = {key: value for key, value in metadata.items() if key not in _WRITTEN}
    return {key: value for key, value in obj.items() if key != "status"} | {"metadata": kept}
