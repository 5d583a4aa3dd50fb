"""A probe that is too early or too impatient: E03, E07, E11."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kure.domain import manifests, quantities
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.probes.answer import Answer, cause_of, log_command
from kure.domain.diagnosis.probes.listening import listening
from kure.domain.diagnosis.probes.ports import REFUSED
from kure.domain.diagnosis.probes.probe import LIVENESS, STARTUP
from kure.domain.diagnosis.runs import crash_log
from kure.domain.failures.match import last_end, run_length

TIMED_OUT = re.compile(
    r"Client\.Timeout exceeded|context deadline exceeded|timed out|i/o timeout|DeadlineExceeded"
    r"|request canceled",
    re.IGNORECASE,
)
NO_CONNECTION = re.compile(
    r"dial tcp \S{1,100} i/o timeout|no route to host|network is unreachable|host is down"
    r"|canceled while waiting for connection",
    re.IGNORECASE,
)
STARTING = re.compile(
    r"\b(?:start(?:s|ing)?|init(?:ializ|ialis)\w{1,6}|load(?:s|ing)|warm(?:s|ing)?|migrat\w{1,6}"
    r"|boot(?:s|ing)?|prepar(?:e|es|ing)|recover(?:s|ing|y)|replay(?:s|ing)?|restor(?:es|ing)"
    r"|building|compil(?:es|ing)|import(?:s|ing)|sync(?:s|ing)|index(?:es|ing)|wait(?:s|ing)?)\b",
    re.IGNORECASE,
)
STARTED = re.compile(r"\b(?:started|ready|listening|up and running|serving|accepting)\b", re.I)
SLEEPS = re.compile(r"\bsleep (?P<seconds>\d{1,4})\b")

# What is not in a loop, and something has to come after it.
NAP = re.compile(
    r"\bsleep (?P<seconds>\d{1,4})s?[ \t]{0,20}(?:;|&&|\n)\s{0,20}"
    r"(?!done\b|exit\b|kill\b|false\b)\S",
)
LOOP = re.compile(r"\b(?:while|until|for)\b")
MOST_COMMAND = 4096

# What is proposed: a startup probe of five minutes, and a timeout of five seconds.
PATIENT: dict[str, Any] = {"periodSeconds": 10, "failureThreshold": 30}
FIVE_MINUTES = 300
TIMEOUT = 5
LITTLE_CPU = Decimal("0.5")
SLACK = timedelta(seconds=10)
STARTUP_FIELDS = ("httpGet", "tcpSocket", "exec", "grpc", "timeoutSeconds")


def killed_while_starting(answer: Answer) -> Cause | None:
    """E11, E03: each run ends at the first moment at which the probe may end it, so that it has
    never passed, and what is known of the program says that it only needs longer."""
    probe, container = answer.probe, answer.case.container
    if probe.field not in (LIVENESS, STARTUP) or container is None or not last_end(container):
        return None
    if probe.field == LIVENESS and container.spec.get(STARTUP):
        return None
    ran = run_length(last_end(container))
    progress = _progress(answer) or _nap(answer, ran)
    # Nothing but a program that takes its time runs until just then, time after time.
    waits = REFUSED.search(answer.text) or TIMED_OUT.search(answer.text)
    if not timedelta(0) < ran <= _first_chance(answer) or not (progress or waits):
        return None
    if not progress and not _port_is_right(answer):
        return None
    said = ""
    if progress:
        what = "log had got to" if progress.source == "log" else "command only waits at first"
        said = f' Its {what}: "{progress.text}".'
    seconds = round(ran.total_seconds())
    made = _startup_patch if probe.field == STARTUP else _new_startup_probe
    return cause_of(
        answer,
        "E03" if probe.field == STARTUP else "E11",
        f"{answer.case.container_label} is killed by its {probe.field} while it still starts",
        f"Its last run was ended after {seconds} s, which is when the probe can end it at the "
        f"earliest ({probe.budget} s after the start and what it takes to stop): it has not passed "
        f"once.{said}",
        _fix(answer),
        evidence=(progress,) if progress else (),
        commands=(log_command(answer.case, previous=True),),
        patch=made(answer),
    )


def _fix(answer: Answer) -> str:
    if answer.probe.field == STARTUP:
        return "Raise failureThreshold of the startupProbe to more time than its start takes."
    return (
        "Give it a startupProbe that waits as long as its start may take (until it passes, the "
        "livenessProbe is not asked), or raise initialDelaySeconds of the livenessProbe."
    )


def _first_chance(answer: Answer) -> timedelta:
    grace = answer.probe.spec.get("terminationGracePeriodSeconds")
    grace = (
        grace
        if grace is not None
        else manifests.spec(answer.case.pod).get("terminationGracePeriodSeconds")
    )
    stops = manifests.number(grace)
    stops = 30 if stops is None else max(0, stops)
    budget = min(answer.probe.budget, 86_400) + min(stops, 3600)
    return timedelta(seconds=budget + answer.probe.timeout) + SLACK


def _progress(answer: Answer) -> EvidenceLine | None:
    """The last line of the log of the run that ended, where it tells of a start that goes on."""
    log = crash_log(answer.case)
    text = (log.text or "") if log else ""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line]
    if not log or not lines or any(STARTED.search(line[:500]) for _, line in lines[-20:]):
        return None
    number, line = lines[-1]
    if not STARTING.search(line[:500]):
        return None
    subject = f"{answer.case.subject}/{log.container}/{log.stream}"
    return EvidenceLine("log", subject, str(number), answer.case.quote(log.line(number)))


def _nap(answer: Answer, ran: timedelta) -> EvidenceLine | None:
    """A command that sleeps for longer than the run lasted before it starts what serves."""
    for field in ("command", "args"):
        found = answer.container.get(field)
        for index, word in enumerate(found if isinstance(found, list) else []):
            slept = NAP.search(word[:MOST_COMMAND]) if isinstance(word, str) else None
            if not slept or LOOP.search(word[: slept.start()]):
                continue
            if timedelta(seconds=int(slept["seconds"])) + SLACK >= ran:
                path = f"{answer.case.spec_path}.{field}[{index}]"
                return answer.case.from_pod(path, answer.case.quote(word, 200))
    return None


def _port_is_right(answer: Answer) -> bool:
    found = listening(answer.case, answer.probe)
    return found is not None and found.port == answer.probe.port and not found.local


def _new_startup_probe(answer: Answer) -> Patch | None:
    template, place, spec = answer.case.template, answer.place, answer.probe.spec
    if template is None or place is None:
        return None
    probe = {field: spec[field] for field in STARTUP_FIELDS if field in spec} | PATIENT
    return template.patch(
        *template.put((*place[:-1], STARTUP), probe),
        note=f"It gives the container {FIVE_MINUTES} s to start; give it more if it needs more.",
    )


def _startup_patch(answer: Answer) -> Patch | None:
    period = max(1, manifests.number(answer.probe.spec.get("periodSeconds")) or 10)
    wanted = max(FIVE_MINUTES, 3 * answer.probe.budget)
    tries = -(-wanted // period)
    return answer.patch(
        (("failureThreshold",), tries),
        note=f"It gives the container {tries * period} s to start; give it more if it needs more.",
    )


def startup_too_short(answer: Answer) -> Cause | None:
    """E03, where no rule tells why the startup probe has not passed within its time."""
    if answer.probe.field != STARTUP:
        return None
    return cause_of(
        answer,
        "E03",
        f"{answer.label} does not pass within its {answer.probe.budget} s",
        f"Its failureThreshold and periodSeconds give the program {answer.probe.budget} s to "
        "start; it took longer, or would never have passed.",
        "If it only starts slowly, raise failureThreshold; else mend what it answers to the probe.",
        commands=(log_command(answer.case, previous=True),),
    )


def no_connection(answer: Answer) -> Cause | None:
    """E07: not the program is slow, but nothing comes back from its address at all."""
    if not NO_CONNECTION.search(answer.text):
        return None
    return cause_of(
        answer,
        "E07",
        f"{answer.label} gets no connection to port {answer.probe.port}",
        "No answer came from the pod's address, not even a refusal: packets from the node to the "
        "pod are dropped, or the program's queue of connections is full.",
        "Check what may drop them: a NetworkPolicy that keeps the node out, a firewall in the "
        "container, the network plugin on the node; then whether the program still takes "
        "connections.",
    )


def too_slow(answer: Answer) -> Cause | None:
    """E07: the answer does not come within timeoutSeconds."""
    probe = answer.probe
    if not TIMED_OUT.search(answer.text):
        return None
    limit = _cpu_limit(answer)
    throttled = f" Its CPU limit is {limit}, which may be what makes it slow." if limit else ""
    patch, wanted = None, _wanted_timeout(answer)
    if probe.timeout < wanted:
        note = f"It waits {wanted} s for an answer; see why the program takes longer than before."
        patch = answer.patch((("timeoutSeconds",), wanted), note=note)
    return cause_of(
        answer,
        "E07",
        f"{answer.label} gets no answer within {probe.timeout} s",
        f"The program takes longer to answer than timeoutSeconds ({probe.timeout}) allows: it is "
        f"slow, busy or hangs.{throttled}",
        "Raise timeoutSeconds if such an answer may take longer; else find what it waits for when "
        "it is asked (its log; CPU that is throttled; a dependency).",
        confidence=Confidence.LIKELY,
        evidence=(answer.case.from_pod(f"{answer.case.spec_path}.resources.limits.cpu", limit),)
        if limit
        else (),
        patch=patch,
    )


def _wanted_timeout(answer: Answer) -> int:
    """More than what a command of the probe itself sleeps."""
    naps = [int(found["seconds"]) for found in SLEEPS.finditer(" ".join(answer.probe.command))]
    return max(TIMEOUT, sum(naps) + TIMEOUT if naps and sum(naps) <= 60 else 0)


def _cpu_limit(answer: Answer) -> str:
    """Where it is below half a CPU."""
    limits = manifests.mapping(answer.container.get("resources")).get("limits")
    limit = manifests.mapping(limits).get("cpu")
    amount = quantities.parse(limit)
    return str(limit) if amount is not None and amount < LITTLE_CPU else ""
