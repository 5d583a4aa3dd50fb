"""The Pod Security Standards as the API server's admission decides them, for one pod.

https://kubernetes.io/docs/concepts/security/pod-security-admission/
"""

import re
from enum import StrEnum
from typing import NamedTuple

from kure.domain.manifests import Manifest
from kure.domain.security.checks import CHECKS
from kure.domain.security.model import Check, Violation
from kure.domain.security.settings import NEWEST_POLICY, Settings
from kure.domain.security.snapshot import NOTHING
from kure.domain.security.subject import Subject


class Level(StrEnum):
    PRIVILEGED = "privileged"
    BASELINE = "baseline"
    RESTRICTED = "restricted"


class Broken(NamedTuple):
    """A check of the level that a pod breaks, and where."""

    check: Check
    violation: Violation


BASELINE = tuple(f"KURE-POD-{number:03}" for number in range(1, 15))
RESTRICTED = tuple(f"KURE-POD-{number:03}" for number in range(15, 23))

# Which checks of level restricted stand in for one of baseline, and from which policy version: at
# that level it is not asked then. It matters for Windows pods, of which stricter ones say nothing.
STRICTER: dict[str, tuple[int, tuple[str, ...]]] = {
    "KURE-POD-006": (0, ("KURE-POD-015",)),
    "KURE-POD-007": (22, ("KURE-POD-020", "KURE-POD-021")),
    "KURE-POD-011": (35, ("KURE-POD-022",)),
    "KURE-POD-012": (19, ("KURE-POD-019",)),
}

_VERSION = re.compile(r"v?1\.(\d+)")


def pss(
    pod_spec: Manifest,
    metadata: Manifest | None = None,
    level: str = Level.RESTRICTED,
    version: int | str = NEWEST_POLICY,
) -> tuple[Broken, ...]:
    """What of the level a pod breaks; empty where admission would let it in.

    `metadata` is the pod's, or its template's: annotations count. `version` is a minor version, or
    as in a namespace's label: `v1.30`, `latest`. A level that there is not counts as restricted, as
    it does for admission.
    """
    pod = {"kind": "Pod", "metadata": metadata or {}, "spec": pod_spec}
    return broken(Subject(pod, NOTHING, Settings(policy_version=minor(version))), level)


def broken(workload: Subject, level: str) -> tuple[Broken, ...]:
    """The same for a workload, by the policy version of its settings."""
    if level == Level.PRIVILEGED:
        return ()
    found = {id: tuple(CHECKS[id].inspect(workload)) for id in BASELINE}
    if level != Level.BASELINE:
        found |= {id: tuple(CHECKS[id].inspect(workload)) for id in RESTRICTED}
        for id, (since, stricter) in STRICTER.items():
            if workload.version >= since and not any(found[each] for each in stricter):
                found[id] = ()
    return tuple(
        Broken(CHECKS[id], each) for id, violations in found.items() for each in violations
    )


def minor(version: int | str) -> int:
    """The minor version that a label names; the newest for `latest` and for what names none."""
    if isinstance(version, int):
        return version
    match = _VERSION.fullmatch(version)
    return int(match[1]) if match else NEWEST_POLICY
