"""Credentials in HTTP headers, wherever a log or a command repeats them."""

import re

from kure.domain.redact.marks import Mask
from kure.domain.redact.scan import Span
from kure.domain.redact.values import decoded, is_error, is_nothing, looks_random, starts_prose

_SCHEME = re.compile(
    r"(?:basic|bearer|token|digest|apikey|api-key|negotiate|ntlm|aws4-hmac-sha256|oauth|key)[ \t]+",
    re.I,
)
_PAIR = re.compile(r"[;,]?[ \t]*([\w.%-]{1,64})=([^;,\s\"'\\]*)")
_ATTRIBUTES = frozenset("path domain expires max-age samesite".split())
_MODES = frozenset("abac basic bearer jwt ldap node oauth oauth2 oidc rbac webhook".split())
_ALONE = re.compile(r"(?<![\w-])(Bearer|bearer|BEARER|Basic|basic|BASIC)[ \t]+([\w.~+/-]{5,}=*)")


def authorization(text: str, at: int, end: int) -> Span | None:
    """What follows the scheme of an Authorization header whose value stands in text[at:end]."""
    scheme = _SCHEME.match(text, at, end)
    start = scheme.end() if scheme else at
    value = text[start:end].rstrip()
    if is_nothing(value) or is_error(value) or (" " in value and starts_prose(value)):
        return None
    if scheme is None and (" " in value or value.lower() in _MODES):
        return None
    return start, start + len(value)


def cookies(text: str, at: int, end: int, *, setting: bool) -> list[Span]:
    """The values of the cookies in text[at:end]; `setting` where it is a Set-Cookie header, whose
    later pairs are attributes."""
    spans: list[Span] = []
    while found := _PAIR.match(text, at, end):
        if found[2] and found[1].lower() not in _ATTRIBUTES:
            spans.append(found.span(2))
        at = found.end()
        if setting:
            break
    return spans


def mask_schemes(text: str, mask: Mask) -> str:
    """`Bearer k9Qm2…` and `Basic YXBwOng=` without a header's name before them."""
    if "earer " in text or "asic " in text or "BEARER " in text or "BASIC " in text:
        return _ALONE.sub(lambda found: _masked(found, mask), text)
    return text


def _masked(found: re.Match[str], mask: Mask) -> str:
    scheme, value = found[1], found[2]
    if scheme.lower() == "basic":
        secret = ":" in (decoded(value) or "")
    else:
        word = value.rstrip(".=")
        secret = looks_random(word) or (scheme != "bearer" and not _is_word_of_prose(word))
    return found[0][: -len(value)] + mask("token", value) if secret else found[0]


def _is_word_of_prose(word: str) -> bool:
    return starts_prose(word) or word.lower() in ("tokens", "scheme", "credentials", "prefix")
