"""What an HTTP probe was answered: another path (E05), an error (E06), the wrong scheme (E09)."""

import re
from operator import attrgetter

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.log_shapes import Level
from kure.domain.diagnosis.log_signals import signals_of
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.probes.answer import Answer, cause_of
from kure.domain.diagnosis.probes.listening import passes
from kure.domain.diagnosis.probes.probe import Probe, port_number, probes_of

STATUS = re.compile(r"statuscode: ?(?P<code>[1-5]\d\d)\b", re.IGNORECASE)
PLAIN = re.compile(
    r"server gave HTTP response to HTTPS client|first record does not look like a TLS"
    r"|oversized record received|tls: unsupported SSLv2|wrong version number",
    re.IGNORECASE,
)
MALFORMED = re.compile(r"malformed HTTP (?:response|status|version)", re.IGNORECASE)
ALERT = re.compile(r"\\x15\\x03")
HTTP2 = re.compile(r"\\x00\\x00.{0,12}\\x04|frame|http2", re.IGNORECASE)
CLOSED = re.compile(r"\bEOF\b|connection reset by peer|broken pipe", re.IGNORECASE)
# How many lines of the log that complain are shown.
SHOWN = 3
TLS_PORTS = (443, 6443, 8443, 9443)

HEALTH_PATH = re.compile(
    r"(?<![\w/.-])(?P<path>/(?:[\w-]{1,40}/){0,4}"
    r"(?:healthz?|readyz?|livez?|live|liveness|readiness|status|ping|health-check|healthcheck)"
    r"(?:/(?:live|ready|liveness|readiness))?)(?![\w/.-])"
)


def wrong_scheme(answer: Answer) -> Cause | None:
    """HTTPS is asked of a server that speaks HTTP, or the other way round."""
    if answer.probe.handler != "httpGet":
        return None
    if PLAIN.search(answer.text):
        return _scheme(answer, "HTTP", "the server there speaks plain HTTP", Confidence.DEFINITIVE)
    if MALFORMED.search(answer.text):
        if ALERT.search(answer.text):
            return _scheme(answer, "HTTPS", "the server there speaks TLS", Confidence.DEFINITIVE)
        return _no_http(answer)
    if answer.probe.scheme == "HTTP" and _is_for_tls(answer.probe):
        status = STATUS.search(answer.text)
        if CLOSED.search(answer.text) or (status and status["code"] == "400"):
            why = "the port is one for TLS, and a server for TLS answers so to plain HTTP"
            return _scheme(answer, "HTTPS", why, Confidence.LIKELY)
    return None


def _is_for_tls(probe: Probe) -> bool:
    ports = manifests.mappings(probe.container.get("ports"))
    names = {
        port_number(one.get("containerPort")): manifests.text(one.get("name")) for one in ports
    }
    named = names.get(probe.port) or manifests.text(probe.action.get("port"))
    return probe.port in TLS_PORTS or "https" in named or "tls" in named


def _scheme(answer: Answer, right: str, why: str, confidence: Confidence) -> Cause:
    return cause_of(
        answer,
        "E09",
        f"{answer.label} speaks {answer.probe.scheme} to a port that speaks {right}",
        f"The probe asks port {answer.probe.port} by {answer.probe.scheme}, and {why}.",
        f"Set the probe's scheme to {right}, or ask a port that speaks {answer.probe.scheme}.",
        confidence=confidence,
        patch=answer.patch((("httpGet", "scheme"), right)),
    )


def _no_http(answer: Answer) -> Cause:
    other = "HTTP/2 without TLS, as gRPC servers do" if HTTP2.search(answer.text) else "no HTTP"
    return cause_of(
        answer,
        "E09",
        f"{answer.label} asks port {answer.probe.port} by HTTP, and it speaks {other}",
        f"Something answered on port {answer.probe.port}, in words that are not HTTP/1.",
        "Ask the program's HTTP port; for a gRPC server use a `grpc` probe, for any other a "
        "`tcpSocket` probe.",
        confidence=Confidence.DEFINITIVE,
    )


def not_found(answer: Answer) -> Cause | None:
    """E05: the server is there and does not know the path."""
    status, probe = STATUS.search(answer.text), answer.probe
    if status is None or status["code"] not in ("404", "410") or probe.handler != "httpGet":
        return None
    right, why, evidence = _right_place(answer)
    patch = None
    if right:
        changed = [key for key in ("path", "port") if right.get(key) != probe.action.get(key)]
        patch = answer.patch(*((("httpGet", key), right[key]) for key in changed))
    elif not _paths_in_log(answer):
        patch = _asks_the_port(answer)
    return cause_of(
        answer,
        "E05",
        f"{answer.label} asks for path {probe.path}, which does not exist",
        f"The server on port {probe.port or probe.unknown_port} answers, and knows no {probe.path} "
        f"({status['code']}).{why}",
        f"Correct the probe's path {probe.path} to one that the program answers, or make it answer "
        "that one."
        + ("" if right or not patch else " Until then a tcpSocket probe can ask the port alone."),
        confidence=Confidence.DEFINITIVE,
        evidence=evidence,
        patch=patch,
    )


def _asks_the_port(answer: Answer) -> Patch | None:
    """A tcpSocket probe in its place: the server was reached."""
    place, template, port = answer.place, answer.case.template, answer.probe.action.get("port")
    if place is None or template is None or "host" in answer.probe.action:
        return None
    asked = {"port": port}
    steps = (*template.drop((*place, "httpGet")), *template.put((*place, "tcpSocket"), asked))
    return template.patch(
        *steps,
        note="Until the right path is known: it tells only that the port is open, not that the "
        "program is well.",
    )


Right = tuple[manifests.Manifest, str, tuple[EvidenceLine, ...]]


def _right_place(answer: Answer) -> Right:
    """Where another probe of the container asks and is answered; else the one path that its log
    names."""
    probe = answer.probe
    for other in probes_of(probe.container):
        same = (other.path, other.port) == (probe.path, probe.port)
        if other.handler == "httpGet" and not same and passes(answer.case, other):
            told = f"{answer.case.spec_path}.{other.field}"
            why = f" Its {other.field} ({other.asks}) passes."
            return other.action, why, (answer.case.from_pod(told, other.asks),)
    named = {path: line for path, line in _paths_in_log(answer) if path != probe.path}
    if len(named) == 1:
        ((path, line),) = named.items()
        return probe.action | {"path": path}, f' Its log names {path}: "{line.text}".', (line,)
    return {}, "", ()


def _paths_in_log(answer: Answer) -> list[tuple[str, EvidenceLine]]:
    """Paths for health in lines that are not about a path that is unknown, too."""
    case, found = answer.case, []
    for log in case.about.logs:
        if log.container != case.failure.container:
            continue
        for number, line in enumerate((log.text or "").split("\n")[:4000], 1):
            if "404" in line or "not found" in line.lower():
                continue
            for match in HEALTH_PATH.finditer(line[:500]):
                subject = f"{case.subject}/{log.container}/{log.stream}"
                shown = case.quote(log.line(number), 300)
                found.append((match["path"], EvidenceLine("log", subject, str(number), shown)))
    return found


# What a status says, by its first digit or as a whole.
MEANINGS = {
    "401": "the path wants credentials, which a probe does not send",
    "403": "the path is closed to whoever asks without credentials",
    "405": "the path does not take GET",
    "429": "the program turns requests away because there are too many",
    "400": "the program takes the request for a bad one; a server for TLS answers so to plain HTTP",
    "503": "the program says of itself that it cannot serve yet, or no longer",
    "502": "a proxy in the container gets no good answer from what is behind it",
    "504": "a proxy in the container gets no answer in time from what is behind it",
    "5": "the program meets an error when it is asked for its health",
    "3": "it sends the probe elsewhere",
    "4": "the program refuses the request",
}
FIX_SERVER = (
    "Read its log for why it answers so: often something that it needs (a database, another "
    "Service, a setting) is not there. Mend that; the probe only tells of it."
)
FIX_REQUEST = (
    "Ask for a path that answers 200 to an anonymous GET, or let the program answer so on this one."
)


def answers_an_error(answer: Answer) -> Cause | None:
    """E06: the program is there and says that it is not well."""
    status = STATUS.search(answer.text)
    if status is None:
        return None
    code = status["code"]
    meaning = MEANINGS.get(code) or MEANINGS.get(code[0]) or "which is no success"
    words, lines = complaints(answer)
    return cause_of(
        answer,
        "E06",
        f"{answer.label} is answered with status {code} on {answer.probe.path}",
        f"The program is reached, and {meaning}.{words}",
        FIX_SERVER if code[0] == "5" else FIX_REQUEST,
        confidence=Confidence.DEFINITIVE if code in ("401", "403", "405") else Confidence.LIKELY,
        evidence=lines,
    )


def closes(answer: Answer) -> Cause | None:
    """E06: the connection is taken, and ended without an answer."""
    if not CLOSED.search(answer.text):
        return None
    words, lines = complaints(answer)
    return cause_of(
        answer,
        "E06",
        f"{answer.label} is cut off on port {answer.probe.port} before it is answered",
        "The program takes the connection and ends it without an answer: it breaks off while it "
        f"answers, or speaks another protocol (TLS) on that port.{words}",
        "Read its log for what happens at that time; if the port is one for TLS, set the probe's "
        "scheme to HTTPS.",
        evidence=lines,
    )


def complaints(answer: Answer) -> tuple[str, tuple[EvidenceLine, ...]]:
    """What its present log complains of, the most telling first."""
    case = answer.case
    log = case.log("current") or case.log("previous")
    told = signals_of(log) if log and log.text else ()
    found = [signal for signal in told if signal.level is not Level.NONE][:SHOWN]
    if not found:
        return "", ()
    lines = tuple(signal.evidence(case) for signal in sorted(found, key=attrgetter("number")))
    first = found[0]
    return f' Its log complains in line {first.number}: "{first.quoted(case, 200)}".', lines
