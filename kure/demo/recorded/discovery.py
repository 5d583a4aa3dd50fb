"""Which groups and resources there are, as clients ask it: what was recorded of that, without what
is not served and with what recordings did not list yet when they were made.

https://kubernetes.io/docs/reference/using-api/#api-groups
"""

from collections.abc import Collection, Mapping

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.recording.kinds import SERVED, Resource

GROUPS = "/apis"


def discovery(documents: Mapping[str, Manifest]) -> dict[str, Manifest]:
    """The documents by their paths; those that tell of no group come as they are."""
    told = dict(documents)
    for resource in SERVED:
        if resource.group_path in documents or resource.kind:
            told[resource.group_path] = _resources(
                resource.group_path, documents.get(resource.group_path, {})
            )
    if GROUPS in told:
        told[GROUPS] = _groups(told[GROUPS])
    return told


def _resources(path: str, document: Manifest) -> Manifest:
    here = [resource for resource in SERVED if resource.group_path == path]
    names = {resource.plural for resource in here}
    kept = [
        each
        for each in manifests.mappings(document.get("resources"))
        if str(each.get("name")).removesuffix("/log") in names
    ]
    known = {each.get("name") for each in kept}
    kept += [_entry(each) for each in here if each.kind and each.plural not in known]
    about = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": _version(path)}
    return about | document | {"resources": kept}


def _entry(resource: Resource) -> Manifest:
    return {
        "name": resource.plural,
        "singularName": resource.kind.lower(),
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": ["get", "list", "watch"],
    }


def _groups(document: Manifest) -> Manifest:
    served = dict.fromkeys(
        _version(resource.group_path)
        for resource in SERVED
        if resource.group_path.startswith(GROUPS)
    )
    named = manifests.mappings(document.get("groups"))
    kept = [group for group in (_of_group(group, served) for group in named) if group]
    known = {group.get("name") for group in kept}
    later = dict.fromkeys(resource.group_path for resource in SERVED if resource.kind)
    kept += [
        _group(_version(path))
        for path in later
        if path.startswith(GROUPS) and _version(path).partition("/")[0] not in known
    ]
    return document | {"groups": kept}


def _of_group(group: Manifest, served: Collection[object]) -> Manifest:
    """The group with the versions of it that are served; empty where none is."""
    versions = [
        version
        for version in manifests.mappings(group.get("versions"))
        if version.get("groupVersion") in served
    ]
    return group | {"versions": versions, "preferredVersion": versions[0]} if versions else {}


def _group(group_version: str) -> Manifest:
    name, _, version = group_version.partition("/")
    told = {"groupVersion": group_version, "version": version}
    return {"name": name, "versions": [told], "preferredVersion": told}


def _version(path: str) -> str:
    """`apps/v1` of `/apis/apps/v1`, `v1` of `/api/v1`."""
    return path.removeprefix(f"{GROUPS}/").removeprefix("/api/")
