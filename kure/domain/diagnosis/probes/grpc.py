"""What a gRPC health check was answered (E10)."""

import re

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.probes.answer import Answer, cause_of, sockets_command
from kure.domain.diagnosis.probes.listening import command_line, listening, passes
from kure.domain.diagnosis.probes.probe import probes_of

UNIMPLEMENTED = re.compile(r"does not implement the grpc health protocol|Unimplemented", re.I)
UNKNOWN_SERVICE = re.compile(r"code = NotFound|unknown service|SERVICE_UNKNOWN", re.IGNORECASE)
UNHEALTHY = re.compile(r'service unhealthy \(responded with "(?P<status>\w{1,40})"', re.IGNORECASE)

# The client has come no further than to make a connection.
NO_CONNECTION = re.compile(
    r"server preface|waiting for connections to become ready|new LB policy|latest balancer error",
    re.IGNORECASE,
)
UNANSWERED = re.compile(r"failed to connect service|health rpc did not complete", re.IGNORECASE)
# Servers for HTTP/1 by their names. Those that may serve gRPC as well are not among them.
HTTP_SERVERS = re.compile(
    r"\bhttp\.server\b|\bhttpd\b|\bhttp-server\b|\bapache2?\b|\b(?:gunicorn|uvicorn|flask)\b",
    re.IGNORECASE,
)
UNREACHED = re.compile(r"failed to connect service", re.IGNORECASE)
# Nobody takes the connection at all.
NOBODY = re.compile(r"refused|dial tcp|no route to host|unreachable", re.IGNORECASE)
# A connection that ends says nothing of what is spoken on it.
CUT_OFF = re.compile(r"\bEOF\b|connection reset|closed network|refused", re.IGNORECASE)


# What gRPC's client says of a server that speaks something else.
OTHER_WORDS = re.compile(
    r"error reading server preface|HTTP/1\.|http2: (?:failed reading|frame too large)"
    r"|unexpected HTTP status|malformed header|received unexpected content-type"
    r"|code = (?:Unknown|Internal|Unavailable) desc = unexpected",
    re.IGNORECASE,
)


def speaks_otherwise(answer: Answer) -> Cause | None:
    """E09: something answers, and not in gRPC."""
    said = OTHER_WORDS.search(answer.text) if answer.probe.handler == "grpc" else None
    if said is None or CUT_OFF.search(answer.text):
        return None
    http = re.search(r"HTTP/1|frame|HTTP status|content-type", answer.text, re.IGNORECASE)
    speaks = "HTTP" if http else "no gRPC"
    return cause_of(
        answer,
        "E09",
        f"{answer.label} asks port {answer.probe.port} by gRPC, and it speaks {speaks}",
        f"Something answers on port {answer.probe.port}, and not as a gRPC server does: it speaks "
        f"{speaks}.",
        "Ask the port of its gRPC server; for an HTTP server use an httpGet probe, for any other "
        "a tcpSocket probe.",
        confidence=Confidence.DEFINITIVE,
        patch=_other_probe(answer),
    )


def _other_probe(answer: Answer) -> Patch | None:
    """What another probe of the container asks and is answered, else a connection, which is all
    that is known to be taken."""
    template, place, port = answer.case.template, answer.place, answer.probe.port
    if template is None or place is None or port is None:
        return None
    others = (
        other
        for other in probes_of(answer.container)
        if other.handler == "httpGet" and other.port == port and passes(answer.case, other)
    )
    other = next(others, None)
    handler, action = ("httpGet", other.action) if other else ("tcpSocket", {"port": port})
    return template.patch(
        *template.drop((*place, "grpc")), *template.put((*place, handler), action)
    )


def silent_to_grpc(answer: Answer) -> Cause | None:
    """E10: no gRPC connection comes about, and it is not said that nobody takes one."""
    if answer.probe.handler != "grpc" or NOBODY.search(answer.text):
        return None
    for_http = _serves_http(answer) and UNANSWERED.search(answer.text)
    if not for_http and not NO_CONNECTION.search(answer.text):
        return None
    port = answer.probe.port
    return cause_of(
        answer,
        "E10",
        f"{answer.label} gets no gRPC connection on port {port}",
        f"What is asked on port {port} gives no gRPC answer within {answer.probe.timeout} s: it "
        "speaks another protocol (HTTP/1, TLS), or hangs.",
        "See what listens on that port. Ask the port of its gRPC server; for an HTTP server use an "
        "httpGet probe, for one with TLS a tcpSocket probe. Raise timeoutSeconds only if it is a "
        "gRPC server that is slow.",
    )


def no_answer_by_grpc(answer: Answer) -> Cause | None:
    """E10, where nothing is known of the port. The kubelet gives the same words whether nobody
    takes the connection or what does so speaks otherwise."""
    text = answer.text
    if answer.probe.handler != "grpc" or not UNREACHED.search(text) or NOBODY.search(text):
        return None
    port = answer.probe.port
    return cause_of(
        answer,
        "E10",
        f"{answer.label} gets no gRPC connection on port {port}",
        f"No gRPC connection to port {port} came about within {answer.probe.timeout} s, and it is "
        "not said why: nothing listens there, or what does speaks another protocol (HTTP/1, TLS), "
        "or hangs.",
        "See whether something listens on that port and what it speaks. Ask the port of its gRPC "
        "server; for an HTTP server use an httpGet probe, for one with TLS a tcpSocket probe.",
        commands=(sockets_command(answer.case),),
    )


def _serves_http(answer: Answer) -> bool:
    line = " ".join(command_line(answer.container))[:10_000]
    return HTTP_SERVERS.search(line) is not None and "grpc" not in line.lower()


def no_grpc(answer: Answer) -> Cause | None:
    """The container listens on the port, and no gRPC connection comes about within the time."""
    if answer.probe.handler != "grpc" or not UNREACHED.search(answer.text):
        return None
    found = listening(answer.case, answer.probe)
    if found is None or not found.sure or found.port != answer.probe.port or found.local:
        return None
    return cause_of(
        answer,
        "E10",
        f"{answer.label} gets no gRPC connection on port {found.port}",
        f"The container listens on port {found.port} ({found.why}), and what listens there does "
        f"not speak gRPC without TLS, or takes longer than {answer.probe.timeout} s.",
        "Ask the port of its gRPC server; a grpc probe knows no TLS, use a tcpSocket probe for "
        "such a server. Raise timeoutSeconds if it is only slow.",
        evidence=(found.evidence,),
    )


def grpc_answer(answer: Answer) -> Cause | None:
    if answer.probe.handler != "grpc":
        return None
    if UNIMPLEMENTED.search(answer.text):
        return _unimplemented(answer)
    if UNKNOWN_SERVICE.search(answer.text):
        return _unknown_service(answer)
    unhealthy = UNHEALTHY.search(answer.text)
    return cause_of(
        answer,
        "E10",
        f"{answer.label}: the gRPC server says {unhealthy['status']}"
        if unhealthy
        else f"{answer.label}: the gRPC server gives no good health",
        "The server is reached, and its health service says that it does not serve.",
        "Read its log for what it still waits for or has lost; the health service reports what the "
        "program sets.",
    )


def _unimplemented(answer: Answer) -> Cause:
    """A connection is all that can be asked of a server without the health protocol."""
    template, place, port = answer.case.template, answer.place, answer.probe.port
    patch = None
    if template and place and port:
        steps = template.drop((*place, "grpc"))
        patch = template.patch(*steps, *template.put((*place, "tcpSocket"), {"port": port}))
    return cause_of(
        answer,
        "E10",
        f"{answer.label} asks a gRPC server that has no health service",
        f"The server on port {port} does not implement grpc.health.v1.Health, which a grpc probe "
        "asks.",
        "Register the standard health service in the server, or use a tcpSocket probe.",
        confidence=Confidence.DEFINITIVE,
        patch=patch,
    )


def _unknown_service(answer: Answer) -> Cause:
    service = manifests.text(answer.probe.action.get("service"))
    template, place = answer.case.template, answer.place
    patch = None
    if template and place and service:
        patch = template.patch(
            *template.drop((*place, "grpc", "service")),
            note="It asks for the health of the server as a whole.",
        )
    return cause_of(
        answer,
        "E10",
        f'{answer.label} asks for gRPC service "{service}", which the server does not know',
        f'The health service of the server has no status for "{service}".',
        "Correct the probe's service, leave it out to ask for the whole server, or set the status "
        "of that service in the program.",
        confidence=Confidence.DEFINITIVE,
        patch=patch,
    )
