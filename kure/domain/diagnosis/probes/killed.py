"""The kubelet stops a container because a probe of it fails."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.probes.answer import Answer, cause_of, newest_answer
from kure.domain.diagnosis.probes.not_ready import probe_cause
from kure.domain.diagnosis.probes.probe import LIVENESS, STARTUP, Probe, container_spec
from kure.domain.diagnosis.runs import evidence_of_end, exit_code_of, meaning_of
from kure.domain.failures.match import last_end
from kure.domain.manifests import Container, Manifest

# Kubelets stop writing an event that they repeat: https://github.com/kubernetes/client-go/blob/v0.34.0/tools/record/events_cache.go
STILL_TELLS = timedelta(minutes=15)


@dataclass(frozen=True)
class Killer:
    """Who stopped a container: `said` is in the message of its Killing event, in lower case."""

    rule: str
    field: str
    said: str
    what: str
    fix: str


KILLERS = (
    Killer(
        rule="E01",
        field=LIVENESS,
        said="failed liveness probe",
        what="liveness probe",
        fix="Find out why the liveness probe fails; if the program only needs longer, raise its "
        "timeoutSeconds or failureThreshold.",
    ),
    Killer(
        rule="E03",
        field=STARTUP,
        said="failed startup probe",
        what="startup probe",
        fix="Find out why the startup probe fails; if the program only starts slowly, raise its "
        "failureThreshold.",
    ),
)


def stopped_by_probe(case: Case) -> Iterator[Cause]:
    """The kubelet says that it stopped the container, and by which probe; why that fails is told by
    what it answered."""
    code = exit_code_of(case.container)
    if case.container is None or code is None:
        return
    for event in case.events("Killing"):
        for killer in KILLERS:
            if killer.said in manifests.text(event.get("message")).lower():
                if _tells_of_the_end(event, case.container, code):
                    yield _killed(case, case.container, code, killer, event)
                return


def _tells_of_the_end(event: Manifest, container: Container, code: int) -> bool:
    """Programs that end on SIGTERM by themselves have any code: then the event must be of this very
    run. Of one that ended without an error, a repeated event may be a little older."""
    if code in (137, 143):
        return True
    told, end = manifests.event_time(event), last_end(container)
    started, ended = (manifests.time_of(end.get(key)) for key in ("startedAt", "finishedAt"))
    if told is None or started is None or ended is None:
        return False
    since = started - STILL_TELLS if code == 0 else started
    return since <= told <= ended + timedelta(seconds=2)


def _killed(case: Case, container: Container, code: int, killer: Killer, event: Manifest) -> Cause:
    answer = newest_answer(case, killer.field)
    if answer is None:
        answer = Answer(case, Probe(killer.field, container_spec(case)), "", known=False)
    told = probe_cause(answer) if answer.known else None
    cause = told or _general(answer, killer)
    killed = f"The kubelet stopped it because its {killer.what} failed."
    return replace(
        cause,
        confidence=_at_least_likely(cause),
        explanation=f"{killed} {cause.explanation} {meaning_of(container, code)}",
        evidence=(
            case.from_event(event),
            *cause.evidence,
            *evidence_of_end(case, container),
        ),
    )


def _at_least_likely(cause: Cause) -> Confidence:
    """Who ended it is known, even where the probe's answer tells nothing."""
    symptom = cause.confidence is Confidence.SYMPTOM
    return Confidence.LIKELY if symptom else cause.confidence


def _general(answer: Answer, killer: Killer) -> Cause:
    return cause_of(
        answer,
        killer.rule,
        f"{answer.case.container_label} is stopped because its {killer.what} fails",
        "What it was answered does not tell why.",
        killer.fix,
        confidence=Confidence.LIKELY,
    )
