"""Command lines and environments inside text: shell scripts, `set -x`, `printenv`, SQL."""

import re
from collections.abc import Callable

from kure.domain.redact.commands import PASSWORD_FLAGS, mask_short_flags
from kure.domain.redact.env import hidden_kind
from kure.domain.redact.marks import Mask
from kure.domain.redact.scan import bare, quoted, rest_of_line

_PROGRAM = re.compile(
    rf"(?<![\w.-])(?:{'|'.join(sorted(PASSWORD_FLAGS, reverse=True))})[ \t][^\n|;&]+"
)
_TOKEN = re.compile(r"""(?:[^\s"'\\]|"[^"\n]*"|'[^'\n]*'|["'\\])+""")
_EXPORT = re.compile(r"(?<![\w-])(?:export|setenv|--env|-e)[ \t]+([A-Za-z_]\w*)=(?=\S)")
_VARIABLE = re.compile(r"^[ \t]*([A-Z][A-Z0-9_]*)=(?=\S)", re.M)
_BESIDE = re.compile(r"[ \t]+([A-Z][A-Z0-9_]*)=(?=\S)")
_SQL = re.compile(r"(?i)identified[ ](?:with[ ][\w']{1,64}[ ])?by[ ](?=\\*[\"'])")
_CHPASSWD = re.compile(r"(?<=:)[^\s:|\"'\\]{1,128}(?=[\"'\\]*[ \t]*\|[ \t]*(?:sudo )?chpasswd)")
_LITERAL = re.compile(r"(--from-literal[= ]\\*[\"']?[\w.-]{1,253}=)([^\s\"']+)")

_PROGRAMS = [f"{program} " for program in PASSWORD_FLAGS]

KindOf = Callable[[re.Match[str], str], str | None]


def mask_shell(text: str, mask: Mask, allowed: frozenset[str]) -> str:
    """The text with the secrets of its command lines and the values of its environments masked."""
    if " -" in text and any(program in text for program in _PROGRAMS):
        text = _PROGRAM.sub(lambda found: _command(found[0], mask), text)
    if "--from-literal" in text:
        text = _LITERAL.sub(lambda found: found[1] + mask("secret", found[2]), text)
    if "chpasswd" in text:
        text = _CHPASSWD.sub(lambda found: mask("password", found[0]), text)
    if "dentified" in text or "DENTIFIED" in text:
        text = _mask_after(text, _SQL, lambda found, value: "password", mask, whole_line=False)
    if "=" in text:

        def kind_of(found: re.Match[str], value: str) -> str | None:
            return hidden_kind(found[1], value, allowed)

        if any(hint in text for hint in ("export", "setenv", "-e ", "--env ")):
            text = _mask_after(text, _EXPORT, kind_of, mask, whole_line=False)
        text = _mask_after(text, _VARIABLE, kind_of, mask, whole_line=True)
    return text


def _command(line: str, mask: Mask) -> str:
    found = list(_TOKEN.finditer(line))
    tokens = [token[0] for token in found]
    parts: list[str] = []
    done = 0
    for token, after in zip(found, mask_short_flags(tokens, mask), strict=True):
        parts += line[done : token.start()], after
        done = token.end()
    return "".join(parts) + line[done:]


def _mask_after(
    text: str, pattern: re.Pattern[str], kind_of: KindOf, mask: Mask, *, whole_line: bool
) -> str:
    """Mask what stands behind each match: what is quoted, else the rest of the line or a word."""
    parts: list[str] = []
    done = 0
    found = pattern.search(text)
    while found is not None:
        at = found.end()
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        start, stop = quoted(text, at, end) or bare(text, at, end)
        if whole_line and start == at:
            stop = rest_of_line(text, at, end, command=True)[1]
        kind = kind_of(found, text[start:stop])
        if kind is not None:
            parts += text[done:start], mask(kind, text[start:stop])
            done = stop
        found = _BESIDE.match(text, max(stop, at)) or pattern.search(text, max(stop, at))
    return "".join(parts) + text[done:]
