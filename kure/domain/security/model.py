"""What the scan finds, in its own words: checks, violations of them, findings of a cluster."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from kure.domain.security.changes import Change
from kure.domain.security.subject import Subject


class Severity(StrEnum):
    """How bad: *critical* is takeover of a node or the cluster by whoever controls the workload or
    subject, *high* one step from it or exposure to the outside, *medium* a missing barrier, *low*
    hygiene, reliability or advice."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return _RANKS[self]

    @property
    def softer(self) -> "Severity":
        """One step less; low stays low."""
        return _BY_RANK[min(self.rank + 1, 3)]


_BY_RANK = tuple(Severity)
_RANKS = {severity: rank for rank, severity in enumerate(_BY_RANK)}


class Framework(NamedTuple):
    """A rule of somebody's that a check covers. Numbers move between versions of a benchmark, so
    none is told without its version."""

    benchmark: str
    version: str
    number: str


def baseline() -> Framework:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/"""
    return Framework("PSS", "1.37", "baseline")


def restricted() -> Framework:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/"""
    return Framework("PSS", "1.37", "restricted")


def cis(*numbers: str) -> tuple[Framework, ...]:
    """Numbers of the CIS Kubernetes Benchmark. Its section 5 is for people to judge: a check that
    passes is no certificate."""
    return tuple(Framework("CIS Kubernetes Benchmark", "1.12", number) for number in numbers)


def nsa(*numbers: str) -> tuple[Framework, ...]:
    """The NSA/CISA hardening guide, whose headings bear no numbers; these are those of k8s-nsa 1.0,
    'hardening' where the guide names the matter and that list does not."""
    return tuple(Framework("NSA Kubernetes Hardening", "1.0", n) for n in numbers or ("hardening",))


class Violation(NamedTuple):
    """What a check saw at one place of an object.

    `path` is for people and for the key of the finding: entries of lists go by their names, so that
    a container in front of it changes nothing (`spec.containers[app].image`). `value` is what
    stands there, never a secret. `severity` is None where the check's own holds. `changes` is the
    safe fix, if there is one.
    """

    path: str
    message: str
    container: str = ""
    value: Any = None
    severity: Severity | None = None
    changes: tuple[Change, ...] = ()


Inspect = Callable[[Subject], Iterable[Violation]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One rule. `id` never changes and is never given again. `kinds`: of which objects it speaks.
    `needs`: the kinds of which the lists must have been read to decide it; without them it is not
    evaluated. `uses`: those that it looks at beside, and does without where they were not read: it
    then says less, or more than it would. `on` is whether it runs where nobody chose."""

    id: str
    title: str
    severity: Severity
    kinds: frozenset[str]
    fix: str
    frameworks: tuple[Framework, ...]
    needs: frozenset[str]
    uses: frozenset[str]
    on: bool
    inspect: Inspect

    @property
    def family(self) -> str:
        """`POD` of KURE-POD-001."""
        return self.id.split("-")[1]

    @property
    def why(self) -> str:
        """Why it matters: what the check's function says of itself."""
        return " ".join((self.inspect.__doc__ or "").split())


class Key(NamedTuple):
    """What makes two sightings the same finding, over all scans: the state that people give it
    (dismissed, until when, by whom) hangs on it."""

    cluster: str
    check: str
    kind: str
    namespace: str
    name: str
    path: str


class Finding(NamedTuple):
    """One violation, told of the workload that people know.

    `kind` is the plain kind for the groups that Kubernetes serves, `Kind.group` for the others.
    `managed_by` says whose hand makes the object ('Helm', 'Argo CD', 'operator', 'system', …): a
    patch of the live object would be undone by it; '' where nothing tells. `seen_on` is the object
    that was looked at where it is not the one that is blamed: a pod of an unknown owner.
    """

    check: Check
    severity: Severity
    cluster: str
    api_version: str
    kind: str
    namespace: str
    name: str
    path: str
    message: str
    container: str = ""
    value: Any = None
    changes: tuple[Change, ...] = ()
    managed_by: str = ""
    seen_on: str = ""

    @property
    def key(self) -> Key:
        return Key(self.cluster, self.check.id, self.kind, self.namespace, self.name, self.path)


@dataclass(frozen=True)
class NotEvaluated:
    """A check that could not be decided, of which objects, and what was missing: never a pass.
    `partly`: it was, as far as that goes without what was missing."""

    check: str
    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    partly: bool = False
