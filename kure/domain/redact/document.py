"""JSON and YAML inside a string: read, redacted as objects, and written back where they differ.

YAML is changed in place, value by value, so that its comments, order and quotes stay; JSON is
written anew in the form it had.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml

Change = Callable[[Any], Any]

_MANIFEST = re.compile(r"^(?:- | )*[\"']?kind[\"']?:[ \t]*\S", re.M)
_API_VERSION = re.compile(r"^(?:- | )*[\"']?apiVersion[\"']?:[ \t]*\S", re.M)
_BLOCK = re.compile(r"\|[+-]?(?![0-9])")
"""A literal block without an indentation of its own."""

_COMMENT = re.compile(r"(?<!\S)#[^\n]*")
_INDENT = re.compile(r"[\[{]\n([ \t]+)")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def rewrite_json(text: str, change: Change) -> str | None:
    """The JSON object or list with `change` applied, byte for byte the same where it changes
    nothing; None where the text is no JSON object or list."""
    if text[:1] not in "{[" and text.lstrip()[:1] not in "{[":
        return None
    body = text.strip()
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict | list):
        return None
    changed = change(value)
    if changed == value:
        return text
    indent = _INDENT.search(body)
    spaced = '": ' in body or indent is not None
    written = json.dumps(
        changed,
        ensure_ascii=False,
        indent=indent[1] if indent else None,
        separators=(",", ": " if spaced else ":")
        if indent
        else (", ", ": ")
        if spaced
        else (",", ":"),
    )
    return text.replace(body, written, 1)


def rewrite_yaml(text: str, change: Change, comment: Callable[[str], str] = str) -> str | None:
    """YAML manifests with `change` applied to each document, and `comment` to each comment; None
    where the text is none."""
    if "\n" not in text or not (_MANIFEST.search(text) and _API_VERSION.search(text)):
        return None
    try:
        roots = [root for root in yaml.compose_all(text, Loader=_LOADER) if root is not None]
        if not _is_tree(roots):
            return None
        edits = {edit for root in roots for edit in _edits_of(root, text, change)}
    except (yaml.YAMLError, RecursionError):
        return None
    edits |= set(_comments(roots, text, comment))
    for start, end, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[end:]
    return text


Edit = tuple[int, int, str]


def _edits_of(root: yaml.Node, text: str, change: Change) -> Iterator[Edit]:
    before = _plain(root)
    yield from _edits(root, before, change(before), text)


def _comments(
    roots: Iterable[yaml.Node], text: str, comment: Callable[[str], str]
) -> Iterator[Edit]:
    """What to write for the comments, which stand between the scalars."""
    start = 0
    spans = sorted({span for root in roots for span in _scalars(root)})
    for stop, next_start in [*spans, (len(text), len(text))]:
        for found in _COMMENT.finditer(text, start, max(start, stop)):
            written = comment(found[0])
            if written != found[0]:
                yield *found.span(), written
        start = next_start


def _is_tree(roots: Iterable[yaml.Node]) -> bool:
    """Whether no node stands in two places. Aliases multiply (ten lines can mean a billion nodes),
    and one scalar cannot be written in two ways."""
    seen: set[int] = set()
    left = list(roots)
    while left:
        node = left.pop()
        if id(node) in seen:
            return False
        seen.add(id(node))
        left += _inner(node)
    return True


def _inner(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [each for pair in node.value for each in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _scalars(node: yaml.Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, yaml.ScalarNode):
        yield node.start_mark.index, node.end_mark.index
    for inner in _inner(node):
        yield from _scalars(inner)


def _plain(node: yaml.Node) -> Any:
    """The node as dicts, lists and scalars. Only what looks like a number or a boolean is not a
    string; dates stay as they are written."""
    if isinstance(node, yaml.MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    kind = node.tag.rpartition(":")[2]
    if kind == "bool":
        return node.value.lower() in ("true", "yes", "on")
    if kind == "null":
        return None
    return int(node.value) if kind == "int" and node.value.isdecimal() else node.value


def _edits(node: yaml.Node, before: Any, after: Any, text: str) -> Iterator[Edit]:
    """What to write where, so that the node says `after`."""
    if before == after:
        return
    if isinstance(node, yaml.MappingNode) and isinstance(after, dict):
        for key, value in node.value:
            name = str(_plain(key))
            yield from _edits(value, _plain(value), after[name], text)
    elif isinstance(node, yaml.SequenceNode) and isinstance(after, list):
        for item, old, new in zip(node.value, before, after, strict=True):
            yield from _edits(item, old, new, text)
    else:
        start, end = node.start_mark.index, node.end_mark.index
        yield start, end, _written(text[start:end], str(after))


def _written(source: str, value: str) -> str:
    """The value in place of a scalar. A block stays one where its lines are as many as before; else
    it is written in quotes, and empty lines follow so that those below keep their numbers."""
    header, *lines = source.split("\n")
    values = value.removesuffix("\n").split("\n")
    same = len(values) == len("\n".join(lines).rstrip().split("\n"))
    if not same or not _BLOCK.match(header):
        return json.dumps(value, ensure_ascii=False) + "\n" * len(lines)
    first = next(line for line in lines if line.strip())
    indent = first[: len(first) - len(first.lstrip())]
    body = [indent + line if line else "" for line in values]
    return "\n".join([header, *body, *lines[len(values) :]])
