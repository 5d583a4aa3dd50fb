"""From the live objects of a failing workload to the causes, first to fix first.

To add a rule, write one function from a case to causes, name it in RULES under the class of failure
that it explains, and add a case to tests/cases/diagnosis. Where a table serves (messages, log
lines, exit codes), add a row instead.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.crash import (
    crash_log,
    exit_code_cause,
    log_signature,
    silent_crash,
    start_error,
    stopped_by_probe,
)
from kure.domain.diagnosis.facts import Case, Facts, PodFacts
from kure.domain.diagnosis.image_pull import image_pull
from kure.domain.diagnosis.model import Cause, Diagnosis
from kure.domain.diagnosis.oom import oom_killed
from kure.domain.diagnosis.scheduling import scheduling
from kure.domain.diagnosis.severity import severity
from kure.domain.diagnosis.symptoms import follows_pods, symptom
from kure.domain.failures.model import FailureClass

Rule = Callable[[Case], Iterator[Cause]]


@dataclass(frozen=True)
class Group:
    """What explains one class of failure: all `specific` rules are asked; only where none knows,
    the `general` ones, of which the first that answers speaks."""

    specific: tuple[Rule, ...]
    general: tuple[Rule, ...] = ()


OF_LOGS: tuple[Rule, ...] = (start_error, log_signature)
OF_EXITS: tuple[Rule, ...] = (stopped_by_probe, silent_crash, exit_code_cause)

# Classes that are not named here are told by their symptom; so is what no rule knows.
RULES: dict[FailureClass, Group] = {
    FailureClass.UNSCHEDULABLE: Group(specific=(scheduling,)),
    FailureClass.IMAGE_PULL: Group(specific=(image_pull,)),
    FailureClass.START_ERROR: Group(specific=(start_error,)),
    FailureClass.OOM_KILLED: Group(specific=(oom_killed,)),
    FailureClass.CRASH_LOOP: Group(specific=OF_LOGS, general=OF_EXITS),
    # The exit code is how the kubelet ended it.
    FailureClass.DEADLINE: Group(specific=OF_LOGS),
    FailureClass.POD_FAILED: Group(specific=OF_LOGS, general=OF_EXITS),
}
ONLY_SYMPTOM = Group(specific=())
ORDER = {failure_class: place for place, failure_class in enumerate(FailureClass)}

# The classes of failure that a log would explain.
LOGGED = (FailureClass.CRASH_LOOP, FailureClass.OOM_KILLED, FailureClass.POD_FAILED)

# How many pods are named where several fail alike.
NAMED = 5


def diagnose(facts: Facts) -> Diagnosis:
    """Every cause that the rules know, what could not be read, and how bad it is.

    Causes come in the order of FailureClass, init containers before main ones; what an owner says
    of its pods comes after what the pods show themselves. What several pods have alike is one
    cause. Total: an object with missing fields gives a symptom, no error.
    """
    cases = [Case(facts, found, failure) for found in facts.all for failure in found.failures]
    cases.sort(key=_order)
    found = [(case, cause) for case in cases for cause in _causes(case)]
    return Diagnosis(
        causes=tuple(_merged(found)),
        unavailable=tuple(dict.fromkeys(_unavailable(facts, cases))),
        severity=severity(facts),
    )


def _order(case: Case) -> tuple[bool, int, bool]:
    init = case.container is not None and case.container.init
    return follows_pods(case), ORDER[case.failure.failure_class], not init


def _causes(case: Case) -> list[Cause]:
    group = RULES.get(case.failure.failure_class, ONLY_SYMPTOM) if case.is_pod else ONLY_SYMPTOM
    found = [cause for rule in group.specific for cause in rule(case)]
    if found:
        return found
    rules = (*group.general, symptom)
    return next(causes for rule in rules if (causes := list(rule(case))))


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
    for pod in facts.pods:
        if pod.events is not None and not pod.events:
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
