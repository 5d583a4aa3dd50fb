"""The objects in what `kubectl get … -o yaml` and `-o json` print: single objects, lists, several
documents."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from kure.adapters.dump.depth import refuse_depths
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import InvalidInput

# Without aliases a text is as large as what it says; kubectl prints none.
ALIAS = re.compile(r"(?:^|[\s\[{,:-])\*\w", re.M)
ANCHOR = re.compile(r"(?:^|[\s\[{,:-])&\w", re.M)

_SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Times stay as they are written, as in JSON.
_RESOLVERS = {
    first: [(tag, known) for tag, known in found if not tag.endswith(":timestamp")]
    for first, found in _SAFE.yaml_implicit_resolvers.items()
}
_LOADER = type("Loader", (_SAFE,), {"yaml_implicit_resolvers": _RESOLVERS})


@dataclass(frozen=True)
class Dumped:
    """One object. `listed`: it came in a list, so that others of its kind and namespace would have
    come with it."""

    object: Manifest
    listed: bool


def read(text: str, source: str) -> list[Dumped]:
    """Every object of the text. InvalidInput says what is wrong with it, without quoting it: dumps
    hold secrets."""
    found = [each for document in _documents(text, source) for each in _objects(document, source)]
    if not found:
        raise InvalidInput(
            f"{source} holds no Kubernetes object; is it the output of `kubectl get`?"
        )
    if not any(each.object.get("status") for each in found):
        raise InvalidInput(
            f"Nothing in {source} has a status, so it was not read from a cluster; "
            "dump one with `kubectl get all,events -o yaml`"
        )
    return found


def _documents(text: str, source: str) -> Iterator[Any]:
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from _json(text)
            return
        except (ValueError, RecursionError):
            pass  # flow style YAML begins so, too
    if ALIAS.search(text) and ANCHOR.search(text) and _has_alias(text, source):
        raise InvalidInput(f"{source} has YAML aliases, which kubectl never prints")
    try:
        refuse_depths(text, source)
        yield from yaml.load_all(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise InvalidInput(f"{source} is neither YAML nor JSON{_where(error)}") from None
    except (ValueError, RecursionError):
        raise InvalidInput(f"{source} cannot be read as YAML") from None


def _json(text: str) -> Iterator[Any]:
    """One document after another, as `kubectl get` called twice prints them."""
    decoder = json.JSONDecoder()
    left = text.lstrip()
    while left:
        found, end = decoder.raw_decode(left)
        left = left[end:].lstrip()
        yield found


def _has_alias(text: str, source: str) -> bool:
    try:
        return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_SAFE))
    except yaml.YAMLError as error:
        raise InvalidInput(f"{source} is neither YAML nor JSON{_where(error)}") from None


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1})" if mark else ""


def _objects(document: Any, source: str) -> Iterator[Dumped]:
    if document is None:
        return
    kind = manifests.text(manifests.mapping(document).get("kind"))
    if not kind:
        raise InvalidInput(f"{source} holds something that is no Kubernetes object: it has no kind")
    if not kind.endswith("List") or not isinstance(document.get("items"), list):
        yield Dumped(document, listed=False)
        return
    named = {"kind": kind.removesuffix("List"), "apiVersion": document.get("apiVersion")}
    for item in manifests.mappings(document["items"]):
        obj = item if item.get("kind") else item | named
        if obj.get("kind"):
            yield Dumped(obj, listed=True)
