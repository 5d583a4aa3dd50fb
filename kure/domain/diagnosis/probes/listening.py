"""On which port a container listens, as far as its log and its spec tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.probes.answer import FIELD_OF, SAID
from kure.domain.diagnosis.probes.probe import Probe, declared_ports, port_number, probes_of
from kure.domain.manifests import Manifest

LISTENS = re.compile(
    r"\b(?:listen(?:ing|s)?|serv(?:ing|er)|running|started|starting|bound|available|ready)\b",
    re.IGNORECASE,
)
AT = re.compile(
    r"(?:(?P<host>\d{1,3}(?:\.\d{1,3}){3}|localhost|\[[0-9a-f:]{2,39}\]|::1?|\*)|(?<![\w.\]])):"
    r"(?P<port>\d{2,5})\b"
    r"|(?:\bport\(?s?\)?[\"'\s=:]{1,4}|\b(?:on|at)\s)(?P<named>\d{2,5})\b(?![.:-]\w)",
    re.IGNORECASE,
)
# Where a line tells of the program as a client, or of a port that is not its main one.
ELSEWHERE = re.compile(
    r"\bconnect|upstream|\bdial|\bproxy(?:ing)? to|https?://\d*[a-z]|\bfrom \d|client|remote"
    r"|\b(?:GET|POST|HEAD) /",
    re.IGNORECASE,
)
ASIDE = re.compile(r"metric|admin|debug|pprof|manage", re.IGNORECASE)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")
LOCAL_URL = re.compile(r"https?://localhost", re.IGNORECASE)
MOST_LINES, LONGEST = 4000, 500

# Words of a command line that say where to listen, and those that speak of another's port.
FLAG = re.compile(
    r"(?<!\S)--?(?P<flag>[a-z][\w.-]{0,40})[=\s]\s?(?:[\w.\[\]:*-]{0,60}?:)?(?P<port>\d{2,5})(?![\w.])"
    r"|\bhttp\.server\s+(?P<module>\d{2,5})\b",
    re.IGNORECASE,
)
OWN_FLAG = re.compile(r"(?:^|-)(?:p|port|listen|bind|addr|address|lp)$", re.IGNORECASE)
OTHERS_FLAG = re.compile(r"db|redis|sql|metric|admin|remote|target|upstream|kafka|debug", re.I)
ENVIRONMENT = ("PORT", "HTTP_PORT", "SERVER_PORT", "APP_PORT", "LISTEN_PORT", "WEB_PORT")


@dataclass(frozen=True)
class Listening:
    """`why` ends a sentence: `its log says so`. `sure` where the program itself tells; `local`
    where it only takes connections from inside its pod."""

    port: int
    why: str
    evidence: EvidenceLine
    sure: bool = False
    local: bool = False


def listening(case: Case, probe: Probe) -> Listening | None:
    """The one port that the container listens on; None where nothing tells, or several could be
    meant. What the program writes counts before what its spec says."""
    for found in (
        _one(list(_logged(case)), probe),
        _one(list(_commanded(case, probe.container)), probe),
        _one(list(_set(case, probe.container)), probe),
        _one(list(_asked_elsewhere(case, probe)), probe),
        _one(list(_declared(case, probe.container)), probe),
    ):
        if found:
            return found
    return None


def _one(found: list[Listening], probe: Probe) -> Listening | None:
    """The one that the probe asks, where it is among them; else the only one."""
    asked = [one for one in found if one.port == probe.port]
    if asked:
        return next((one for one in asked if not one.local), asked[0])
    return found[-1] if len({one.port for one in found}) == 1 else None


def _logged(case: Case) -> Iterator[Listening]:
    """Of the newest log that tells. Ports for metrics and the like only where there is no other."""
    logs = [log for log in case.about.logs if log.container == case.failure.container and log.text]
    for log in sorted(logs, key=lambda log: log.stream):
        main: list[Listening] = []
        aside: list[Listening] = []
        for number, line in enumerate((log.text or "").split("\n")[:MOST_LINES], 1):
            for port, local in _ports_in(line[:LONGEST]):
                shown = log.line(number)
                subject = f"{case.subject}/{log.container}/{log.stream}"
                evidence = EvidenceLine("log", subject, str(number), case.quote(shown))
                why = f'line {number} of its log says "{case.quote(shown.strip(), 160)}"'
                found = Listening(port, why, evidence, sure=True, local=local)
                (aside if ASIDE.search(line[:LONGEST]) else main).append(found)
        if main or aside:
            yield from main or aside
            return


def _ports_in(line: str) -> Iterator[tuple[int, bool]]:
    verb = LISTENS.search(line)
    if not verb or ELSEWHERE.search(LOCAL_URL.sub("", line)):
        return
    # Structured lines may have the address before the words.
    for found in list(AT.finditer(line, verb.end())) or AT.finditer(line):
        port = port_number(found["port"] or found["named"])
        if port:
            # A URL with localhost in it is what many servers print for people, wherever they
            # listen.
            url = line[: found.start()].endswith("//") and found["host"] == "localhost"
            yield port, found["host"] in LOOPBACK and not url


def command_line(container: Manifest) -> list[str]:
    """The words of command and args."""
    found = []
    for field in ("command", "args"):
        words = container.get(field)
        found += [manifests.text(word) for word in words] if isinstance(words, list) else []
    return found


def _commanded(case: Case, container: Manifest) -> Iterator[Listening]:
    line = " ".join(command_line(container))[:10_000]
    for found in FLAG.finditer(line):
        flag, port = found["flag"] or "port", port_number(found["port"] or found["module"])
        if port and OWN_FLAG.search(flag) and not OTHERS_FLAG.search(flag):
            told = found.group().strip()
            evidence = case.from_pod(f"{case.spec_path}.args", told)
            yield Listening(port, f'its command line says "{case.quote(told, 80)}"', evidence)


def _set(case: Case, container: Manifest) -> Iterator[Listening]:
    for variable in manifests.mappings(container.get("env")):
        port, name = port_number(variable.get("value")), manifests.text(variable.get("name"))
        if port and name in ENVIRONMENT:
            evidence = case.from_pod(f"{case.spec_path}.env[name={name}]", str(port))
            yield Listening(port, f"its environment says {name}={port}", evidence)


def _asked_elsewhere(case: Case, probe: Probe) -> Iterator[Listening]:
    """The port of another probe of it that passes."""
    for other in probes_of(probe.container):
        if other.field != probe.field and other.port and passes(case, other):
            evidence = case.from_pod(f"{case.spec_path}.{other.field}", other.asks)
            yield Listening(other.port, f"its {other.field} asks there, and passes", evidence)


def _declared(case: Case, container: Manifest) -> Iterator[Listening]:
    for port in declared_ports(container):
        evidence = case.from_pod(f"{case.spec_path}.ports", f"containerPort {port}")
        yield Listening(port, "it is the only containerPort that it declares", evidence)


def passes(case: Case, probe: Probe) -> bool:
    """Whether a probe is known to pass: the container runs, and other probes than this one are told
    of. A startup probe tells itself."""
    if case.container is None or not case.container.is_running:
        return False
    if probe.field == "startupProbe":
        return case.container.status.get("started") is True
    events = list(case.events("Unhealthy"))
    failing = {
        FIELD_OF[said["kind"].lower()]
        for event in events
        if (said := SAID.search(manifests.text(event.get("message"))[:1000]))
    }
    return bool(failing) and probe.field not in failing
