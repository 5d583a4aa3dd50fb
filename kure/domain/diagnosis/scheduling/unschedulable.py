"""Why no node takes a pod: group F of the rules.

The scheduler says for how many nodes each of its filters said no: "0/4 nodes are available: 1 Too
many pods, 2 Insufficient cpu. preemption: …". Each clause is one cause, with its own words from the
pod and from the nodes, since the message names neither label nor taint nor amount.
"""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.scheduling import beside, of_claims, resources
from kure.domain.diagnosis.scheduling import node_demands as nodes
from kure.domain.diagnosis.scheduling.clause import Clause, Words, unknown
from kure.domain.diagnosis.scheduling.unseen import gated, gates_of, unseen, wants_schedulers

# Up to preemption, which says what evicting others would change: never why the pod waits.
AVAILABLE = re.compile(r"(?<!\d)(\d{1,6})/(\d{1,6}) nodes are available: (.*)", re.DOTALL)
REST = re.compile(
    r"\.? (?:(?:no new claims to deallocate|still not schedulable), )?preemption: .*|\. not found$",
    re.DOTALL,
)
BETWEEN_CLAUSES = re.compile(r", (?=\d+ )")
CLAUSE = re.compile(r"^(\d+) (?:node\(s\) )?(.*)", re.DOTALL)

Speak = Callable[[Case, Clause], Words]
Look = Callable[[Case, Clause], Iterator[Want]]


def wants_nothing(_case: Case, _clause: Clause) -> Iterator[Want]:
    yield from ()


@dataclass(frozen=True)
class Row:
    """One kind of clause: by which words it is known, what is said of it, what is read for it."""

    rule: str
    pattern: str
    say: Speak
    wants: Look = wants_nothing


# Clauses in the order in which they are told: what the pod demands before what nodes refuse, since
# a demand that no node can meet is seldom meant.
ROWS = (
    Row(
        "F14",
        r'persistentvolumeclaim "?(?P<what>[^" ]{1,253})"? not found',
        of_claims.claim_not_found,
        of_claims.wants_claims,
    ),
    Row(
        "F21",
        r'persistentvolumeclaim "?(?P<what>[^" ]{1,253})"? is being deleted',
        of_claims.claim_being_deleted,
    ),
    Row(
        "F13",
        r"unbound immediate PersistentVolumeClaims"
        r"|didn't find available persistent volumes to bind",
        of_claims.unbound_claims,
        of_claims.wants_reasons,
    ),
    Row("F06", r"didn't match Pod's node affinity|didn't match node selector", nodes.node_labels),
    Row("F01", r"Insufficient (?P<what>cpu)\b", resources.insufficient, resources.wants_pods),
    Row("F02", r"Insufficient (?P<what>memory)\b", resources.insufficient, resources.wants_pods),
    Row(
        "F03",
        r"Insufficient (?P<what>ephemeral-storage)\b",
        resources.insufficient,
        resources.wants_pods,
    ),
    Row("F04", r"Insufficient (?P<what>[\w.-]+(?:/[\w.-]+)?)", resources.insufficient),
    Row("F12", r"didn't have free ports", beside.ports, beside.wants_holder),
    Row(
        "F09",
        r"didn't match pod anti-affinity|didn't satisfy existing pods anti-affinity",
        beside.anti_affinity,
    ),
    Row("F10", r"didn't match pod affinity", beside.pod_affinity, beside.wants_neighbours),
    Row("F11", r"didn't match pod topology spread constraints", beside.topology_spread),
    Row(
        "F15",
        r"volume node affinity conflict|didn't match PersistentVolume's node affinity"
        r"|no available volume zone",
        of_claims.volume_elsewhere,
        of_claims.wants_volumes,
    ),
    Row("F16", r"exceed max volume count", of_claims.too_many_volumes),
    Row(
        "F22",
        r"cannot allocate all claims|resource ?claim|device class",
        of_claims.device_claims,
    ),
    Row("F07", r"taint", nodes.taints),
    Row("F05", r"Too many pods", resources.too_many_pods),
    Row("F08", r"were unschedulable", nodes.cordoned),
    Row("F17", r"no nodes available to schedule pods", nodes.no_nodes),
)
OTHER = Row("F00", "", unknown)
ORDER = {row.rule: place for place, row in enumerate(ROWS)}


def scheduling(case: Case) -> Iterator[Cause]:
    """One cause for each clause: first those that decide, in the order of ROWS, unknown ones
    last."""
    if gates_of(case.pod):
        yield from gated(case)
        return
    found = list(unseen(case))
    if found:
        yield from found
        return
    message, line = _message(case)
    told = []
    for clause in parse(message):
        row, known = _match(clause)
        said = row.say(case, known)
        told.append((not said.decisive, ORDER.get(row.rule, len(ORDER)), row, known, said))
    for *_, row, known, said in sorted(told, key=lambda item: item[:2]):
        yield _cause(case, line, row.rule, known, said)


def wants(case: Case) -> Iterator[Want]:
    """What the clauses of this pod are compared with."""
    yield from wants_schedulers(case)
    message, _ = _message(case)
    for clause in parse(message):
        row, known = _match(clause)
        yield from row.wants(case, known)


def parse(message: str) -> list[Clause]:
    """The clauses of a FailedScheduling message; the whole text is one where it is no list."""
    found = AVAILABLE.search(message)
    if not found:
        return [Clause(message.strip().removesuffix("."))] if message.strip() else []
    total, listed = int(found.group(2)), REST.sub("", found.group(3)).strip().removesuffix(".")
    result = []
    for part in BETWEEN_CLAUSES.split(listed):
        counted = CLAUSE.fullmatch(part)
        if counted:
            result.append(Clause(counted.group(2), int(counted.group(1)), total))
        else:
            result.append(Clause(part))
    return result


def _message(case: Case) -> tuple[str, EvidenceLine]:
    """The condition is of the last try; the event stands in where it says nothing."""
    if not case.failure.message:
        for event in case.events("FailedScheduling"):
            return manifests.text(event.get("message")), case.from_event(event)
    line = case.from_pod(f"{case.failure.field}.message", case.failure.message)
    return case.failure.message, line


def _match(clause: Clause) -> tuple[Row, Clause]:
    for row in ROWS:
        found = re.search(row.pattern, clause.text, re.IGNORECASE)
        if found:
            return row, replace(clause, what=found.groupdict().get("what") or "")
    return OTHER, clause


def _cause(case: Case, line: EvidenceLine, rule: str, clause: Clause, said: Words) -> Cause:
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f"{clause.where}: {said.title}", 200),
        explanation=f"{clause.refused} {said.explanation}",
        confidence=said.confidence,
        evidence=(line, *said.evidence),
        fix=said.fix,
        commands=(*said.commands, *_made_anew(case, said)),
        patch=said.patch,
    )


def _made_anew(case: Case, said: Words) -> tuple[str, ...]:
    """A StatefulSet leaves a pod that never became ready as it is, though its template changed.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
    """
    if said.patch is None or said.patch.kind != "StatefulSet":
        return ()
    return (f"kubectl delete pod {shlex.quote(case.name)} -n {shlex.quote(case.namespace)}",)
