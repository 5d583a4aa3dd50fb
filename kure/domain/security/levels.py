"""Which Pod Security level a namespace asks for, as admission reads its labels."""

import re

from kure.domain import manifests
from kure.domain.security.subject import Subject

PREFIX = "pod-security.kubernetes.io/"
LEVELS = ("privileged", "baseline", "restricted")
_VERSION = re.compile(r"v1\.(0|[1-9]\d*)|latest")


def label(namespace: Subject, key: str) -> str | None:
    """The value of `enforce`, `warn-version` and so on; None where there is none."""
    found = manifests.mapping(namespace.metadata.get("labels")).get(PREFIX + key)
    return found if isinstance(found, str) else None


def enforced(namespace: Subject) -> str:
    """The level that holds: an unknown one counts as restricted; without a label it is what the
    API server's configuration says, which nobody can read: privileged by default."""
    found = label(namespace, "enforce")
    if found is None:
        return "privileged"
    return found if found in LEVELS else "restricted"


def rank(level: str | None) -> int:
    """0 is the most lenient; an unknown warn or audit level counts as privileged."""
    return LEVELS.index(level) if level in LEVELS else 0


def minor_of(version: str | None) -> int | None:
    """The minor version that a label pins; None for `latest` and for what is no version."""
    match = _VERSION.fullmatch(version or "")
    return int(match[1]) if match and match[1] else None
