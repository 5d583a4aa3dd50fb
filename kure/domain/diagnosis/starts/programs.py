"""Which program was meant by one that is not in the image."""

import json
import posixpath
import shlex
from collections.abc import Mapping
from dataclasses import replace

from kure.domain.diagnosis.aid import NO_AID, Aid, in_template
from kure.domain.diagnosis.alike import is_slip, near_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.revisions import as_before

# What containers usually start.
USUAL = (
    "sh bash ash node nodejs npm npx yarn pnpm python python3 pip pip3 java sleep echo cat env ls "
    "curl wget nginx redis-server redis-cli postgres mysqld mongod httpd php php-fpm ruby bundle "
    "rails rake gunicorn uvicorn celery flask go dotnet perl tail head touch true false date "
    "printf nc ping nslookup mkdir chmod chown cp mv rm find grep sed awk tar gzip tini dumb-init "
    "supervisord memcached rabbitmq-server haproxy envoy traefik vault consul kubectl helm "
    "docker-entrypoint.sh entrypoint.sh"
).split()

# What most images have instead: most have a shell but not this one, Python only by this name.
INSTEAD = {
    "bash": ("sh", "Many images have no bash, and nearly all that have a shell have sh."),
    "zsh": ("sh", "Few images have zsh, and nearly all that have a shell have sh."),
    "ash": ("sh", "Only Alpine and BusyBox have ash; nearly all that have a shell have sh."),
    "python": ("python3", "Debian, Ubuntu and Alpine have Python by the name python3 only."),
    "pip": ("pip3", "Debian, Ubuntu and Alpine have pip by the name pip3 only."),
}
# Images without any shell.
BARE = ("distroless", "scratch", "/pause", "/static")


def meant_program(case: Case, values: Mapping[str, str]) -> Aid:
    """A whole command line in one word, a slip of the hand, a name that most images have, or what
    an earlier revision ran."""
    program = values["program"]
    words = _as_words(program)
    if len(words) > 1:
        return _split(case, program, words)
    folder, name = posixpath.split(program)
    near = near_of(name, USUAL)
    if near and near.sure and name not in USUAL and is_slip(name, near.name):
        meant = posixpath.join(folder, near.name)
        return _replaced(case, program, meant, f'"{meant}" was probably meant.')
    before = command_before(case, values)
    if before is not NO_AID or name not in INSTEAD or any(x in values["image"] for x in BARE):
        return before
    meant, why = INSTEAD[name]
    if folder:
        meant = posixpath.join("/bin" if meant == "sh" else folder, meant)
    aid = _replaced(case, program, meant, why)
    # That an image has a shell is likely; that it has Python at all is not known.
    return aid if meant.endswith("sh") else replace(aid, patch=None)


def command_before(case: Case, values: Mapping[str, str]) -> Aid:
    says, patch = as_before(case, "command", "args")
    return Aid(says, patch=patch) if says else NO_AID


def _as_words(program: str) -> list[str]:
    try:
        return shlex.split(program)
    except ValueError:
        return [program]


def _split(case: Case, program: str, words: list[str]) -> Aid:
    return Aid(
        f'The whole line "{program}" is taken for the name of one program: in a pod each word is '
        "an item of its own.",
        fix=f"Write the command as a list of words: {json.dumps(words)}.",
        patch=_patch(case, program, words),
    )


def _replaced(case: Case, program: str, meant: str, why: str) -> Aid:
    return Aid(
        why,
        fix=f'Write "{meant}" instead of "{program}" in the container\'s command, or use an image '
        f"that has {program}.",
        patch=_patch(case, program, [meant]),
    )


def _patch(case: Case, program: str, words: list[str]) -> Patch | None:
    """Where the template names the program first, in its command or else in its args."""
    now = in_template(case)
    if now is None:
        return None
    field = "command" if now.spec.get("command") else "args"
    line = now.spec.get(field)
    if not isinstance(line, list) or not line or line[0] != program:
        return None
    steps = now.template.put((*now.place, field), [*words, *line[1:]])
    return now.template.patch(*steps, note=f'Assumes that the image has "{words[0]}".')
