"""Why a container keeps ending: group C of the rules, and starts that fail (group B)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from kure.domain import manifests
from kure.domain.diagnosis.exit_codes import exit_code
from kure.domain.diagnosis.facts import CURRENT, PREVIOUS, Case, Log
from kure.domain.diagnosis.log_lines import last_complaints, last_line
from kure.domain.diagnosis.log_rules import LOG_RULES, LogRule
from kure.domain.diagnosis.messages import cause_from, first_match
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.start_error_rules import START_RULES, START_UNKNOWN
from kure.domain.failures.match import end_path, last_end
from kure.domain.manifests import Container, Manifest

# The program never ran: the runtime's message says why, and there is no log.
START_ERRORS = ("StartError", "ContainerCannotRun", "RunContainerError")

Line = tuple[int, str]


def start_error(case: Case) -> Iterator[Cause]:
    """The runtime could not start the program: B10, B11, else its own words."""
    if case.container is None:
        return
    path, message = _refused_start(case.container)
    if not message:
        return
    row, found = first_match(START_RULES, message) or (START_UNKNOWN, {})
    values = _values(case, case.container) | {"message": case.quote(message, 600)} | found
    yield cause_from(row, case, values, (case.from_pod(f"{path}.message", message),))


def _refused_start(container: Container) -> tuple[str, str]:
    """Where the runtime's message stands, and the message; '' where it started the program."""
    waiting = container.state("waiting")
    places = (
        (end_path(container), last_end(container)),
        (f"{container.path}.state.waiting", waiting),
    )
    for path, state in places:
        message = manifests.text(state.get("message"))
        if state.get("reason") in START_ERRORS and message:
            return path, message
    return "", ""


def log_signature(case: Case) -> Iterator[Cause]:
    """The first row that knows the log of the run that ended, if the program ended by itself."""
    code, log = _code(case.container), crash_log(case)
    if case.container is None or code is None or not exit_code(code).own:
        return
    if log is None or not log.text:
        return
    for row in LOG_RULES:
        match = row.last_match(log.text)
        if match:
            yield _from_log(row, case, case.container, log, *match)
            return


def stopped_by_probe(case: Case) -> Iterator[Cause]:
    """SIGTERM or SIGKILL (C04, C03), and an event says who sent it."""
    code = _code(case.container)
    if case.container is None or code not in (137, 143):
        return
    for event in case.events("Killing"):
        for killer in KILLERS:
            if killer.said in manifests.text(event.get("message")).lower():
                yield _killed(case, case.container, code, killer, event)
                return


def silent_crash(case: Case) -> Iterator[Cause]:
    """C34: the log was read and is empty, so that nothing but the exit code is known."""
    code, log = _code(case.container), crash_log(case)
    if case.container is None or code is None or not exit_code(code).silent:
        return
    if log is None or log.text is None or log.text.strip():
        return
    yield Cause(
        rule="C34",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=f"{case.container_label} exits with code {code} and logs nothing",
        explanation=f"{_meaning(case.container, code)} It wrote nothing to its log.",
        confidence=Confidence.SYMPTOM,
        evidence=tuple(_evidence(case, case.container)),
        fix="Make the program say why it ends: log to standard output, raise the log level, or run "
        "the image by hand with the same command and environment.",
    )


def exit_code_cause(case: Case) -> Iterator[Cause]:
    """What the exit code alone says, with the last lines of the log that complain."""
    code, log = _code(case.container), crash_log(case)
    if case.container is None or code is None:
        return
    known = exit_code(code)
    text = log.text if log and log.text and known.own else ""
    lines = _as_shown(log, last_complaints(text))
    last = _as_shown(log, last_line(text))
    ends = known.title.format(container=case.container_label, code=code)
    yield Cause(
        rule=known.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=f"{ends}: {case.quote(lines[-1][1], 120)}" if lines else ends,
        explanation=_meaning(case.container, code) + _quoted(case, lines, last),
        confidence=known.confidence,
        evidence=(
            *_evidence(case, case.container),
            *_log_evidence(case, log, lines or last),
        ),
        fix=known.fix,
    )


def crash_log(case: Case) -> Log | None:
    """The log of the run that ended: `current` while that is the present state, else `previous`.

    The other one stands in where that could not be read: an earlier crash of the same program.
    """
    ended = case.container is not None and bool(case.container.state("terminated"))
    order = (CURRENT, PREVIOUS) if ended else (PREVIOUS, CURRENT)
    found = [log for log in map(case.log, order) if log is not None]
    return next((log for log in found if log.text is not None), found[0] if found else None)


def how_it_ran(container: Container) -> str:
    """`It ran for 3 s, ended at 20:17:31 UTC on 2026-11-23 and has been restarted 4 times.`"""
    ended = last_end(container)
    parts = []
    start, end = (manifests.time_of(ended.get(key)) for key in ("startedAt", "finishedAt"))
    if start and end:
        parts.append(f"ran for {_duration(start, end)}")
    if end:
        parts.append(f"ended at {end:%H:%M:%S} UTC on {end:%Y-%m-%d}")
    count = container.restart_count
    times = "once" if count == 1 else f"{count} times"
    parts.append(f"has been restarted {times}" if count else "has not been restarted")
    return "It " + ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] + "."


def _duration(start: datetime, end: datetime) -> str:
    seconds = max(0, round((end - start).total_seconds()))
    if seconds < 1:
        return "less than a second"
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def _code(container: Container | None) -> int | None:
    return manifests.number(last_end(container).get("exitCode")) if container else None


def _values(case: Case, container: Container) -> dict[str, str]:
    return {
        "container": case.container_label,
        "image": manifests.text(container.spec.get("image")),
        "code": str(_code(container)),
        "program": "",
        "directory": "",
    }


def _from_log(
    row: LogRule, case: Case, container: Container, log: Log, number: int, groups: dict[str, str]
) -> Cause:
    line = log.line(number)
    # Where the words are not in the line as it may be shown, a part of them was redacted.
    what = case.quote(groups["what"] if groups["what"] in line else line, 160)
    values = _values(case, container) | groups | {"what": what}
    return Cause(
        rule=row.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(row.title.format_map(values), 200),
        explanation=f'Line {number} of its log says: "{what}". '
        f"{row.explanation.format_map(values)} Its exit code was {values['code']}. "
        f"{how_it_ran(container)}",
        confidence=Confidence.LIKELY,
        evidence=(
            *_log_evidence(case, log, [(number, line)]),
            *_evidence(case, container),
        ),
        fix=row.fix.format_map(values),
    )


def _meaning(container: Container, code: int) -> str:
    text = f"Exit code {code}: {exit_code(code).meaning}. {how_it_ran(container)}"
    if container.init and not container.sidecar:
        text += " The containers after it wait until it ends without an error."
    return text


def _as_shown(log: Log | None, lines: list[Line]) -> list[Line]:
    return [(number, log.line(number)) for number, _ in lines] if log else []


def _quoted(case: Case, complaints: list[Line], last: list[Line]) -> str:
    for lines, what in ((complaints, "that complains "), (last, "")):
        if lines:
            number, line = lines[-1]
            return f' The last line of its log {what}is line {number}: "{case.quote(line, 300)}".'
    return ""


def _evidence(case: Case, container: Container) -> Iterator[EvidenceLine]:
    path, ended = end_path(container), last_end(container)
    reason = manifests.text(ended.get("reason"))
    yield case.from_pod(path, f"{reason}, exit code {ended.get('exitCode')}".strip(", "))
    said = manifests.text(ended.get("message"))
    if said:
        yield case.from_pod(f"{path}.message", said)


def _log_evidence(case: Case, log: Log | None, lines: Iterable[Line]) -> Iterator[EvidenceLine]:
    for number, line in lines if log else ():
        subject = f"{case.subject}/{log.container}/{log.stream}" if log else ""
        yield EvidenceLine("log", subject, str(number), case.quote(line))


@dataclass(frozen=True)
class Killer:
    """Who stopped a container: `said` is in the message of its Killing event, in lower case."""

    said: str
    title: str
    explanation: str
    fix: str


KILLERS = (
    Killer(
        said="failed liveness probe",
        title="{container} is stopped because its liveness probe fails",
        explanation="The kubelet stopped it because its liveness probe failed.",
        fix="Find out why the liveness probe fails; if the program only needs longer, raise its "
        "timeoutSeconds or failureThreshold.",
    ),
    Killer(
        said="failed startup probe",
        title="{container} is stopped because its startup probe fails",
        explanation="The kubelet stopped it because its startup probe failed.",
        fix="Find out why the startup probe fails; if the program only starts slowly, raise its "
        "failureThreshold.",
    ),
)


def _killed(case: Case, container: Container, code: int, killer: Killer, event: Manifest) -> Cause:
    probes = islice(case.events("Unhealthy"), 1)
    return Cause(
        rule=exit_code(code).rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=killer.title.format(container=case.container_label),
        explanation=f"{killer.explanation} {_meaning(container, code)}",
        confidence=Confidence.LIKELY,
        evidence=(
            case.from_event(event),
            *(case.from_event(probe) for probe in probes),
            *_evidence(case, container),
        ),
        fix=killer.fix,
    )
