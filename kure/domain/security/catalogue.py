"""All checks that there are, in the order of their ids."""

from functools import lru_cache

from kure.domain.security.graph import CHECKS
from kure.domain.security.model import Check
from kure.domain.security.settings import Settings

FAMILIES = {
    "POD": "What pods may do to their node",
    "WRK": "How workloads are set up",
    "IMG": "Where images come from",
    "SEC": "Secrets",
    "SA": "Service accounts",
    "RBAC": "Rights in the cluster",
    "NET": "Network and exposure",
    "NS": "Namespaces",
    "ADM": "Admission",
    "API": "Versions of the API",
    "CTL": "Control plane and nodes",
    "REL": "Reliability",
    "STO": "Storage",
    "EXP": "Combinations",
}

_ORDER = [*FAMILIES]

CATALOGUE: dict[str, Check] = {
    each.id: each
    for each in sorted(CHECKS.values(), key=lambda each: (_ORDER.index(each.family), each.id))
}


@lru_cache(maxsize=16)
def chosen(settings: Settings) -> dict[str, tuple[Check, ...]]:
    """The checks that run with these settings, by the kind of object."""
    by_kind: dict[str, list[Check]] = {}
    for check in CATALOGUE.values():
        if is_on(check, settings):
            for kind in check.kinds:
                by_kind.setdefault(kind, []).append(check)
    return {kind: tuple(checks) for kind, checks in by_kind.items()}


def is_on(check: Check, settings: Settings) -> bool:
    return check.id not in settings.off and (check.on or check.id in settings.on)
