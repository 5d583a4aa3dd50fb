"""The manifest that somebody edited: one document of YAML that says one thing only.

What two readers could read differently is refused: keys that stand twice, aliases, tags, merges.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import InvalidInput, TooLarge

MOST_BYTES = 256 * 1024
DEEPEST = 60

_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Times stay as they are written, as in JSON; `<<` and `=` are keys like others, which no pod has.
_LEFT_OUT = ("timestamp", "merge", "value")
_RESOLVERS = {
    first: [(tag, known) for tag, known in found if tag.rpartition(":")[2] not in _LEFT_OUT]
    for first, found in _SAFE.yaml_implicit_resolvers.items()
}
_LOADER = type("Loader", (_SAFE,), {"yaml_implicit_resolvers": _RESOLVERS})


def edited(text: str, kind: str = "Pod", api_version: str = "v1") -> Manifest:
    """The one object in the text. TooLarge, or InvalidInput that names the line and does not quote
    it: it may hold a secret."""
    size = len(text.encode(errors="surrogatepass"))
    if size > MOST_BYTES:
        raise TooLarge(
            f"The manifest has {size} bytes, at most {MOST_BYTES}: leave out its status."
        )
    try:
        _look(text)
        node = yaml.compose(text, Loader=_LOADER)
        if node is None:
            raise InvalidInput(f"The manifest is empty: write one {kind}.")
        _look_at_keys(node)
        found: Any = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InvalidInput(f"The manifest is no YAML{where}: correct it there.") from None
    except (ValueError, RecursionError):
        raise InvalidInput("The manifest cannot be read as YAML: correct it.") from None
    return _one(found, kind, api_version)


def _one(found: Any, kind: str, api_version: str) -> Manifest:
    if not isinstance(found, dict):
        raise InvalidInput(f"The manifest is no object: write one {kind}.")
    for field, meant in (("kind", kind), ("apiVersion", api_version)):
        if found.get(field) != meant:
            told = manifests.text(found.get(field))[:60]
            raise InvalidInput(f'The manifest has the {field} "{told}": write {meant}.')
    return found


def _look(text: str) -> None:
    """What can be told before anything is built: documents, aliases, anchors, tags, depth."""
    documents = depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _refused("a second document", line, "write one only")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused("an alias or its anchor", line, "write the value itself")
        if getattr(event, "tag", None):
            raise _refused("a tag", line, "leave it out")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _refused(f"more than {DEEPEST} levels", line, "write what a pod has")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _look_at_keys(root: yaml.Node) -> None:
    for mapping in _mappings(root):
        seen: set[str] = set()
        for key, _ in mapping.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or not key.tag.endswith(":str"):
                raise _refused("a key that is no text", line, "write it in quotes")
            if key.value in seen:
                raise _refused("a key that stands twice", line, "leave one of them")
            seen.add(key.value)


def _mappings(root: yaml.Node) -> Iterator[yaml.MappingNode]:
    left = [root]
    while left:
        node = left.pop()
        if isinstance(node, yaml.MappingNode):
            yield node
            left += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            left += node.value
        elif node.tag.endswith(":float") and node.value.lower().lstrip("+-") in (".inf", ".nan"):
            line = node.start_mark.line + 1
            raise _refused("a number that JSON does not have", line, "write another")


def _refused(what: str, line: int, do: str) -> InvalidInput:
    return InvalidInput(f"The manifest has {what} (line {line}): {do}.")
