"""Whom a program called: hosts and ports in a line of a log, and what a name means in a cluster."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from kure.domain.diagnosis.dependencies.troubles import HOST

PORT = r"(?P<port>\d{1,5})"
NAMED = rf"(?P<host>{HOST})\.?"
QUOTE = "[\"'`‘’“”]"  # noqa: RUF001
QUOTED = rf"{QUOTE}?{NAMED}(?::{PORT})?"
END = r"(?=[^\w./:-]|[.:](?:\s|$)|$)"

# How runtimes name whom they called; the more certain stand first.
SHAPES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\blookup {NAMED}(?: on |: )",
        rf"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) {NAMED}(?: \S{{1,253}}:{PORT})?",
        rf"\bhost={QUOTE}{NAMED}{QUOTE}, port={PORT}",
        rf"(?:server at|host(?:name)?) {QUOTE}{NAMED}{QUOTE}(?: \([^)]{{0,60}}\))?,? port {PORT}",
        rf"host (?:name )?{QUOTE}{NAMED}{QUOTE}",
        rf"UnknownHostException: (?:Failed to resolve )?{QUOTED}",
        rf"(?:bad address|resolve(?: host address| hostname| host| address)?:?"
        rf"|getaddrinfo for(?: host)?|server host|server on|host not found in upstream"
        rf"|DNS resolution failed for|can't find|unknown host:?) {QUOTED}{END}",
        rf"nc: (?:connect to )?{NAMED} \((?:[\d.]{{7,15}}|[0-9a-f:]{{3,39}})(?::{PORT})?\)",
        rf"connect to {NAMED}(?: \([^)]{{0,60}}\))? port {PORT}",
        rf"\b[a-z][a-z0-9+.-]{{1,20}}://(?:[^/\s@\"']{{0,300}}@)?{NAMED}(?::{PORT})?"
        r"(?=[/\s\"'?#,;:)\]]|$)",
        rf"\bhost={QUOTED}{END}",
        rf"(?<![\w./:@-]){NAMED}/[\d.]{{7,15}}:{PORT}",
        rf"(?:Name or service not known|Resource temporarily unavailable) \({NAMED}:{PORT}\)",
        rf"->{NAMED}:{PORT}",
        rf"(?:dial \w{{2,4}}|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|connecting to|connect to"
        rf"|connection to) {QUOTED}{END}(?! (?:at|on) )",
        rf"remote host \({NAMED}\)",
        rf"\('{NAMED}', {PORT}[,)]",
        rf"server at {QUOTE}{NAMED}{QUOTE}:{QUOTE}?{PORT}",
        rf"(?<![\w./:@-]){NAMED}:(?P<port>\d{{2,5}})(?!\w|:\w)",
    )
)
ALONE = re.compile(rf"\bport {PORT}\b", re.IGNORECASE)
# Words that stand where a host would.
NO_HOST = frozenset(
    "the a an any to of in on at port host server remote address upstream database null nil"
    " none undefined line errno error and or with tcp udp http https name resolve node".split()
)
SOURCE_FILE = re.compile(
    r"\.(?:go|py|js|mjs|cjs|ts|tsx|java|rb|php|c|cc|cpp|h|rs|cs|kt|scala|ex|erl|lua|sh|conf|yaml"
    r"|yml|json|log)$",
    re.IGNORECASE,
)
# A line is searched up to here.
LONGEST = 2000
LOCAL = frozenset(("localhost", "0.0.0.0", "localhost.localdomain", "::1"))


@dataclass(frozen=True)
class Called:
    """Whom a program called. '' and None: the line does not say."""

    host: str = ""
    port: int | None = None

    @property
    def text(self) -> str:
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def is_ip(self) -> bool:
        try:
            ip_address(self.host)
        except ValueError:
            return False
        return True

    @property
    def is_local(self) -> bool:
        return self.host in LOCAL or self.host.startswith("127.")


def called_in(text: str) -> Called:
    """Whom a line names: a name before an address, the more certain shape first. Where only one of
    its parts tells the port, that counts for the name."""
    found = list(dict.fromkeys(_all_called(text[:LONGEST])))
    if not found:
        return Called()
    best = next((one for one in found if not one.is_ip), found[0])
    return best if best.port else Called(best.host, _port_of(best.host, found, text))


def _port_of(host: str, found: list[Called], text: str) -> int | None:
    """The port that stands with the same host, with its address, or by itself."""
    for one in found:
        if one.port and (one.host == host or (one.is_ip and "lookup " not in text)):
            return one.port
    alone = ALONE.search(text)
    return int(alone["port"]) if alone else None


def _all_called(text: str) -> Iterator[Called]:
    for shape in SHAPES:
        for match in shape.finditer(text):
            groups = match.groupdict()
            host = groups["host"].rstrip(".").lower()
            if host in NO_HOST or SOURCE_FILE.search(host) or _is_number(host):
                continue
            port = int(groups.get("port") or 0)
            yield Called(host, port if 0 < port < 65536 else None)


def _is_number(host: str) -> bool:
    """A number, or a version with too many parts for an address."""
    plain = host.replace("-", "").replace("_", "")
    return plain.isdigit() or (host.count(".") > 3 and host.replace(".", "").isdigit())


@dataclass(frozen=True)
class Meaning:
    """What a name may stand for: a Service, of a pod of it (`pod`) where that has a name of its
    own. `certain`: the name can be nothing else."""

    service: str
    namespace: str
    pod: str = ""
    certain: bool = True


def meanings(host: str, namespace: str) -> tuple[Meaning, ...]:
    """What a name means to a pod of that namespace: `name`, `name.ns`, `name.ns.svc…`, and
    `pod.name…` where a StatefulSet's pods have names. Nothing for other names: they are not of the
    cluster. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"""
    parts = host.lower().rstrip(".").split(".")
    if "svc" in parts[2:4]:
        at = parts.index("svc", 2)
        pod = parts[0] if at == 3 else ""
        return (Meaning(parts[at - 2], parts[at - 1], pod),)
    if len(parts) == 1:
        return (Meaning(parts[0], namespace),)
    if len(parts) == 2:
        return (
            Meaning(parts[0], parts[1], certain=False),
            Meaning(parts[1], namespace, parts[0], certain=False),
        )
    if len(parts) == 3:
        return (Meaning(parts[1], parts[2], parts[0], certain=False),)
    return ()
