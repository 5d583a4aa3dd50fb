"""Secrets whose key stands on a line above: YAML, `kubectl describe`, arguments one to a line."""

import re
from collections.abc import Iterator

from kure.domain.redact.env import hidden_kind
from kure.domain.redact.marks import Mask
from kure.domain.redact.names import SecretKey, Strength, secret_key
from kure.domain.redact.values import hides, is_error, is_nothing

_KEY_ALONE = re.compile(
    r"^([ \t]*(?:- )?)[\"']?([\w./-]{1,128})[\"']?:[ \t]*([|>][+-]?\d?)?[ \t]*$", re.M
)
_FLAG_ALONE = re.compile(r"^([ \t]*(?:- )?)[\"']?(--?[\w.-]{1,128})[\"']?[ \t]*$", re.M)
_ENVIRONMENT = re.compile(r"^([ \t]+)Environment:[ \t]*$", re.M)
_KIND_SECRET = re.compile(r"^([ \t]*)kind:[ \t]*[\"']?Secret[\"']?[ \t]*$", re.M)
_DATA = re.compile(r"(?:data|stringData):[ \t]*$")

_ITEM = re.compile(r"([ \t]*- [\"']?)(.*?)([\"']?[ \t]*)$")
_PAIR = re.compile(r"([ \t]*[\"']?[\w.-]{1,253}[\"']?:[ \t]+[\"']?)(.*?)([\"']?[ \t]*)$")
_LINE = re.compile(r"([ \t]*(?:- )?[\"']?)(.*?)([\"']?[ \t]*)$")
_VARIABLE = re.compile(r"[ \t]+([\w.-]{1,253}):[ \t]")


def mask_blocks(text: str, mask: Mask, allowed: frozenset[str]) -> str:
    """The text with each value masked whose key stands on a line above it."""
    if "\n" not in text:
        return text
    lines = text.split("\n")
    for number, found in _numbered(_KEY_ALONE, text):
        key = secret_key(found[2].rsplit("/", 1)[-1])
        if key is not None:
            _below_key(lines, number, found, key, mask)
    if "-" in text:
        for number, found in _numbered(_FLAG_ALONE, text):
            _below_flag(lines, number, found, mask)
    if "Environment:" in text:
        for number, found in _numbered(_ENVIRONMENT, text):
            _below_environment(lines, number, found[1], mask, allowed)
    if "Secret" in text:
        for number, found in _numbered(_KIND_SECRET, text):
            _secret_around(lines, number, found[1], mask)
    return "\n".join(lines)


def _numbered(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The matches with the numbers of their lines, from 0."""
    number = at = 0
    for found in pattern.finditer(text):
        number += text.count("\n", at, found.start())
        at = found.start()
        yield number, found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _deeper(lines: list[str], number: int, indent: int) -> Iterator[int]:
    """The numbers of the lines below that one, as long as they are indented more than `indent`."""
    for below in range(number + 1, len(lines)):
        if lines[below].strip():
            if _indent(lines[below]) <= indent:
                return
            yield below


def _rewrite(lines: list[str], number: int, form: re.Pattern[str], kind: str, mask: Mask) -> None:
    """Mask the value in a line; what holds nothing stays."""
    found = form.match(lines[number])
    if found is not None and not is_nothing(found[2]):
        lines[number] = found[1] + mask(kind, found[2]) + found[3]


def _below_key(
    lines: list[str], number: int, found: re.Match[str], key: SecretKey, mask: Mask
) -> None:
    indent = len(found[1])
    if found[3]:
        for below in _deeper(lines, number, indent - 1 if "- " in found[1] else indent):
            _rewrite(lines, below, _LINE, key.kind, mask)
    elif number + 2 < len(lines) and set(lines[number + 1].strip()) == {"-"}:
        _described(lines, number + 2, key, mask)
    else:
        _collection(lines, number, indent, found[2], key, mask)


def _described(lines: list[str], number: int, key: SecretKey, mask: Mask) -> None:
    """`kubectl describe configmap`: the key, a line of hyphens, the value, a blank line."""
    while number < len(lines) and lines[number].strip():
        _rewrite(lines, number, _LINE, key.kind, mask)
        number += 1


def _collection(
    lines: list[str], number: int, indent: int, name: str, key: SecretKey, mask: Mask
) -> None:
    """A list of values under `passwords:`, or names with values."""
    plural = name.lower().endswith("s") and key.strength is Strength.STRONG
    for below in _deeper(lines, number, indent - 1):
        item = _ITEM.match(lines[below])
        if item is None and _indent(lines[below]) <= indent:
            return
        if item is not None and hides(key, item[2]) and not _PAIR.match(item[2] + " "):
            if not is_error(item[2]):
                _rewrite(lines, below, _ITEM, key.kind, mask)
        elif item is None and plural:
            _rewrite(lines, below, _PAIR, key.kind, mask)


def _below_flag(lines: list[str], number: int, found: re.Match[str], mask: Mask) -> None:
    key = secret_key(found[2])
    if key is None or number + 1 >= len(lines) or not lines[number + 1].startswith(found[1]):
        return
    value = _LINE.match(lines[number + 1])
    beside = _indent(lines[number + 1]) == _indent(lines[number])
    if value and beside and value[2][:1] != "-" and hides(key, value[2]):
        _rewrite(lines, number + 1, _LINE, key.kind, mask)


def _below_environment(
    lines: list[str], number: int, indent: str, mask: Mask, allowed: frozenset[str]
) -> None:
    """`kubectl describe pod`: literal variables below `Environment:`."""
    for below in _deeper(lines, number, len(indent)):
        found = _VARIABLE.match(lines[below])
        if found is not None:
            value = lines[below][found.end() :].strip()
            kind = hidden_kind(found[1], value, allowed)
            if kind:
                _rewrite(lines, below, _PAIR, kind, mask)


def _secret_around(lines: list[str], number: int, indent: str, mask: Mask) -> None:
    """The data of the YAML Secret whose `kind` stands on that line: all values go."""
    first = number
    while first and not _is_outside(lines[first - 1], len(indent)):
        first -= 1
    for line in range(first, len(lines)):
        if line > number and _is_outside(lines[line], len(indent)):
            return
        if _indent(lines[line]) == len(indent) and _DATA.match(lines[line].lstrip()):
            for below in _deeper(lines, line, len(indent)):
                pair = _PAIR.match(lines[below] + " ")
                _rewrite(lines, below, _PAIR if pair else _LINE, "secret", mask)


def _is_outside(line: str, indent: int) -> bool:
    return line.startswith("---") or (bool(line.strip()) and _indent(line) < indent)
