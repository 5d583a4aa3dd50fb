"""A probe that asks a port on which its container does not listen (E04)."""

import re

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.nearby import nearest
from kure.domain.diagnosis.probes.answer import Answer, cause_of, sockets_command
from kure.domain.diagnosis.probes.listening import Listening, command_line, listening
from kure.domain.diagnosis.probes.probe import declared_ports, named_ports
from kure.domain.manifests import Manifest

REFUSED = re.compile(r"connection refused|failed to connect service", re.IGNORECASE)
NO_NUMBER = re.compile(r'strconv\.\w{1,10}: parsing "|couldn\'t find port', re.IGNORECASE)
LOCAL = re.compile(
    r"(?P<before>(?:^|\s)(?:--?(?:bind|host|listen|addr|address|ip|b|s)(?:[-_]\w{1,20})?[=\s])?)"
    r"(?P<host>127\.0\.0\.1|localhost)(?=[:\s]|$)",
    re.IGNORECASE,
)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def unknown_name(answer: Answer) -> Cause | None:
    """A port's name that the container does not declare."""
    name = answer.probe.unknown_port
    if not name or (answer.text and not NO_NUMBER.search(answer.text)):
        return None
    port, where = _meant(answer, name)
    declared = ", ".join(f'"{known}"' for known in named_ports(answer.container)) or "none"
    return cause_of(
        answer,
        "E04",
        f'{answer.label} asks port "{name}", which the container does not declare',
        f'The container has no port of the name "{name}" (it names: {declared}), so the kubelet '
        f"does not know where to ask.{where}",
        f'Set the probe\'s port to one that the container listens on, or declare "{name}" in its '
        "ports.",
        confidence=Confidence.DEFINITIVE,
        patch=_with_port(answer, port) if port else None,
    )


def _meant(answer: Answer, name: str) -> tuple[int | str | None, str]:
    """The port that takes the place of an unknown name, and the words for why."""
    own, ports = named_ports(answer.container), declared_ports(answer.container)
    near = nearest(name, own)
    if near:
        return near, f' Port "{near}" is there: is it meant?'
    for other in _other_containers(answer):
        if name in named_ports(other):
            port = named_ports(other)[name]
            return port, f' Container "{other.get("name")}" of the same pod names it: {port}.'
    if len(ports) == 1:
        return ports[0], f" The only port that it declares is {ports[0]}."
    return None, ""


def other_host(answer: Answer) -> Cause | None:
    """A probe that asks another host than the pod: the kubelet's own, for localhost."""
    host = manifests.text(answer.probe.action.get("host"))
    if not host or not re.search(r"\bdial\b|lookup|no such host|timeout", answer.text, re.I):
        return None
    node = " That is the node itself, not the pod." if host in LOOPBACK else ""
    template, place = answer.case.template, answer.place
    patch = None
    if template and place:
        patch = template.patch(*template.drop((*place, answer.probe.handler, "host")))
    return cause_of(
        answer,
        "E04",
        f'{answer.label} asks host "{host}" instead of its pod',
        f"The kubelet sends the probe to {host}, since the probe names that host; without one it "
        f"would ask the pod's own address.{node}",
        "Leave `host` out of the probe.",
        confidence=Confidence.DEFINITIVE if node else Confidence.LIKELY,
        patch=patch,
    )


def wrong_port(answer: Answer) -> Cause | None:
    """The connection is refused, or nothing was said: the container listens elsewhere."""
    asked = answer.probe.port
    refused = REFUSED.search(answer.text) is not None
    if asked is None or (answer.text and not refused):
        return None
    found = listening(answer.case, answer.probe)
    if found is None or (found.port == asked and not found.local):
        return None
    if found.port == asked:
        outside = answer.probe.handler != "exec"
        return _only_local(answer, found) if refused and outside else None
    if not answer.text and not found.sure and asked in declared_ports(answer.container):
        return None
    return cause_of(
        answer,
        "E04",
        f"{answer.label} asks port {asked}, and the container listens on {found.port}",
        f"Nothing answers on port {asked}; {found.why}.{_whose(answer, asked)}",
        f"Set the probe's port to {found.port}, or make the program listen on {asked}.",
        confidence=Confidence.DEFINITIVE if found.sure and refused else Confidence.LIKELY,
        evidence=(found.evidence,),
        commands=(sockets_command(answer.case),),
        patch=_with_port(answer, found.port),
    )


def _only_local(answer: Answer, found: Listening) -> Cause:
    return cause_of(
        answer,
        "E04",
        f"{answer.case.container_label} listens on port {found.port} of its loopback only",
        f"The program takes connections from inside the pod alone ({found.why}); the kubelet, and "
        "every Service, comes from outside.",
        "Make the program listen on 0.0.0.0 (all addresses) instead of 127.0.0.1 or localhost.",
        confidence=Confidence.DEFINITIVE,
        evidence=(found.evidence,),
        commands=(sockets_command(answer.case),),
        patch=_on_every_address(answer),
    )


def _on_every_address(answer: Answer) -> Patch | None:
    """Where exactly one word of the command line names the loopback."""
    template = answer.case.template
    place = template.container(answer.case.failure.container) if template else None
    words = command_line(answer.container)
    if template is None or place is None or sum(len(LOCAL.findall(word)) for word in words) != 1:
        return None
    for field in ("command", "args"):
        found = answer.container.get(field)
        for index, word in enumerate(found if isinstance(found, list) else []):
            if LOCAL.search(manifests.text(word)):
                wider = LOCAL.sub(r"\g<before>0.0.0.0", word)
                return template.patch(*template.put((*place, field, index), wider))
    return None


def no_listener(answer: Answer) -> Cause | None:
    """Refused, and nothing tells of another port: which of the two is wrong is not known."""
    asked = answer.probe.port
    if asked is None or not REFUSED.search(answer.text):
        return None
    ports = declared_ports(answer.container)
    declared = f" It declares {', '.join(map(str, ports))}." if ports else " It declares no port."
    return cause_of(
        answer,
        "E04",
        f"{answer.label} asks port {asked}, where nothing listens",
        f"The container runs, and no program in it takes connections on port {asked}: it listens "
        f"elsewhere, is still starting, or hangs before it listens.{declared}"
        f"{_whose(answer, asked)}",
        "See in its log on which port it listens and whether it has got so far; set the probe's "
        "port to that.",
        commands=(sockets_command(answer.case),),
    )


def _whose(answer: Answer, port: int) -> str:
    for other in _other_containers(answer):
        if port in declared_ports(other):
            return f' Port {port} is that of container "{other.get("name")}" of the same pod.'
    return ""


def _other_containers(answer: Answer) -> list[Manifest]:
    found = manifests.mappings(manifests.spec(answer.case.pod).get("containers"))
    return [one for one in found if one.get("name") != answer.container.get("name")]


def _with_port(answer: Answer, port: int | str) -> Patch | None:
    probe, value = answer.probe, port
    if probe.handler == "exec":
        return _in_command(answer, str(probe.port), str(port))
    if probe.handler == "grpc" and isinstance(port, str):
        value = named_ports(answer.container)[port]
    return answer.patch(((probe.handler, "port"), value))


def _in_command(answer: Answer, asked: str, port: str) -> Patch | None:
    """Where the number stands in one word of the command, once."""
    words = answer.probe.command
    told = re.compile(rf"(?<![\w.]){asked}(?!\w)")
    where = [index for index, word in enumerate(words) for _ in told.finditer(word)]
    if len(where) != 1:
        return None
    return answer.patch((("exec", "command", where[0]), told.sub(port, words[where[0]])))
