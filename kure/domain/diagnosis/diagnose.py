"""From the live objects of a failing workload to the causes, first to fix first.

Each family of failures has a package here, whose `rules.py` names the rules by the class of failure
that they explain. To add a rule, write one function from a case to causes, name it there, and add a
case to tests/cases/diagnosis. Where a table serves (messages, log lines, exit codes), add a row
instead.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis import take_back
from kure.domain.diagnosis.controllers.rules import AFTER, BEFORE
from kure.domain.diagnosis.controllers.rules import RULES as CONTROLLERS
from kure.domain.diagnosis.crashes.rules import RULES as CRASHES
from kure.domain.diagnosis.creation.rules import RULES as CREATION
from kure.domain.diagnosis.ends.rules import RULES as ENDS
from kure.domain.diagnosis.facts import Case, Facts, PodFacts
from kure.domain.diagnosis.group import Group
from kure.domain.diagnosis.images.rules import RULES as IMAGES
from kure.domain.diagnosis.lateness import events_to_come
from kure.domain.diagnosis.lost_node import with_lost_node
from kure.domain.diagnosis.model import Cause, Confidence, Diagnosis
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.next_faults import next_faults, wants_next
from kure.domain.diagnosis.nodes.rules import RULES as NODES
from kure.domain.diagnosis.probes.rules import RULES as PROBES
from kure.domain.diagnosis.runs import crash_log
from kure.domain.diagnosis.scheduling.rules import RULES as SCHEDULING
from kure.domain.diagnosis.services.rules import RULES as SERVICES
from kure.domain.diagnosis.severity import severity
from kure.domain.diagnosis.starts.rules import RULES as STARTS
from kure.domain.diagnosis.stopped import without_stopped
from kure.domain.diagnosis.stuck_pods import with_stuck_pods
from kure.domain.diagnosis.symptoms import follows_pods, symptom
from kure.domain.diagnosis.volumes.rules import RULES as VOLUMES
from kure.domain.failures.model import FailureClass

# Classes that are not named here are told by their symptom; so is what no rule knows.
RULES: dict[FailureClass, Group] = {
    **CONTROLLERS,
    **CRASHES,
    **CREATION,
    **ENDS,
    **IMAGES,
    **NODES,
    **PROBES,
    **SCHEDULING,
    **SERVICES,
    **STARTS,
    **VOLUMES,
}
ONLY_SYMPTOM = Group()
ORDER = {failure_class: place for place, failure_class in enumerate(FailureClass)}

# Of what is gone only these can be told apart: by the message that was reported.
BY_MESSAGE = (
    FailureClass.FAILED_CREATE,
    FailureClass.UNSCHEDULABLE,
    FailureClass.REJECTED,
    FailureClass.EVICTED,
    FailureClass.SANDBOX,
    FailureClass.FAILED_MOUNT,
)

# The classes of failure that a log would explain.
LOGGED = (FailureClass.CRASH_LOOP, FailureClass.OOM_KILLED, FailureClass.POD_FAILED)

# What was read may name what is wanted next (a binding its role): so often `wanted` is asked.
ROUNDS = 3

# How many pods are named where several fail alike.
NAMED = 5


def diagnose(facts: Facts) -> Diagnosis:
    """Every cause that the rules know, what could not be read, and how bad it is.

    Causes come in the order of FailureClass, init containers before main ones; what an owner says
    of its pods comes after what the pods show themselves. What several pods have alike is one
    cause. Total: an object with missing fields gives a symptom, no error.
    """
    facts = without_stopped(facts)
    cases = sorted(_cases(facts), key=_order)
    found = [(case, cause) for case in cases for cause in (*_asked(BEFORE, case), *_causes(case))]
    found += [(case, cause) for case in cases for cause in _asked(AFTER, case)]
    found = _reasons_first(found)
    found += next_faults(cases, [cause for _, cause in found])
    return Diagnosis(
        causes=tuple(with_stuck_pods(facts, take_back.with_change(facts, _merged(found)))),
        unavailable=tuple(dict.fromkeys(_unavailable(facts, cases))),
        severity=severity(facts),
        early=bool(events_to_come(facts)),
    )


def wanted(facts: Facts) -> set[Want]:
    """What the rules want to see beside what was read of the failing objects.

    To be asked again with what it named in `facts.nearby`, until it names nothing new, at most
    ROUNDS times. What could not be read is not to be read again.
    """
    return take_back.wanted(facts) | {
        want
        for case in _cases(facts)
        for group in (RULES.get(case.failure.failure_class, ONLY_SYMPTOM), BEFORE, AFTER)
        for wants in (*group.wants, wants_next)
        for want in wants(case)
    }


def _cases(facts: Facts) -> list[Case]:
    return [Case(facts, found, failure) for found in facts.all for failure in found.failures]


def _order(case: Case) -> tuple[bool, int, bool]:
    init = case.container is not None and case.container.init
    return follows_pods(case), ORDER[case.failure.failure_class], not init


def _causes(case: Case) -> list[Cause]:
    return with_lost_node(case, _told(case))


def _told(case: Case) -> list[Cause]:
    group = RULES.get(case.failure.failure_class, ONLY_SYMPTOM)
    if case.about.gone and case.failure.failure_class not in BY_MESSAGE:
        group = ONLY_SYMPTOM
    found = _asked(group, case)
    if found:
        return found
    rules = (*group.general, symptom)
    return next(causes for rule in rules if (causes := list(rule(case))))


def _reasons_first(found: list[tuple[Case, Cause]]) -> list[tuple[Case, Cause]]:
    """What is certain stands before what pods show where that tells no reason: an exit code by
    itself says less than the condition of their Job."""
    of_pods = [cause for case, cause in found if case.is_pod]
    if any(cause.confidence is not Confidence.SYMPTOM for cause in of_pods):
        return found
    return sorted(found, key=lambda one: one[1].confidence is not Confidence.DEFINITIVE)


def _asked(group: Group, case: Case) -> list[Cause]:
    return [cause for rule in group.specific for cause in rule(case)]


def _merged(found: Iterable[tuple[Case, Cause]]) -> Iterator[Cause]:
    """One cause for what one fix mends, told of the pod that shows most of it."""
    alike: dict[tuple[str, ...], list[tuple[Case, Cause]]] = {}
    for case, cause in found:
        key = (case.about.kind, cause.rule, cause.container, cause.fix)
        alike.setdefault(key, []).append((case, cause))
    for (kind, *_), group in alike.items():
        _, told = max(group, key=lambda pair: len(pair[1].evidence))
        names = list(dict.fromkeys(case.name for case, _ in group))
        yield told if len(names) == 1 else replace(told, explanation=_in_all(told, kind, names))


def _in_all(cause: Cause, kind: str, names: list[str]) -> str:
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
    of_kind = "pods" if kind == PodFacts.kind else f"objects of kind {kind}"
    return f"{cause.explanation} The same in {len(names)} {of_kind}: {shown}."


def _unavailable(facts: Facts, cases: Iterable[Case]) -> Iterator[str]:
    yield from facts.unavailable
    late = events_to_come(facts)
    for pod in facts.pods:
        if pod in late:
            yield f"No events of the kubelet about Pod/{manifests.name(pod.pod)} yet: they are late"
        elif pod.events is not None and not pod.events:
            yield _no_events(pod)
    for case in cases:
        log = crash_log(case) if case.failure.failure_class in LOGGED else None
        if log is not None and log.text is None:
            where = f"{case.subject}/{log.container} ({log.stream})"
            yield f"No log of {where}: {log.missing or 'it was not read'}"
        elif log is not None and not (log.text or "").strip():
            yield f"No log of {case.subject}/{log.container} ({log.stream}): it wrote nothing"


def _no_events(pod: PodFacts) -> str:
    return (
        f"No events of Pod/{manifests.name(pod.pod)}: the API server drops them after an hour or so"
    )
