"""The same thing is told once: which finding steps back where another one says it better."""

from collections.abc import Callable

from kure.domain.security.model import Check, Violation

Found = list[tuple[Check, Violation]]


def _anywhere(_hidden: Violation, _told: Violation) -> bool:
    return True


def _same_container(hidden: Violation, told: Violation) -> bool:
    return hidden.container == told.container


def _same_container_or_pod(hidden: Violation, told: Violation) -> bool:
    return told.container in ("", hidden.container)


def _same_entry(hidden: Violation, told: Violation) -> bool:
    return (hidden.container, hidden.value) == (told.container, told.value)


def _same_place(hidden: Violation, told: Violation) -> bool:
    return hidden.path == told.path


# Which check steps back, before which, and what must be the same of both.
SHADOWS: dict[str, tuple[tuple[str, Callable[[Violation, Violation], bool]], ...]] = {
    # A HostProcess pod must have the host's network, whose ports the API server fills in.
    "KURE-POD-004": (("KURE-POD-005", _anywhere),),
    "KURE-POD-008": (("KURE-POD-004", _anywhere), ("KURE-POD-005", _anywhere)),
    "KURE-POD-015": (("KURE-POD-006", _same_place),),
    "KURE-POD-019": (("KURE-POD-012", _same_container_or_pod),),
    "KURE-POD-021": (("KURE-POD-007", _same_entry),),
    "KURE-POD-022": (("KURE-POD-011", _same_place),),
    "KURE-POD-035": (("KURE-POD-020", _same_container),),
}

TELLING = frozenset(other for rules in SHADOWS.values() for other, _ in rules)


def told_once(found: Found) -> Found:
    """What is left when each has stepped back that should. The order stays."""
    telling: dict[str, list[Violation]] = {}
    for check, seen in found:
        if check.id in TELLING:
            telling.setdefault(check.id, []).append(seen)
    if not telling:
        return found
    return [
        (check, seen)
        for check, seen in found
        if check.id not in SHADOWS or not _is_told(check.id, seen, telling)
    ]


def _is_told(id: str, hidden: Violation, telling: dict[str, list[Violation]]) -> bool:
    for other, is_same in SHADOWS[id]:
        for seen in telling.get(other, ()):
            if is_same(hidden, seen):
                return True
    return False
