"""Where a container is told whom to call: hosts in its environment, command and arguments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.hosts import NO_HOST, Called
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Place
from kure.domain.failures.objects.references import (
    DOTTED,
    HOST_KEY,
    IN_URL,
    LIST,
    MOST_TEXT,
    WITH_PORT,
)
from kure.domain.manifests import Manifest

# Programs that wait for a host, as shells call them. An option is never taken for a host, nor is
# what an option is about; what listens by itself calls nobody.
OPTIONS = r"(?>-\S{1,20}\s+(?:\d{1,5}\s+)?){0,6}+"
PLAIN = r"(?!-(?:silent|show-error|fail|insecure|location|spider|quiet|head|get)\s)"
ABOUT = rf"-(?:\w{{0,5}}[oOHXdubAeKTwFPm]|{PLAIN}-[\w-]{{2,20}})\s+\S{{1,200}}\s+"
OF_FETCHERS = rf"(?>{ABOUT}|-\S{{1,40}}\s+){{0,6}}+"
# Where a command begins: `host` and `ping` are words as well.
START = (
    r"(?:(?<=[\n;&|({!`])|(?<=[;&|({!`] )|(?<=  )|(?<=\t)|(?<=\d )|(?<=\ds )"
    r"|(?<=\buntil )|(?<=\bwhile )|(?<=\bif )|(?<=\bdo )|(?<=\bthen )|(?<=\bexec ))"
)
LISTENS = r"(?![^|;&\n]{0,80}(?<=\s)(?:-\w{0,5}l|--listen))"
NAME = r"[A-Za-z0-9_][\w.-]{0,252}"
CLIENTS = r"(?:pg_isready|psql|pg_dump|mysql\w{0,12}|mariadb[\w-]{0,12}|redis-cli|valkey-cli)"
WAITS = re.compile(
    # By their first letters: most of a text is passed over at once.
    r"(?=[-cdghmnprtvw])(?:"
    rf"\b(?:nc|ncat|netcat|telnet)\s{LISTENS}{OPTIONS}(?P<called>{NAME})\s+(?P<port>\d{{1,5}})"
    rf"|\b(?:nslookup|getent\s+(?:hosts|ahosts|ahostsv4))\s{OPTIONS}(?P<looked>{NAME})"
    rf"|\b(?=dig|ping|host){START}(?:dig|ping|host)\s{OPTIONS}(?P<asked>{NAME})"
    rf"|(?<=\s)--host(?:name)?[= ](?P<flag>{NAME})"
    rf"|\b{CLIENTS}\s[^|;&\n]{{0,200}}?(?<=\s)-h\s?(?P<short>{NAME})"
    rf"|\b(?:curl|wget)\s{OF_FETCHERS}(?P<bare>[a-z][\w-]{{0,62}}(?:\.[\w-]{{1,63}}){{0,5}})"
    r"(?=[/:\s;]|$))"
)
HOST_GROUPS = ("called", "looked", "asked", "flag", "short", "bare")
PORT_KEY = re.compile(r"port", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """One text that tells a container something. `label` is how people call it (`variable DB_HOST`,
    `its arguments`), `place` where it stands in the container."""

    label: str
    key: str
    value: str
    place: Place


def texts(container: Manifest) -> Iterator[Told]:
    """What a container is told in its own spec. What comes from ConfigMaps and Secrets is not
    read."""
    variables = container.get("env")
    for index, variable in enumerate(variables if isinstance(variables, list) else []):
        found = manifests.mapping(variable)
        name, value = manifests.text(found.get("name")), manifests.text(found.get("value"))
        if value:
            yield Told(f"variable {name}", name, value[:MOST_TEXT], ("env", index, "value"))
    for field in ("command", "args"):
        words = container.get(field)
        before = ""
        for index, word in enumerate(words if isinstance(words, list) else []):
            value = manifests.text(word)
            key = before if before.startswith("-") else ""
            label = "its command" if field == "command" else "its arguments"
            yield Told(label, key, value[:MOST_TEXT], (field, index))
            before = value


def named(case: Case, host: str) -> list[Told]:
    """The texts that hold this host as a word of its own."""
    container = case.container.spec if case.container else {}
    return [told for told in texts(container) if holds(told.value, host)]


def holds(value: str, word: str) -> bool:
    return _word(word).search(value) is not None


def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-]|\.\w)", re.IGNORECASE)


def hosts(container: Manifest) -> list[Called]:
    """Whom a container may call by what it is told: as references.hosts_of, with ports."""
    found: dict[str, Called] = {}
    for told in texts(container):
        for called in _hosts(told):
            if called.host not in found or not found[called.host].port:
                found[called.host] = called
    return list(found.values())


def _hosts(told: Told) -> Iterator[Called]:
    for pattern in (IN_URL, WITH_PORT, DOTTED):
        for host in pattern.findall(told.value):
            yield with_port(host.lower(), told.value)
    if HOST_KEY.search(told.key) and LIST.fullmatch(told.value.strip()):
        for host in re.split(r"[\s,]+", told.value.strip()):
            yield with_port(host.lower(), told.value)
    if told.place[0] != "env":
        for match in WAITS.finditer(f"\n{told.value}"):
            host = next((match[key] for key in HOST_GROUPS if match[key]), "")
            port = int(match["port"] or 0) or None
            if host and not host[0].isdigit() and host.lower() not in NO_HOST:
                yield Called(host.lower(), port)


def with_port(host: str, value: str) -> Called:
    found = re.search(rf"(?<![\w.-]){re.escape(host)}:(\d{{2,5}})(?!\d)", value, re.IGNORECASE)
    return Called(host, int(found[1]) if found else None)


def renamed(case: Case, host: str, other: str) -> tuple[Operation, ...]:
    """The template with another host where it says this one; nothing where more than one text says
    it, or where it cannot be told that the template says the same."""
    said = named(case, host)
    if len(said) != 1:
        return ()
    return replaced(case, said[0], _word(host).sub(other, said[0].value))


def replaced(case: Case, told: Told, value: str) -> tuple[Operation, ...]:
    template = case.template
    place = template.container(case.failure.container) if template else None
    if template is None or place is None or value == told.value or len(told.value) >= MOST_TEXT:
        return ()
    steps = template.put((*place, *told.place), value)
    # Else the template has changed since this pod was made.
    same = bool(steps) and steps[0].op == "test" and steps[0].value == told.value
    return steps if same else ()


def moved(case: Case, called: Called, port: int) -> tuple[Operation, ...]:
    """The template with another port for a host: beside it, or in the one variable of a port."""
    said = [
        told
        for told in named(case, called.host)
        if with_port(called.host, told.value).port == called.port
    ]
    if len(said) == 1:
        near = re.compile(
            rf"(?<![\w.-]){re.escape(called.host)}:{called.port}(?!\d)", re.IGNORECASE
        )
        return replaced(case, said[0], near.sub(f"{called.host}:{port}", said[0].value))
    container = case.container.spec if case.container else {}
    alone = [
        told
        for told in texts(container)
        if told.value.strip() == str(called.port) and PORT_KEY.search(told.key)
    ]
    return replaced(case, alone[0], str(port)) if len(alone) == 1 and not said else ()
