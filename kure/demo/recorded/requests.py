"""What a path and its query ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from kure.recording.kinds import SERVED, Resource

RESOURCES = {resource.path: resource for resource in SERVED}


@dataclass(frozen=True)
class Target:
    """A resource, or a list of them where `name` is empty. `namespace` is empty for all."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def resolve(path: str) -> Target | None:
    """None for what is no resource that is served: the discovery documents, other kinds."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    cut = 2 if parts[0] == "api" else 3
    group_path, rest = "/" + "/".join(parts[:cut]), parts[cut:]
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces":
        namespace, rest = rest[1], rest[2:]
    if not rest or len(rest) > 3:
        return None
    plural, name, subresource = (*rest, "", "")[:3]
    resource = RESOURCES.get(f"{group_path}/{plural}")
    if resource is None or (namespace and not resource.namespaced):
        return None
    return Target(resource, namespace, name, subresource)


def is_true(query: Mapping[str, str], name: str) -> bool:
    return query.get(name, "").lower() in ("1", "true")
