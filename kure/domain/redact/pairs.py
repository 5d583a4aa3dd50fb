"""Objects that name a value in one place and give it in another: `{"name": "X", "value": "y"}`.

They are found in text of any kind, also cut or escaped, where no parser would get through: the
environment of containers in JSON, YAML and Go's own format, headers, XML settings, Secret objects.
"""

import re
from collections.abc import Iterator

from kure.domain.redact.env import hidden_kind
from kure.domain.redact.marks import Mask
from kure.domain.redact.names import secret_key
from kure.domain.redact.scan import Span, quoted
from kure.domain.redact.values import hides

_NAME = r"(?P<name>[\w.-]{1,128})"
_JSON = re.compile(
    rf"""(?P<q>\\*["'])name(?P=q)[ ]?:[ ]?(?P=q){_NAME}(?P=q)[ ]?,[ ]?(?P=q)value(?P=q)[ ]?:[ ]?"""
)
_JSON_TURNED = re.compile(r"""(?P<q>\\*["'])value(?P=q)[ ]?:[ ]?""")
_JSON_NAME = re.compile(rf"""(?P<q>\\*["'])[ ]?,[ ]?(?P=q)name(?P=q)[ ]?:[ ]?(?P=q){_NAME}(?P=q)""")
_XML = re.compile(rf"""(?:key|name)=(?P<q>\\*["']){_NAME}(?P=q)[ \t]+value=""")
_YAML = re.compile(
    rf"""(?m)^[ \t]*(?:-[ ])?["']?name["']?:[ \t]*["']?{_NAME}["']?[ \t]*\n"""
    r"""[ \t]+["']?value["']?:[ \t]*(?=\S)"""
)
_GO = re.compile(rf"Name:{_NAME},Value:(?P<value>[^,\n]*),ValueFrom:")
_SECRET_KIND = re.compile(r"""\\*["']kind\\*["'][ ]?:[ ]?\\*["']Secret\\*["']""")
_DATA = re.compile(r"""["'](?:data|stringData)\\*["'][ ]?:[ ]?\{""")
_MEMBER = re.compile(r"""[ ]?\\*["'](?:[\w.-]|\\(?!["']))*\\*["'][ ]?:[ ]?""")
_CAPITALS = re.compile(r"[A-Z_][A-Z0-9_]*")


def mask_pairs(text: str, mask: Mask, allowed: frozenset[str]) -> str:
    """The text with the values of named values masked, where the name tells or is a variable's."""
    if "alue" in text:
        text = _replace(text, _values(text, allowed), mask)
    if "Secret" in text and _SECRET_KIND.search(text):
        text = _replace(text, _secret_data(text), mask)
    return text


def _replace(text: str, found: Iterator[tuple[str, Span]], mask: Mask) -> str:
    parts: list[str] = []
    done = 0
    for kind, (start, end) in sorted(found, key=lambda each: each[1]):
        if start >= done:
            parts += text[done:start], mask(kind, text[start:end])
            done = end
    return "".join(parts) + text[done:]


def _values(text: str, allowed: frozenset[str]) -> Iterator[tuple[str, Span]]:
    """(kind, where) of the values to mask."""
    for name, span in _named(text):
        kind = _kind(name, text[slice(*span)], allowed)
        if kind:
            yield kind, span


def _named(text: str) -> Iterator[tuple[str, Span]]:
    for form in (_JSON, _XML, _YAML):
        for found in form.finditer(text):
            end = _end_of_line(text, found.end())
            span = quoted(text, found.end(), end)
            if span is None and form is _YAML:
                span = found.end(), found.end() + len(text[found.end() : end].rstrip())
            if span is not None:
                yield found["name"], span
    for found in _GO.finditer(text):
        yield found["name"], found.span("value")
    for found in _JSON_TURNED.finditer(text):
        span = quoted(text, found.end(), _end_of_line(text, found.end()))
        name = _JSON_NAME.match(text, span[1]) if span else None
        if span and name:
            yield name["name"], span


def _kind(name: str, value: str, allowed: frozenset[str]) -> str | None:
    if _CAPITALS.fullmatch(name):
        return hidden_kind(name, value, allowed)
    key = secret_key(name)
    return key.kind if key and hides(key, value) else None


def _secret_data(text: str) -> Iterator[tuple[str, Span]]:
    """The values in the data of Secrets that are written as JSON on one line."""
    done = 0
    for kind in _SECRET_KIND.finditer(text):
        if kind.start() < done:
            continue
        start, done = text.rfind("\n", 0, kind.start()) + 1, _end_of_line(text, kind.end())
        for data in _DATA.finditer(text, start, done):
            yield from _members(text, data.end(), done)


def _members(text: str, at: int, end: int) -> Iterator[tuple[str, Span]]:
    while member := _MEMBER.match(text, at, end):
        span = quoted(text, member.end(), end)
        if span is None:
            return
        yield "secret", span
        comma = text.find(",", span[1], span[1] + 16)
        at = comma + 1 if comma >= 0 else end


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
