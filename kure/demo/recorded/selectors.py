"""What a list or a watch is narrowed to: label and field selectors.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
"""

import re
from collections.abc import Callable, Iterator, Mapping

from kure.demo.recorded.problems import Refused
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.recording.kinds import EVENTS, PODS

Matches = Callable[[Manifest], bool]

COMMON = ("metadata.name", "metadata.namespace")
FIELDS: dict[str, tuple[str, ...]] = {
    PODS.path: (
        *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName"),
        *("status.phase", "status.podIP", "status.nominatedNodeName"),
    ),
    EVENTS.path: (
        *(f"involvedObject.{part}" for part in ("kind", "namespace", "name", "uid")),
        *(f"involvedObject.{part}" for part in ("apiVersion", "resourceVersion", "fieldPath")),
        *("reason", "type", "source", "reportingComponent"),
    ),
}
NAME = r"[\w./-]+"
SET = re.compile(rf"({NAME})\s+(in|notin)\s+\(([^)]*)\)")
EQUAL = re.compile(rf"({NAME})\s*(==|=|!=)\s*([\w.-]*)")
EXISTS = re.compile(rf"(!?)\s*({NAME})")


def selected(path: str, query: Mapping[str, str]) -> Matches:
    """Whether an object of the list is wanted. Refused where a selector cannot be read."""
    wanted = [*_fields(path, query.get("fieldSelector", "")), *_labels(query)]
    return lambda obj: all(matches(obj) for matches in wanted)


def _fields(path: str, selector: str) -> Iterator[Matches]:
    for term in filter(None, selector.split(",")):
        field, found, value = term.partition("!=")
        negated = bool(found)
        if not found:
            field, found, value = term.partition("=")
        value = value.removeprefix("=")
        if not found:
            raise Refused(400, "BadRequest", f'invalid selector: "{selector}"; can\'t understand')
        if field not in (*COMMON, *FIELDS.get(path, ())):
            raise Refused(400, "BadRequest", f'field label not supported: "{field}"')
        yield _field(field, value, negated=negated)


def _field(field: str, value: str, *, negated: bool) -> Matches:
    return lambda obj: (_at(obj, field) == value) is not negated


def _at(obj: Manifest, field: str) -> str:
    found: object = obj
    for part in field.split("."):
        found = manifests.mapping(found).get(part)
    if field == "source":
        found = manifests.mapping(found).get("component")
    return manifests.text(found)


def _labels(query: Mapping[str, str]) -> Iterator[Matches]:
    selector = query.get("labelSelector", "")
    # a comma inside the brackets of a set separates values, not terms
    for term in filter(None, (each.strip() for each in re.split(r",(?![^(]*\))", selector))):
        yield _label(term, selector)


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
    raise Refused(400, "BadRequest", f"unable to parse requirement: {selector}")
