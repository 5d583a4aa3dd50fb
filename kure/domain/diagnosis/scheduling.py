"""Why no node takes a pod: group F of the rules.

The scheduler says for how many nodes each of its filters said no: "0/4 nodes are available: 1 Too
many pods, 2 Insufficient cpu. preemption: …". Each clause is one cause, with its own words from the
pod and from the nodes, since the message names neither label nor taint nor amount.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis import scheduling_clauses as clauses
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.scheduling_clauses import Clause, Words

# Up to preemption, which says what evicting others would change: never why the pod waits.
AVAILABLE = re.compile(r"(\d+)/(\d+) nodes are available: (.*)", re.DOTALL)
REST = re.compile(r"\.? (?:no new claims to deallocate, )?preemption: .*|\. not found$", re.DOTALL)
BETWEEN_CLAUSES = re.compile(r", (?=\d+ )")
CLAUSE = re.compile(r"(\d+) (?:node\(s\) )?(.*)", re.DOTALL)

# Clauses in the order in which they are told: what the pod demands before what nodes refuse, since
# a demand that no node can meet is seldom meant.
RULES: tuple[tuple[str, str, Callable[[Case, Clause], Words]], ...] = (
    ("F14", r'persistentvolumeclaim "?(?P<what>[^" ]+)"? not found', clauses.claim_not_found),
    ("F13", r"unbound immediate PersistentVolumeClaims", clauses.unbound_claims),
    ("F06", r"didn't match Pod's node affinity|didn't match node selector", clauses.node_labels),
    ("F01", r"Insufficient (?P<what>cpu)\b", clauses.insufficient),
    ("F02", r"Insufficient (?P<what>memory)\b", clauses.insufficient),
    ("F03", r"Insufficient (?P<what>ephemeral-storage)\b", clauses.insufficient),
    ("F04", r"Insufficient (?P<what>[\w.-]+(?:/[\w.-]+)?)", clauses.insufficient),
    ("F12", r"didn't have free ports", clauses.ports),
    (
        "F09",
        r"didn't match pod anti-affinity|didn't satisfy existing pods anti-affinity",
        clauses.anti_affinity,
    ),
    ("F10", r"didn't match pod affinity", clauses.pod_affinity),
    ("F11", r"didn't match pod topology spread constraints", clauses.topology_spread),
    (
        "F15",
        r"volume node affinity conflict|didn't match PersistentVolume's node affinity",
        clauses.volume_elsewhere,
    ),
    ("F16", r"exceed max volume count", clauses.too_many_volumes),
    ("F07", r"taint", clauses.taints),
    ("F05", r"Too many pods", clauses.too_many_pods),
    ("F08", r"were unschedulable", clauses.cordoned),
    ("F17", r"no nodes available to schedule pods", clauses.no_nodes),
)
ORDER = {rule: place for place, (rule, _, _) in enumerate(RULES)}


def scheduling(case: Case) -> Iterator[Cause]:
    """One cause for each clause: first those that decide, in the order of RULES, unknown ones
    last."""
    message, line = _message(case)
    told = []
    for clause in parse(message):
        rule, known, words = _match(clause)
        said = words(case, known)
        told.append((not said.decisive, ORDER.get(rule, len(ORDER)), rule, known, said))
    for *_, rule, known, said in sorted(told, key=lambda item: item[:2]):
        yield _cause(case, line, rule, known, said)


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


def _match(clause: Clause) -> tuple[str, Clause, Callable[[Case, Clause], Words]]:
    for rule, pattern, words in RULES:
        found = re.search(pattern, clause.text, re.IGNORECASE)
        if found:
            what = found.groupdict().get("what") or ""
            return rule, replace(clause, what=what), words
    return "F00", clause, clauses.unknown


def _cause(case: Case, line: EvidenceLine, rule: str, clause: Clause, said: Words) -> Cause:
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f"{clause.where}: {said.title}", 200),
        explanation=f"{clause.refused} {said.explanation}",
        confidence=Confidence.SYMPTOM if rule == "F00" else Confidence.DEFINITIVE,
        evidence=(line, *said.evidence),
        fix=said.fix,
    )
