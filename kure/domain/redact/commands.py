"""The arguments of a container, as the list they are."""

import re
from collections.abc import Callable, Sequence

from kure.domain.redact.env import hidden_kind
from kure.domain.redact.marks import Mask
from kure.domain.redact.names import secret_key
from kure.domain.redact.values import hides, is_nothing

_JOINED = frozenset(
    (
        "mariadb mariadb-admin mariadb-dump mysql mysqladmin mysqlcheck mysqldump mysqlimport"
        " mysqlsh"
    ).split()
)
_REGISTRY = frozenset("docker podman crane skopeo oras helm nerdctl az".split())
_PAIRED = frozenset("curl wget".split())

PASSWORD_FLAGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_JOINED, ("-p",)),
    **dict.fromkeys(_REGISTRY, ("-p",)),
    **dict.fromkeys("mongo mongosh mongodump mongorestore sshpass twine cqlsh".split(), ("-p",)),
    **dict.fromkeys("redis-cli valkey-cli keydb-cli".split(), ("-a",)),
    **dict.fromkeys(_PAIRED, ("-u", "--user", "--proxy-user")),
    **dict.fromkeys("ldapsearch ldapmodify ldapwhoami ldapadd".split(), ("-w",)),
    **dict.fromkeys("sqlcmd bcp".split(), ("-P",)),
}
"""Programs whose short flags take a password, from their manuals."""

_ASSIGNMENT = re.compile(r"([A-Z_][A-Z0-9_]*)=(.+)", re.S)
_FLAG_NAME = re.compile(r"--?[A-Za-z][\w.-]*")
_SCRIPT_FOLLOWS = re.compile(r"-[a-z]*c")
"""`sh -c`, `bash -ec`"""

TextRule = Callable[[str], str]


def mask_arguments(
    tokens: Sequence[str], mask: Mask, rule: TextRule, allowed: frozenset[str] = frozenset()
) -> list[str]:
    """The arguments with secrets masked: what follows a secret's flag, what a program's own short
    flag takes, assignments to variables, and whatever `rule` finds in each as text."""
    out: list[str] = []
    flag = ""
    for token in mask_short_flags(tokens, mask):
        if _SCRIPT_FOLLOWS.fullmatch(flag):
            out.append(rule(token))
        else:
            out.append(_after_flag(flag, token, mask) or _argument(token, mask, rule, allowed))
        flag = token if _FLAG_NAME.fullmatch(token) else ""
    return out


def _after_flag(flag: str, token: str, mask: Mask) -> str | None:
    key = secret_key(flag) if flag else None
    if key is None or token.startswith("-") or not hides(key, token):
        return None
    return mask(key.kind, token)


def _argument(token: str, mask: Mask, rule: TextRule, allowed: frozenset[str]) -> str:
    found = _ASSIGNMENT.fullmatch(token)
    kind = hidden_kind(found[1], found[2], allowed) if found else None
    if found and kind:
        return f"{found[1]}={mask(kind, found[2])}"
    return rule(token)


def mask_short_flags(tokens: Sequence[str], mask: Mask) -> list[str]:
    """The tokens of a command line with what `-p`, `-a`, `-u` take masked, for the programs where
    that is a password."""
    out = list(tokens)
    program = ""
    for index, token in enumerate(tokens):
        name = token.rsplit("/", 1)[-1]
        if name in PASSWORD_FLAGS:
            program = name if name not in _REGISTRY or "login" in tokens else ""
        elif program and token in PASSWORD_FLAGS[program] and index + 1 < len(tokens):
            out[index + 1] = _password(program, tokens[index + 1], mask)
        elif program in _JOINED and token.startswith("-p") and len(token) > 2:
            out[index] = "-p" + _password(program, token[2:], mask)
    return out


def _password(program: str, token: str, mask: Mask) -> str:
    bare = token.strip("\"'")
    user = bare[: bare.find(":") + 1] if program in _PAIRED else ""
    secret = bare.removeprefix(user)
    if token[:1] in "-<>|" or is_nothing(secret) or (program in _PAIRED and not user):
        return token
    return token.replace(bare, user + mask("password", secret), 1)
