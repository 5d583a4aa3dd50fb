"""What a list is narrowed to: label and field selectors, as the API takes them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.manifests import Manifest

Matches = Callable[[Manifest], bool]

NAME = r"[\w./-]+"
SET = re.compile(rf"({NAME})\s+(in|notin)\s+\(([^)]*)\)")
EQUAL = re.compile(rf"({NAME})\s*(==|=|!=)\s*([\w.-]*)")
EXISTS = re.compile(rf"(!?)\s*({NAME})")


class Unreadable(ValueError):
    """A selector that is none, in the API server's words."""


@dataclass(frozen=True)
class FieldTerm:
    """One term of a field selector: `spec.nodeName!=node-1`."""

    field: str
    value: str
    negated: bool

    def matches(self, obj: Manifest) -> bool:
        return (_at(obj, self.field) == self.value) is not self.negated


def field_terms(selector: str) -> Iterator[FieldTerm]:
    """Raises Unreadable."""
    for term in filter(None, selector.split(",")):
        field, found, value = term.partition("!=")
        negated = bool(found)
        if not found:
            field, found, value = term.partition("=")
        if not found:
            raise Unreadable(f'invalid selector: "{selector}"; can\'t understand')
        yield FieldTerm(field, value.removeprefix("="), negated)


def label_terms(selector: str) -> Iterator[Matches]:
    """Raises Unreadable."""
    # a comma inside the brackets of a set separates values, not terms
    for term in filter(None, (each.strip() for each in re.split(r",(?![^(]*\))", selector))):
        yield _label(term, selector)


def _at(obj: Manifest, field: str) -> str:
    found: object = obj
    for part in field.split("."):
        found = manifests.mapping(found).get(part)
    if field == "source":
        found = manifests.mapping(found).get("component")
    return manifests.text(found)


def _label(term: str, selector: str) -> Matches:
    if found := SET.fullmatch(term):
        key, values = found[1], {each.strip() for each in found[3].split(",")}
        if found[2] == "in":
            return lambda obj: manifests.labels(obj).get(key) in values
        return lambda obj: manifests.labels(obj).get(key) not in values
    if found := EQUAL.fullmatch(term):
        key, value = found[1], found[3]
        if found[2] == "!=":
            return lambda obj: manifests.labels(obj).get(key) != value
        return lambda obj: manifests.labels(obj).get(key) == value
    if found := EXISTS.fullmatch(term):
        key, absent = found[2], bool(found[1])
        return lambda obj: (key in manifests.labels(obj)) is not absent
    raise Unreadable(f"unable to parse requirement: {selector}")
