"""What the failing container is given: its settings, its command, its volumes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Place
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.manifests import Manifest

# A path as programs write it: quoted, or up to white space or a colon.
PATH = r"(?P<path>/[\w.@+~%/-]{1,300})"

# The token of its ServiceAccount, which every pod is given.
OF_EVERY_POD = "/var/run/secrets/kubernetes.io/"


@dataclass(frozen=True)
class Mount:
    """One volume in the container. `kind` is `configMap`, `secret`, `emptyDir` …; '' where it is
    not told. `field` is where the mount stands in the pod."""

    path: str
    volume: str
    kind: str
    source: Manifest
    sub_path: str
    read_only: bool
    field: str
    index: int

    @property
    def source_name(self) -> str:
        """The name of the ConfigMap, Secret or claim behind it."""
        for key in ("name", "secretName", "claimName"):
            if name := manifests.text(self.source.get(key)):
                return name
        return ""

    @property
    def told(self) -> str:
        """`volume "data" (emptyDir)`, or with the name of what is behind it."""
        behind = f'{KINDS.get(self.kind, self.kind)} "{self.source_name}"'
        return f'volume "{self.volume}" ({behind if self.source_name else self.kind})'

    def holds(self, path: str) -> bool:
        """Whether the path is the mount itself or within it."""
        here = self.path.rstrip("/")
        return path == here or path.startswith(f"{here}/")

    def evidence(self, case: Case) -> EvidenceLine:
        return case.from_pod(self.field, f"{self.path}: {self.told}")


KINDS = {
    "configMap": "ConfigMap",
    "secret": "Secret",
    "persistentVolumeClaim": "PersistentVolumeClaim",
    "hostPath": "hostPath",
}


def spec_of(case: Case) -> Manifest:
    """The container's part of the pod's spec."""
    if case.container is not None:
        return case.container.spec
    for field in ("initContainers", "containers"):
        for each in manifests.mappings(manifests.spec(case.pod).get(field)):
            if each.get("name") == case.failure.container:
                return each
    return {}


def mounts(case: Case) -> list[Mount]:
    volumes = {
        manifests.text(volume.get("name")): (index, volume)
        for index, volume in enumerate(_items(manifests.spec(case.pod).get("volumes")))
    }
    found = []
    for index, mount in enumerate(_items(spec_of(case).get("volumeMounts"))):
        name = manifests.text(mount.get("name"))
        if manifests.text(mount.get("mountPath")).startswith(OF_EVERY_POD):
            continue
        place, volume = volumes.get(name, (-1, {}))
        kind = next((key for key in volume if key != "name"), "")
        found.append(
            Mount(
                path=manifests.text(mount.get("mountPath")) or "/",
                volume=name,
                kind=kind,
                source=manifests.mapping(volume.get(kind)),
                sub_path=manifests.text(mount.get("subPath")),
                read_only=mount.get("readOnly") is True,
                field=f"{case.spec_path}.volumeMounts[{index}]",
                index=place,
            )
        )
    return found


def mount_of(case: Case, path: str) -> Mount | None:
    """The volume that a path of the container is in; None where it is of the image."""
    holding = [mount for mount in mounts(case) if mount.path != "/" and mount.holds(path)]
    return max(holding, key=lambda mount: len(mount.path), default=None)


def variables(case: Case) -> list[Manifest]:
    return _items(spec_of(case).get("env"))


def words(case: Case) -> Iterator[tuple[Place, str]]:
    """Each word of command and args, with its place in the container."""
    for key in ("command", "args"):
        given = spec_of(case).get(key)
        for index, word in enumerate(given if isinstance(given, list) else []):
            if isinstance(word, str):
                yield (key, index), word


def field_of(case: Case, place: Place) -> str:
    """`spec.containers[0].args[1]`"""
    path = case.spec_path
    for key in place:
        path += f"[{key}]" if isinstance(key, int) else f".{key}"
    return path


def put(case: Case, place: Place, value: object) -> tuple[Operation, ...]:
    """Set a value of the container in the template that people edit; nothing where that was not
    read or has no such container."""
    template = case.template
    own = template.container(case.failure.container) if template else None
    if template is None or own is None:
        return ()
    if len(place) > 1 and at(own_spec(case), place[:2]) != at(spec_of(case), place[:2]):
        return ()  # what was put into the pod on its way moved the places
    return template.put((*own, *place), value)


def own_spec(case: Case) -> Manifest:
    """The container as people wrote it: without what is put into pods on their way. The pod's
    where the template was not read."""
    template = case.template
    own = template.container(case.failure.container) if template else None
    return manifests.mapping(at(template.pod, own)) if template and own else spec_of(case)


def at(obj: object, place: Place) -> object:
    """What stands at a place, None where nothing does."""
    for key in place:
        if isinstance(key, int):
            obj = obj[key] if isinstance(obj, list) and key < len(obj) else None
        else:
            obj = manifests.mapping(obj).get(key)
    return obj


def reworded(case: Case, old: str, new: str) -> tuple[Place, str, tuple[Operation, ...]] | None:
    """Where a word stands in command, args or the plain value of a variable, there with the new
    one. None unless it stands in one place only."""
    pattern = re.compile(rf"(?<![\w./-]){re.escape(old)}(?![\w/-]|\.\w)")
    places = [*words(case), *values(case)]
    found = [(place, text) for place, text in places if pattern.search(text)]
    if len(found) != 1 or len(pattern.findall(found[0][1])) != 1:
        return None
    place, text = found[0]
    return place, text, put(case, place, pattern.sub(lambda _: new, text))


def values(case: Case) -> Iterator[tuple[Place, str]]:
    for index, variable in enumerate(variables(case)):
        if value := manifests.text(variable.get("value")):
            yield ("env", index, "value"), value


def security(case: Case, key: str) -> object:
    """A field of the container's securityContext, else of the pod's."""
    for spec in (spec_of(case), manifests.spec(case.pod)):
        value = manifests.mapping(spec.get("securityContext")).get(key)
        if value is not None:
            return value
    return None


def _items(value: object) -> list[Manifest]:
    """The list with its places kept: what is no object counts as an empty one."""
    return [manifests.mapping(item) for item in value] if isinstance(value, list) else []
