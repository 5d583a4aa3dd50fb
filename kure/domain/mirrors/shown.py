"""A mirror beside the template that it is made from, for people: before the test, in the audit."""

from difflib import unified_diff

from kure.domain import manifests
from kure.domain.capture import as_yaml
from kure.domain.manifests import Manifest

CONTEXT = 3
OF_TEMPLATE = ("labels", "annotations", "finalizers")


def shown(template: Manifest, pod: Manifest) -> str:
    """A unified diff of the two as YAML, in the order of the template; '' where they are alike.

    Both are shown as they come: the caller has redacted them.
    """
    lines = unified_diff(
        as_yaml(_told(template, template)).splitlines(),
        as_yaml(_told(pod, template)).splitlines(),
        fromfile="original",
        tofile="mirror",
        n=CONTEXT,
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)


def cut(diff: str, most_bytes: int) -> str:
    """A diff, cut at a line where it is larger, with how much is left out."""
    raw = diff.encode()
    if len(raw) <= most_bytes:
        return diff
    kept = raw[:most_bytes].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n… {len(raw) - most_bytes} bytes more\n"


def _told(obj: Manifest, order: Manifest) -> Manifest:
    """Metadata and spec, without what the API server writes."""
    written = manifests.metadata(obj)
    first = [*manifests.metadata(order), *written]
    metadata = {
        key: written[key]
        for key in dict.fromkeys(first)
        if key in written and (key in OF_TEMPLATE or key in ("name", "namespace"))
    }
    return {"metadata": metadata, "spec": _ordered(obj.get("spec"), order.get("spec"))}


def _ordered(found: object, order: object) -> object:
    """Keys that both have stand as they do in the template."""
    if not isinstance(found, dict):
        return found
    keys = dict.fromkeys([*manifests.mapping(order), *found])
    return {key: found[key] for key in keys if key in found}
