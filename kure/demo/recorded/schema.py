"""Whether a pod is one: against the schema that was recorded with the cluster, and the rules that a
schema cannot tell. In the words of the API server, as far as these are checked.

https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kure.demo.recorded.problems import Refused
from kure.domain import manifests
from kure.domain.manifests import Manifest

POD = "io.k8s.api.core.v1.Pod"
REFERENCE = "#/components/schemas/"
GO_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": (),
    "array": (),
}
SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
POLICIES = ("Always", "Never", "OnFailure")
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
ANYTHING = (INT_OR_STRING, QUANTITY)


@dataclass
class Found:
    """What is wrong with a manifest, by kind of refusal."""

    unknown: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def check_pod(pod: Manifest, schemas: Manifest, *, strict: bool) -> None:
    """Refused with what the API server says. Without recorded schemas only the rules count."""
    found = Found()
    if POD in schemas:
        _walk(pod, {"$ref": REFERENCE + POD}, schemas, "", found)
    if found.wrong or (strict and found.unknown):
        said = found.wrong[0] if found.wrong else f"strict decoding error: {_joined(found.unknown)}"
        raise Refused(400, "BadRequest", f'Pod in version "v1" cannot be handled as a Pod: {said}')
    if broken := list(_broken(pod)):
        name = manifests.name(pod)
        said = broken[0] if len(broken) == 1 else f"[{', '.join(broken)}]"
        raise Refused(422, "Invalid", f'Pod "{name}" is invalid: {said}')


def _joined(unknown: list[str]) -> str:
    return ", ".join(f'unknown field "{path}"' for path in unknown)


def _walk(value: Any, schema: Manifest, schemas: Manifest, path: str, found: Found) -> None:
    schema, name = _resolved(schema, schemas)
    if value is None or name in ANYTHING or not schema:
        return
    kind = schema.get("type")
    if kind == "object" and isinstance(value, dict):
        _walk_object(value, schema, schemas, path, found)
    elif kind == "array" and isinstance(value, list):
        for number, each in enumerate(value):
            _walk(each, schema.get("items", {}), schemas, f"{path}[{number}]", found)
    elif not _is(value, GO_TYPES.get(str(kind))):
        into = {"object": name, "array": "slice"}.get(str(kind), schema.get("format") or kind)
        found.wrong.append(_unmarshal(value, path, str(into)))


def _walk_object(
    value: Manifest, schema: Manifest, schemas: Manifest, path: str, found: Found
) -> None:
    properties, further = schema.get("properties", {}), schema.get("additionalProperties")
    for key, each in value.items():
        inner = f"{path}.{key}" if path else key
        if wanted := properties.get(key) or further:
            _walk(each, wanted, schemas, inner, found)
        elif properties:
            found.unknown.append(inner)


def _resolved(schema: Manifest, schemas: Manifest) -> tuple[Manifest, str]:
    """The schema that a reference leads to, and its name. A default beside a reference makes the
    API server wrap it in allOf."""
    name = ""
    while True:
        wrapped = schema.get("allOf")
        reference = schema.get("$ref") or (wrapped[0].get("$ref") if wrapped else None)
        if reference is None:
            return schema, name
        name = reference.removeprefix(REFERENCE)
        schema = schemas.get(name, {})


def _is(value: object, kind: type | tuple[type, ...] | None) -> bool:
    """A value of no known type is not judged. Python's True is an int, JSON's is not."""
    if kind is None or (isinstance(value, bool) and kind is not bool):
        return kind is None
    return isinstance(value, kind)


def _unmarshal(value: object, path: str, into: str) -> str:
    kinds = {dict: "object", list: "array", str: "string", bool: "bool"}
    told = kinds.get(type(value), "number")
    bare = re.sub(r"\[\d+\]", "", path)
    return (
        f"json: cannot unmarshal {told} into Go struct field .{bare} of type "
        f"{into.rsplit('.', 1)[-1]}"
    )


def _broken(pod: Manifest) -> Iterator[str]:
    """What must be there or have one of some values."""
    metadata, spec = manifests.metadata(pod), manifests.spec(pod)
    name = manifests.text(metadata.get("name"))
    if not name:
        yield "metadata.name: Required value: name or generateName is required"
    elif not SUBDOMAIN.fullmatch(name) or len(name) > 253:
        yield (
            f'metadata.name: Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist '
            "of lower case alphanumeric characters, '-' or '.', and must start and end with an "
            "alphanumeric character"
        )
    containers = manifests.mappings(spec.get("containers"))
    if not containers:
        yield "spec.containers: Required value"
    volumes = {manifests.text(each.get("name")) for each in manifests.mappings(spec.get("volumes"))}
    seen: set[str] = set()
    for part in ("initContainers", "containers"):
        for number, container in enumerate(manifests.mappings(spec.get(part))):
            yield from _container(container, f"spec.{part}[{number}]", volumes, seen)
    policy = spec.get("restartPolicy", "Always")
    if policy not in POLICIES:
        yield _unsupported("spec.restartPolicy", policy, POLICIES)


def _container(container: Manifest, path: str, volumes: set[str], seen: set[str]) -> Iterator[str]:
    name = manifests.text(container.get("name"))
    if not name:
        yield f"{path}.name: Required value"
    elif not LABEL.fullmatch(name):
        yield f'{path}.name: Invalid value: "{name}": a lowercase RFC 1123 label is required'
    elif name in seen:
        yield f'{path}.name: Duplicate value: "{name}"'
    seen.add(name)
    if not manifests.text(container.get("image")):
        yield f"{path}.image: Required value"
    pulls = ("Always", "IfNotPresent", "Never")
    if container.get("imagePullPolicy", "Always") not in pulls:
        yield _unsupported(f"{path}.imagePullPolicy", container["imagePullPolicy"], pulls)
    for number, mount in enumerate(manifests.mappings(container.get("volumeMounts"))):
        if (volume := manifests.text(mount.get("name"))) not in volumes:
            yield f'{path}.volumeMounts[{number}].name: Not found: "{volume}"'


def _unsupported(path: str, value: object, values: tuple[str, ...]) -> str:
    told = ", ".join(f'"{each}"' for each in values)
    return f'{path}: Unsupported value: "{value}": supported values: {told}'
