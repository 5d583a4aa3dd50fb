"""From the live objects of a failing workload to the causes, first to fix first.

To add a rule, write one function from a case to causes, name it in RULES under the class of failure
that it explains, and add a case to tests/cases/diagnosis. Where a table serves (messages, log
lines, exit codes), add a row instead.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

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
from kure.domain.diagnosis.model import Cause, Confidence, Diagnosis
from kure.domain.diagnosis.oom import oom_killed
from kure.domain.diagnosis.scheduling import scheduling
from kure.domain.diagnosis.severity import severity
from kure.domain.failures.model import FailureClass

Rule = Callable[[Case], Iterator[Cause]]


@dataclass(frozen=True)
class Group:
    """What explains one class of failure: all `specific` rules are asked; only where none knows,
    the `general` ones, of which the first that answers speaks."""

    specific: tuple[Rule, ...]
    general: tuple[Rule, ...] = ()


RULES: dict[FailureClass, Group] = {
    FailureClass.UNSCHEDULABLE: Group(specific=(scheduling,)),
    FailureClass.IMAGE_PULL: Group(specific=(image_pull,)),
    FailureClass.OOM_KILLED: Group(specific=(oom_killed,)),
    FailureClass.CRASH_LOOP: Group(
        specific=(start_error, log_signature),
        general=(stopped_by_probe, silent_crash, exit_code_cause),
    ),
}
ORDER = {failure_class: place for place, failure_class in enumerate(FailureClass)}

# The classes of failure that a log would explain.
LOGGED = (FailureClass.CRASH_LOOP, FailureClass.OOM_KILLED)

# How many pods are named where several fail alike.
NAMED = 5


def diagnose(facts: Facts) -> Diagnosis:
    """Every cause that the rules know, what could not be read, and how bad it is.

    Causes come in the order of FailureClass, init containers before main ones. What several pods
    have alike is one cause. Total: an object with missing fields gives a symptom, no error.
    """
    cases = [Case(facts, pod, failure) for pod in facts.pods for failure in pod.failures]
    cases.sort(key=_order)
    found = [(case, cause) for case in cases for cause in _causes(case)]
    return Diagnosis(
        causes=tuple(_merged(found)),
        unavailable=tuple(dict.fromkeys(_unavailable(facts, cases))),
        severity=severity(facts),
    )


def _order(case: Case) -> tuple[int, bool]:
    init = case.container is not None and case.container.init
    return ORDER[case.failure.failure_class], not init


def _causes(case: Case) -> list[Cause]:
    group = RULES[case.failure.failure_class]
    found = [cause for rule in group.specific for cause in rule(case)]
    if found:
        return found
    return next(
        (causes for rule in group.general if (causes := list(rule(case)))), [_symptom(case)]
    )


def _symptom(case: Case) -> Cause:
    """What Kubernetes calls it is all that is known."""
    failure = case.failure
    label = f"{case.container_label}: " if failure.container else ""
    reason = failure.reason or failure.failure_class
    message = case.quote(failure.message, 600)
    return Cause(
        rule="Z00",
        failure_class=failure.failure_class,
        container=failure.container,
        title=f"{label}{reason}",
        explanation=f"Kubernetes says {reason}"
        + (f": {message}" if message else ".")
        + " Nothing that could be read tells why.",
        confidence=Confidence.SYMPTOM,
        evidence=(case.from_pod(failure.field, f"{reason} {message}".strip()),),
        fix=f"Look at {case.subject} (`kubectl describe`) while it fails.",
    )


def _merged(found: Iterable[tuple[Case, Cause]]) -> Iterator[Cause]:
    """One cause for what one fix mends, told of the pod that shows most of it."""
    alike: dict[tuple[str, str, str], list[tuple[Case, Cause]]] = {}
    for case, cause in found:
        alike.setdefault((cause.rule, cause.container, cause.fix), []).append((case, cause))
    for group in alike.values():
        _, told = max(group, key=lambda pair: len(pair[1].evidence))
        pods = list(dict.fromkeys(case.in_pod.name for case, _ in group))
        yield told if len(pods) == 1 else replace(told, explanation=_in_all(told, pods))


def _in_all(cause: Cause, pods: list[str]) -> str:
    more = len(pods) - NAMED
    names = ", ".join(pods[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{cause.explanation} The same in {len(pods)} pods: {names}."


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
    return f"No events of Pod/{pod.name}: the API server drops them after an hour or so"
