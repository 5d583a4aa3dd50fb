"""Secrets in addresses: passwords and tokens in URLs and connection strings, and people."""

import re
import string

from kure.domain.redact.marks import Mask
from kure.domain.redact.values import is_nothing, is_number, looks_random

_USER = r"[^\s:/?#\"'<>@\\\[]{0,256}"
_PASSWORD = r"[^\s\"'<>/?#\\]{1,512}|[^\s\"'<>\\]{1,512}"
"""People forget to escape `/`, `#` and `?` in passwords; first without them, up to the last `@`."""

_USER_AND_PASSWORD = re.compile(
    rf"(://{_USER}:)(?!\d{{1,5}}(?:[/?#,\"'<>\\\s]|$))({_PASSWORD})(?=@[\w.$({{\[-])"
)
_ONLY_TOKEN = re.compile(r"(://)([^\s:/?#\"'<>@\\\[]{16,256})(?=@)")
_MYSQL = re.compile(r"(?<![\w.-])([\w.-]{1,64}:)([^\s@\"'/]{1,128})(?=@(?:tcp|udp|unix)\()")
_ORACLE = re.compile(r"((?::thin:|(?<![\w/]))[\w.$-]{1,64}/)([^\s@/\"']{1,128})(?=@(?://|\w+:))")
_BARE = re.compile(
    r"(?<![\w./@:-])([A-Za-z][\w.-]{0,63}:)([^\s@:/\"'<>\\]{1,128})"
    r"(?=@[\w-]{1,63}(?:(?:\.[\w-]{1,63}){1,8}|:\d{2,5}\b))"
)
_QUERY = re.compile(
    r"([?&](?:(key|sig|signature|auth|pass|pw|pin|sas|k)|code|hash|X-Amz-Signature|X-Goog-Signature"
    r"|X-Amz-Credential)=)([^\s&#\"'<>\\]+)",
    re.I,
)

_LOCAL = string.ascii_letters + string.digits + "._%+-"
_DOMAIN = re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,8}([A-Za-z]{2,24})(?![\w-]|\.\w)")
_NO_DOMAIN = frozenset(
    "service socket target mount automount timer slice scope path swap device"  # systemd's units
    " png jpg jpeg gif svg webp ico css js ts mjs".split()
)
_NO_PERSON = frozenset(("git", "hg"))


def mask_addresses(text: str, mask: Mask) -> str:
    """The text without passwords, tokens and people in its addresses."""
    if "=" in text and ("?" in text or "&" in text):
        text = _QUERY.sub(lambda found: _in_query(found, mask), text)
    if "@" not in text:
        return text
    if "://" in text:
        text = _USER_AND_PASSWORD.sub(lambda found: _password(found, mask), text)
        text = _ONLY_TOKEN.sub(lambda found: _token(found, mask), text)
    if "@tcp(" in text or "@unix(" in text or "@udp(" in text:
        text = _MYSQL.sub(lambda found: _password(found, mask), text)
    if "@//" in text or ":thin:" in text:
        text = _ORACLE.sub(lambda found: _password(found, mask), text)
    return _BARE.sub(lambda found: _password(found, mask), _mask_people(text, mask))


def _password(found: re.Match[str], mask: Mask) -> str:
    if is_nothing(found[2]) or is_number(found[2]):
        return found[0]
    return found[1] + mask("url-password", found[2])


def _token(found: re.Match[str], mask: Mask) -> str:
    return found[1] + mask("token", found[2]) if looks_random(found[2]) else found[0]


def _in_query(found: re.Match[str], mask: Mask) -> str:
    named, value = found[2], found[3]
    secret = (
        looks_random(value) if named is None else not is_nothing(value) and not is_number(value)
    )
    return found[1] + mask("token", value) if secret else found[0]


def _mask_people(text: str, mask: Mask) -> str:
    """E-mail addresses. Each `@` is looked at from the inside out, so a long line costs no more."""
    parts: list[str] = []
    done = 0
    at = text.find("@")
    while at >= 0:
        before = text[max(done, at - 64) : at]
        start = at - (len(before) - len(before.rstrip(_LOCAL)))
        domain = _DOMAIN.match(text, at + 1)
        if domain and start < at and _is_person(text, start, at, domain):
            parts += text[done:start], mask("email", text[start : domain.end()])
            done = domain.end()
        at = text.find("@", max(done, at + 1))
    return "".join(parts) + text[done:]


def _is_person(text: str, start: int, at: int, domain: re.Match[str]) -> bool:
    if domain[1].lower() in _NO_DOMAIN or text[start:at] in _NO_PERSON:
        return False
    return text[start - 1 : start] != "/"  # the user of a URL
