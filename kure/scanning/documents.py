"""The objects in a text of manifests, with the YAML nodes that know the line of each field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from kure.adapters.dump.depth import refuse_depths
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import InvalidInput

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Times stay as they are written, as in JSON.
_RESOLVERS = {
    first: [(tag, known) for tag, known in found if not tag.endswith(":timestamp")]
    for first, found in _SAFE.yaml_implicit_resolvers.items()
}
_LOADER: Any = type("Loader", (_SAFE,), {"yaml_implicit_resolvers": _RESOLVERS})

# What aliases may make of a document: a few lines of them can stand for more than any memory holds.
MOST_NODES = 2_000_000

TEMPLATE = re.compile(r"\{\{-?\s")
"""How an action of a Go template begins."""


@dataclass(frozen=True)
class Document:
    """One object; `node` is where it stands."""

    object: Manifest
    node: yaml.Node


@dataclass(frozen=True)
class Stray:
    """A document that is no Kubernetes object, though it is YAML: values, say."""

    line: int


def documents(text: str, source: str) -> Iterator[Document | Stray]:
    """Every object of the text; those of Lists one by one. InvalidInput says what is wrong with it,
    without quoting it: manifests hold secrets."""
    loader = _LOADER(text)
    try:
        refuse_depths(text, source)
        while loader.check_node():
            node = loader.get_node()
            _refuse_bombs(node, source)
            yield from _objects(loader.construct_document(node), node)
    except yaml.YAMLError as error:
        raise _broken(error, text, source) from None
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(f"{source} cannot be read as YAML{_hint(text)}") from None
    finally:
        loader.dispose()


def _broken(error: yaml.YAMLError, text: str, source: str) -> InvalidInput:
    return InvalidInput(f"{source} is neither YAML nor JSON{_where(error)}{_hint(text)}")


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def _hint(text: str) -> str:
    if not TEMPLATE.search(text):
        return ""
    return ": it is a template; render it first: `helm template CHART | kure scan -f -`"


def _objects(found: Any, node: yaml.Node) -> Iterator[Document | Stray]:
    if found is None:
        return
    obj = manifests.mapping(found)
    kind = manifests.text(obj.get("kind"))
    if not kind or "apiVersion" not in obj:
        yield Stray(node.start_mark.line + 1)
        return
    items = obj.get("items")
    if not kind.endswith("List") or not isinstance(items, list):
        yield Document(obj, node)
        return
    named = {"kind": kind.removesuffix("List"), "apiVersion": obj["apiVersion"]}
    for item, where in zip(items, _items(node), strict=True):
        whole = named | item if isinstance(item, dict) else {}
        if whole.get("kind"):
            yield Document(whole, where)


def _items(node: yaml.Node) -> list[yaml.Node]:
    for key, value in node.value:
        if key.value == "items":
            found: list[yaml.Node] = value.value
            return found
    return []


def _refuse_bombs(node: yaml.Node, source: str) -> None:
    """Aliases are fine as long as what they stand for is no more than a scan can look at."""
    sizes: dict[int, int] = {}

    def size(each: yaml.Node) -> int:
        known = sizes.get(id(each))
        if known is not None:
            return known
        sizes[id(each)] = MOST_NODES + 1  # what holds itself has no end
        inner = each.value if isinstance(each, yaml.CollectionNode) else ()
        flat = [part for one in inner for part in (one if isinstance(one, tuple) else (one,))]
        total = sizes[id(each)] = 1 + sum(map(size, flat))
        return total

    if size(node) > MOST_NODES:
        raise InvalidInput(
            f"{source} is larger with its YAML aliases than Kure looks at ({MOST_NODES:,} nodes)"
        )
