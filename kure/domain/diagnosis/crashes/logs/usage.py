"""How the container's program is called: a command that its shell does not find (C09), an option
that the program does not know (C08)."""

import re

from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import nearest

# Programs that most images have or that people mean.
USUAL = (
    "apt-get awk base64 bash busybox bundle bun cargo cat celery chmod chown composer cp curl "
    "date deno df dotnet du echo env exec export false find flask gcc git go grep gunicorn "
    "gzip head hostname httpd id java jq kill kubectl ln ls make mkdir mongod mongosh mv "
    "mysql mysqld nc nginx node nohup npm npx nslookup openssl perl php php-fpm ping pip pip3 "
    "pnpm postgres printf ps psql pwd python python3 rails rake redis-cli redis-server rm "
    "ruby sed sh sleep sort ssh stat tail tar tee test timeout touch tr true uname uvicorn "
    "uwsgi wget which xargs yarn "
).split()
OPTION = re.compile(r"(?<![\w-])-{1,2}[A-Za-z][\w-]{0,60}")
# How much of a log is looked through for the options that a usage text offers.
USAGE = 16_000


def _program(case: Case, signal: Signal, groups: Groups) -> Detail:
    program = groups["program"]
    near = nearest(program, USUAL) if "/" not in program else ""
    moved = spec.reworded(case, program, near or program)
    evidence: tuple[EvidenceLine, ...] = ()
    if moved is not None:
        evidence = (case.from_pod(spec.field_of(case, moved[0]), moved[1]),)
    if not near:
        return Detail(evidence=evidence)
    patch = None
    if moved is not None and moved[2] and case.template:
        patch = case.template.patch(*moved[2])
    return Detail(
        says=f'"{near}" is a usual one: is it meant?',
        fix=f'Write "{near}" instead of "{program}" in the container\'s command, if that is meant; '
        f'else install "{program}" in the image and put it in PATH.',
        evidence=evidence,
        patch=patch,
    )


def _option(case: Case, signal: Signal, groups: Groups) -> Detail:
    option = groups.get("option", "").strip("'\"`:.,\u2018\u2019").partition("=")[0]
    if not option:
        return Detail(values={"told": ""})
    dashed = _dashed(case, option)
    near = nearest(dashed, _offered(signal, dashed))
    moved = spec.reworded(case, dashed, near or dashed)
    evidence: tuple[EvidenceLine, ...] = ()
    patch = None
    if moved is not None:
        evidence = (case.from_pod(spec.field_of(case, moved[0]), moved[1]),)
        if near and moved[2] and case.template:
            patch = case.template.patch(*moved[2])
    where = f"It stands in {spec.field_of(case, moved[0])}. " if moved else ""
    knows = f'The program knows "{near}": is it meant?' if near else ""
    return Detail(
        says=f"{where}{knows}".strip(),
        fix=f'Write "{near}" instead of "{dashed}".' if near else "",
        evidence=evidence,
        patch=patch,
        values={"told": f' "{dashed}"'},
    )


def _dashed(case: Case, option: str) -> str:
    """As the container is called with it: programs tell some without their dashes."""
    if option.startswith("-"):
        return option
    for dashes in ("--", "-"):
        if spec.reworded(case, dashes + option, option) is not None:
            return dashes + option
    return option


def _offered(signal: Signal, wrong: str) -> set[str]:
    """The options that the log's usage text shows."""
    text = (signal.log.text or "")[-USAGE:]
    return {found[0] for found in OPTION.finditer(text) if found[0] != wrong}


NOT_FOUND = LogRow(
    rule="C09",
    hints=("not found", "no such file", "enoent", "can't execute"),
    pattern=r"^(?:\S{0,100}(?:sh|bash|ash)|/\S{1,200}"
    r"|\S{1,100}\.sh): (?:line )?(?:\d{1,6}: )?(?:exec: )?"
    r"(?P<program>[\w./+@-]{1,200}): (?:command )?not found$"
    r"|^exec:? \"?(?P<program2>/?[\w./+-]{1,200})\"?: (?:no such file or directory|not found)"
    r"|^(?:/usr/bin/)?env: (?:can't execute"
    r" )?['\u2018\"]?(?P<program3>[\w./+-]{1,200})['\u2019\"\\r]{0,4}: no such"
    r"|\bspawn (?P<program4>[\w./+-]{1,200}) ENOENT",
    title='{container} runs "{program}", which is not in the image',
    explanation="A shell did not find the command: it is not in {image}, not in its PATH, or is "
    "spelled otherwise. Where the file exists, the interpreter of its first line (`#!`) is not "
    "there.",
    fix="Correct the command, or install the program in the image and put it in PATH.",
    detail=_program,
)
NOT_EXECUTABLE = LogRow(
    rule="C09",
    hints=("permission denied",),
    pattern=r"^(?:\S{0,100}(?:sh|bash|ash)|\S{1,100}\.sh): (?:line )?(?:\d{1,6}: )?(?:exec: )?"
    r"(?P<program>[\w./+@-]{1,200}): permission denied$"
    r"|^exec:? \"?(?P<program2>/[\w./+-]{1,200})\"?: permission denied",
    title='{container} runs "{program}", which cannot be executed',
    explanation="A shell found the file but could not execute it: it has no execute permission, or "
    "is no program.",
    fix="Give the file the execute permission in the image (`chmod +x`), or name a program.",
)
OPTIONS = LogRow(
    rule="C08",
    hints=("option", "argument", "flag", "command", "syntax error", "usage"),
    pattern=r"(?:unrecognized|unknown|unsupported|illegal|invalid|bad|unexpected|unhandled|no such)"
    r"(?: long| command[- ]line| shorthand| extra)? (?:arguments?|options?|flags?|sub-?commands?"
    r"|commands?)"
    r"(?: found)?(?::| --|,)? ?[\"'`\u2018]?(?P<option>-{0,2}[\w][\w.=/-]{0,120})?"
    r"|flag provided but not defined: (?P<option2>-{1,2}[\w-]{1,100})"
    r"|(?:option|flag"
    r"|argument) [\"'`\u2018]?(?P<option3>-{1,2}[\w-]{1,100})[\"'`\u2019]? (?:is )?(?:not"
    r" recognized|unknown"
    r"|requires|needs|not supported|unrecognized|invalid)"
    r"|flag needs an argument: [\"']?(?P<option4>-{1,2}[\w-]{1,100})"
    r"|the following arguments are required: (?P<option5>[\w.-]{1,100})"
    r"|unknown shorthand flag: '\w' in (?P<option6>-[\w-]{1,60})"
    r"|(?:[^:]{0,100}: )?(?:line )?\d{0,6}:? ?syntax error\b(?! (?:at or near|in SQL|on line))",
    title="{container} is called wrongly: {what}",
    explanation="The program or its shell does not understand its arguments{told}.",
    fix="Correct the container's command and args, or the script that they run; see what options "
    "this version of the program has.",
    detail=_option,
)

COMMANDS = reads(NOT_FOUND, NOT_EXECUTABLE)
RULE = reads(OPTIONS)
