"""Why a probe does not pass: the rules, in the order in which they are asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.rules import names_dependency, readiness_follows
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.probes.answer import Answer, cause_of, newest_answer
from kure.domain.diagnosis.probes.commands import (
    denied_command,
    failing_command,
    missing_command,
)
from kure.domain.diagnosis.probes.grpc import (
    grpc_answer,
    no_answer_by_grpc,
    no_grpc,
    silent_to_grpc,
    speaks_otherwise,
)
from kure.domain.diagnosis.probes.http import (
    answers_an_error,
    closes,
    not_found,
    wrong_scheme,
)
from kure.domain.diagnosis.probes.ports import no_listener, other_host, unknown_name, wrong_port
from kure.domain.diagnosis.probes.probe import READINESS, STARTUP, Probe, container_spec
from kure.domain.diagnosis.probes.slow import (
    killed_while_starting,
    no_connection,
    startup_too_short,
    too_slow,
)
from kure.domain.diagnosis.runs import who_waits

ProbeRule = Callable[[Answer], Cause | None]

# The first that answers speaks: what leaves no doubt stands first.
PROBE_RULES: tuple[ProbeRule, ...] = (
    unknown_name,
    missing_command,
    denied_command,
    other_host,
    wrong_scheme,
    wrong_port,
    speaks_otherwise,
    no_grpc,
    silent_to_grpc,
    killed_while_starting,
    no_answer_by_grpc,
    no_listener,
    no_connection,
    too_slow,
    not_found,
    answers_an_error,
    grpc_answer,
    closes,
    failing_command,
    startup_too_short,
)

# Where the program only says that it is not well: what it calls may be why (E13).
TELLS_OF_OTHERS = ("E02", "E06", "E08", "E10")


def probe_cause(answer: Answer) -> Cause | None:
    return next((cause for rule in PROBE_RULES if (cause := rule(answer))), None)


def unready(case: Case) -> Iterator[Cause]:
    """E02 and what is known more exactly: a container runs, and its readiness probe (or, before
    that, its startup probe) does not pass."""
    answer = newest_answer(case, READINESS, STARTUP)
    if answer is not None:
        cause = probe_cause(answer) or _unknown_answer(answer)
        unsaid = cause.rule in TELLS_OF_OTHERS and cause.confidence is not Confidence.DEFINITIVE
        others = list(readiness_follows(case)) if unsaid else []
        # What answers by itself is told first, where nothing but the spec speaks of others.
        if not others or (cause.rule == "E06" and not names_dependency(case)):
            yield cause
        yield from others
        return
    probe = Probe(READINESS, container_spec(case))
    if case.failure.container and probe.handler:
        silent = Answer(case, probe, "", known=False)
        yield unknown_name(silent) or wrong_port(silent) or _no_answer(silent)


def sidecar_not_started(case: Case) -> Iterator[Cause]:
    """E03 and what is known more exactly: the containers after a sidecar wait for its startup
    probe."""
    container = case.container
    answer = newest_answer(case, STARTUP) if container and container.sidecar else None
    cause = (probe_cause(answer) or _unknown_answer(answer)) if answer else None
    if container and cause:
        waits = who_waits(case.pod, container)
        yield replace(cause, explanation=f"{cause.explanation} {waits}".strip())


def _unknown_answer(answer: Answer) -> Cause:
    return cause_of(
        answer,
        "E02",
        f"{answer.label} does not pass"
        + (f": {answer.case.quote(answer.text, 120)}" if answer.text else ""),
        "The program does not answer as the probe wants it.",
        "Mend what the answer says, or correct the probe where it asks for the wrong thing.",
        confidence=Confidence.SYMPTOM,
    )


def _no_answer(answer: Answer) -> Cause:
    case = answer.case
    message = manifests.text(manifests.condition(case.pod, "Ready").get("message"))
    said = f'The pod says "{message}". ' if message else ""
    return cause_of(
        answer,
        "E02",
        f"{answer.label} does not pass, and no event tells what it was answered",
        f"{said}Kubernetes drops events after a while, an hour unless told otherwise, and repeats "
        "one that goes on only now and then.",
        "Ask the program what the probe asks it, from inside the pod, and read its log.",
        confidence=Confidence.SYMPTOM,
        commands=(),
    )
