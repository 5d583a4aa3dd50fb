"""Runs the checks over objects and tells what they found, each once, of the workload that people
know."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kure.domain.manifests import Manifest
from kure.domain.security.blame import Target, managed_by, target_of
from kure.domain.security.catalogue import CATALOGUE, chosen, is_on
from kure.domain.security.kinds import CLUSTER
from kure.domain.security.model import Check, Finding, Key, NotEvaluated, Violation
from kure.domain.security.settings import DEFAULTS, Settings
from kure.domain.security.shadows import told_once
from kure.domain.security.snapshot import NOTHING, Snapshot
from kure.domain.security.subject import Subject

Found = tuple[Check, Violation]


@dataclass(frozen=True)
class Report:
    """`findings` in the order of the objects; `objects` is how many were looked at."""

    findings: tuple[Finding, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    objects: int


def scan(
    objects: Iterable[Manifest],
    around: Snapshot = NOTHING,
    settings: Settings = DEFAULTS,
    cluster: str = "",
) -> Report:
    """All objects, and the cluster itself where `around` is a live one's. The lists in `around` are
    what checks look things up in; they may hold the same objects."""
    found: list[Finding] = []
    blamed: set[tuple[str, str, str]] = set()
    count, is_repeated = 0, False
    for obj in objects:
        count += 1
        more = findings_of(obj, around, settings, cluster)
        if more:
            spot = (more[0].kind, more[0].namespace, more[0].name)
            is_repeated = is_repeated or spot in blamed
            blamed.add(spot)
            found += more
    if around.live:
        found += findings_of(of_cluster(cluster), around, settings, cluster)
    told = tuple(_each_once(found) if is_repeated else found)
    return Report(told, tuple(not_evaluated(around, settings)), count)


def of_cluster(name: str) -> Manifest:
    """What checks of the cluster as a whole are given."""
    return {"kind": CLUSTER, "metadata": {"name": name}}


def _each_once(found: Iterable[Finding]) -> Iterable[Finding]:
    """Several pods of one owner, or one object that was listed twice, say the same: the worst
    sighting stays."""
    told: dict[Key, Finding] = {}
    for each in found:
        known = told.get(each.key)
        if known is None or each.severity.rank < known.severity.rank:
            told[each.key] = each
    return told.values()


def findings_of(
    obj: Manifest, around: Snapshot = NOTHING, settings: Settings = DEFAULTS, cluster: str = ""
) -> list[Finding]:
    """What is wrong with one object; nothing where its owner tells it."""
    subject = Subject(obj, around, settings)
    checks = chosen(settings).get(subject.kind)
    if not checks:
        return []
    target = target_of(subject)
    if target is None:
        return []
    if target.injected is not None:
        subject.containers = tuple(c for c in subject.containers if c.name in target.injected)
    found = inspect(subject, checks)
    if target.injected is not None:
        found = [each for each in found if each[1].container]
    managed = managed_by(subject) if found else ""
    findings: dict[tuple[str, str], Finding] = {}
    for check, seen in found:
        spot = (check.id, seen.path)  # the rest of the key is the object's
        new = _finding(subject, target, cluster, managed, check, seen)
        if spot not in findings or new.severity.rank < findings[spot].severity.rank:
            findings[spot] = new
    return list(findings.values())


def inspect(subject: Subject, checks: Iterable[Check] | None = None) -> list[Found]:
    """What the checks see, the same thing once. Checks whose lists were not read are left out."""
    if checks is None:
        checks = chosen(subject.settings).get(subject.kind, ())
    around = subject.around
    found = [
        (check, violation)
        for check in checks
        if not check.needs or all(map(around.has, check.needs))
        for violation in check.inspect(subject)
    ]
    return told_once(found)


def _finding(
    subject: Subject, target: Target, cluster: str, managed: str, check: Check, seen: Violation
) -> Finding:
    return Finding(
        check,
        seen.severity or check.severity,
        cluster,
        target.api_version,
        target.kind,
        subject.namespace,
        target.name,
        seen.path,
        seen.message,
        seen.container,
        seen.value,
        () if target.seen_on else seen.changes,
        managed,
        target.seen_on,
    )


def not_evaluated(around: Snapshot, settings: Settings = DEFAULTS) -> Iterator[NotEvaluated]:
    """The checks that could not be decided: of kinds that the snapshot did not read, or without the
    lists that they need; last those that were decided without a list that they look at."""
    for check in CATALOGUE.values():
        if not is_on(check, settings):
            continue
        missing = tuple(sorted(need for need in check.needs if not around.has(need)))
        unread = tuple(sorted(kind for kind in check.kinds if not around.has(kind)))
        if missing:
            yield NotEvaluated(check.id, tuple(sorted(check.kinds)), missing)
        elif unread:
            yield NotEvaluated(check.id, unread, unread)
        elif beside := tuple(sorted(need for need in check.uses if not around.has(need))):
            yield NotEvaluated(check.id, tuple(sorted(check.kinds)), beside, partly=True)
