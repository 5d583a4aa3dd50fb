"""A probe that runs a command: it is not in the image, or it says no (E08)."""

import posixpath
import re
from typing import Any
from urllib.parse import urlsplit

from kure.domain import manifests
from kure.domain.diagnosis.alike import near_of
from kure.domain.diagnosis.fixes import Patch, Place
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.probes.answer import Answer, cause_of
from kure.domain.diagnosis.probes.http import complaints
from kure.domain.diagnosis.probes.probe import STARTUP, declared_ports
from kure.domain.diagnosis.starts.programs import USUAL

MISSING = re.compile(
    r'exec: \\?"(?P<program>[^"\\]{1,200})\\?": (?:executable file not found'
    r"|stat \S{1,200} no such file|no such file)"
    r"|(?:exec|stat):? (?P<file>/\S{1,200}): no such file or directory"
    r"|(?:^|: |\s)(?P<word>[\w./-]{1,200}): (?:command )?not found\b"
    r"|(?:sh|bash): (?:\d{1,4}: )?(?P<shell>[\w./-]{1,200}): not found",
    re.IGNORECASE,
)
DENIED = re.compile(r'exec: \\?"(?P<program>[^"\\]{1,200})\\?": permission denied', re.IGNORECASE)
SHELLS = ("bash", "/bin/bash", "/usr/bin/bash")
# What cat, test, ls and the like say of a file that is not there.
NO_FILE = re.compile(r"(?P<path>/[\w./-]{1,200})['\"`:]{0,2}: no such file or directory", re.I)
FILE = re.compile(r"(?<![\w./-])/[\w.-][\w./-]{0,200}")
MOST_COMMAND = 4096
LOCAL = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]", "::1")
URL = re.compile(r"https?://[^\s\"'|;&]{1,300}")
FETCHERS = ("curl", "wget")


def missing_command(answer: Answer) -> Cause | None:
    """E08: what the probe is to run is not in the image."""
    found = MISSING.search(answer.text) if answer.probe.handler == "exec" else None
    if found is None:
        return None
    program = next(text for text in found.groups() if text)
    patch, why = _instead(answer, program)
    image = manifests.text(answer.container.get("image"))
    return cause_of(
        answer,
        "E08",
        f'{answer.label} runs "{answer.case.quote(program, 80)}", which is not in the image',
        f'{f"The image {image}" if image else "Its image"} has no "{program}", so the probe can '
        f"never pass.{why}",
        f'Use a command that the image has, an httpGet or tcpSocket probe, or put "{program}" into '
        "the image.",
        confidence=Confidence.DEFINITIVE,
        patch=patch,
    )


def _instead(answer: Answer, program: str) -> tuple[Patch | None, str]:
    """`sh` for `bash`, or the kubelet's own request for one that curl was to make."""
    command = answer.probe.command
    folder, name = posixpath.split(program)
    near = near_of(name, USUAL)
    if near and near.sure and name not in USUAL and command and command[0] == program:
        meant = posixpath.join(folder, near.name)
        patch = answer.patch(
            (("exec", "command", 0), meant),
            note=f'It takes for granted that the image has "{meant}".',
        )
        return patch, f' "{meant}" was probably meant.'
    if command and program in SHELLS and command[0] in SHELLS:
        patch = answer.patch(
            (("exec", "command", 0), "sh"),
            note="It takes for granted that the image has sh, and that the command needs no more.",
        )
        return patch, " Most images without bash have sh."
    asked = _local_url(command) if program.rpartition("/")[2] in FETCHERS else None
    place, template = answer.place, answer.case.template
    if asked is None or place is None or template is None:
        return None, ""
    note = ""
    if asked["port"] not in declared_ports(answer.container):
        note = "A server that listens on localhost alone is not reached so."
    steps = (*template.drop((*place, "exec")), *template.put((*place, "httpGet"), asked))
    says = " The kubelet can make that request itself (httpGet)."
    return template.patch(*steps, note=note), says


def _local_url(command: list[str]) -> dict[str, str | int] | None:
    urls = URL.findall(" ".join(command))
    if len(urls) != 1:
        return None
    try:
        url = urlsplit(urls[0])
        port = url.port or (443 if url.scheme == "https" else 80)
    except ValueError:
        return None
    if url.hostname not in LOCAL:
        return None
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return {"path": path, "port": port, "scheme": url.scheme.upper()}


def denied_command(answer: Answer) -> Cause | None:
    found = DENIED.search(answer.text) if answer.probe.handler == "exec" else None
    if found is None:
        return None
    program = answer.case.quote(found["program"], 80)
    return cause_of(
        answer,
        "E08",
        f'{answer.label} may not run "{program}"',
        "The file is there, and the container's user may not execute it.",
        f'Give "{program}" the execute permission in the image (`chmod +x`), or run it by a shell.',
        confidence=Confidence.DEFINITIVE,
    )


def failing_command(answer: Answer) -> Cause | None:
    """E03, E08: it runs, and ends with an error. A startup probe has all its time for that."""
    if answer.probe.handler != "exec":
        return None
    startup = answer.probe.field == STARTUP
    said = answer.case.quote(answer.text, 120)
    words, lines = complaints(answer)
    command = answer.case.quote(" ".join(answer.probe.command), 120)
    patch, meant = _meant_file(answer)
    return cause_of(
        answer,
        "E03" if startup else "E08",
        (
            f"{answer.label} does not pass within its {answer.probe.budget} s: its command fails"
            if startup
            else f"{answer.label} runs a command that fails"
        )
        + (f": {said}" if said else ""),
        f'"{command}" ends with another code than 0'
        + (". " if said else " and writes nothing. ")
        + f"What it looks for in the container is not there or not well.{words}{meant}".strip(),
        "Run it by hand in the container and see why it fails; make the program leave what the "
        "command looks for, or correct the command.",
        confidence=Confidence.LIKELY if said else Confidence.SYMPTOM,
        evidence=lines,
        patch=patch,
    )


def _meant_file(answer: Answer) -> tuple[Patch | None, str]:
    """A file that the container's own command names, and the probe spells otherwise."""
    found = NO_FILE.search(answer.text)
    if found is None:
        return None, ""
    path = found["path"].rstrip("'\"`:")
    words = [
        word
        for field in ("command", "args")
        for word in _list(answer.container.get(field))
        if isinstance(word, str)
    ]
    files = {file for word in words for file in FILE.findall(word[:MOST_COMMAND])}
    near = near_of(path, files)
    if near is None or path in files:
        return None, ""
    named = re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w./-])")
    meant = near.name
    changes: list[tuple[Place, Any]] = [
        (("exec", "command", index), named.sub(lambda _: meant, word))
        for index, word in enumerate(answer.probe.command)
        if named.search(word)
    ]
    patch = answer.patch(*changes) if near.sure and changes else None
    return patch, f' The container\'s own command names "{answer.case.quote(near.name, 120)}".'


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
