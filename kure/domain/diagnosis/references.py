"""What a pod's spec refers to by name, and where."""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Place
from kure.domain.manifests import Manifest


@dataclass(frozen=True)
class Reference:
    """One name in a spec. `place` is where it stands, as in a template ('spec', 'volumes', 0, …).

    `key` is what is taken of a ConfigMap or Secret, at `key_place`; '' for all of it. `container`
    is '' and `volume` named where a volume takes it. `use` says who takes it, in words.
    """

    kind: str
    name: str
    place: Place
    use: str
    container: str = ""
    volume: str = ""
    key: str = ""
    key_place: Place = ()
    optional: bool = False

    @property
    def path(self) -> str:
        """Where the name stands, as people write it: `spec.volumes[0].configMap.name`."""
        return path_of(self.place)


def path_of(place: Place) -> str:
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
    return "".join(parts).removeprefix(".")


def references(pod: Manifest) -> Iterator[Reference]:
    """ConfigMaps, Secrets and claims that a pod, or its template, names."""
    spec = manifests.spec(pod)
    for field in ("initContainers", "containers"):
        for index, container in indexed(spec.get(field)):
            yield from _of_container(("spec", field, index), container)
    for index, volume in indexed(spec.get("volumes")):
        yield from _of_volume(("spec", "volumes", index), volume)


def indexed(value: object) -> Iterator[tuple[int, Manifest]]:
    """The objects in a list with their places in it."""
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, dict):
            yield index, item


KEYS = (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret"))
WHOLE = (("configMapRef", "ConfigMap"), ("secretRef", "Secret"))
SOURCES = (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName"))


def _of_container(place: Place, container: Manifest) -> Iterator[Reference]:
    called = manifests.text(container.get("name"))
    for index, variable in indexed(container.get("env")):
        source = manifests.mapping(variable.get("valueFrom"))
        for field, kind in KEYS:
            found = manifests.mapping(source.get(field))
            at = (*place, "env", index, "valueFrom", field)
            if name := manifests.text(found.get("name")):
                yield Reference(
                    kind=kind,
                    name=name,
                    place=(*at, "name"),
                    use=f"environment variable {manifests.text(variable.get('name'))}",
                    container=called,
                    key=manifests.text(found.get("key")),
                    key_place=(*at, "key"),
                    optional=found.get("optional") is True,
                )
    for index, source in indexed(container.get("envFrom")):
        for field, kind in WHOLE:
            found = manifests.mapping(source.get(field))
            if name := manifests.text(found.get("name")):
                yield Reference(
                    kind=kind,
                    name=name,
                    place=(*place, "envFrom", index, field, "name"),
                    use="envFrom",
                    container=called,
                    optional=found.get("optional") is True,
                )


def _of_volume(place: Place, volume: Manifest) -> Iterator[Reference]:
    called = manifests.text(volume.get("name"))
    for field, kind, naming in SOURCES:
        source = manifests.mapping(volume.get(field))
        yield from _of_source(kind, (*place, field), source, naming, called)
    projected = manifests.mapping(volume.get("projected"))
    for index, part in indexed(projected.get("sources")):
        for field, kind, _ in SOURCES:
            at = (*place, "projected", "sources", index, field)
            yield from _of_source(kind, at, manifests.mapping(part.get(field)), "name", called)
    claim = manifests.text(manifests.mapping(volume.get("persistentVolumeClaim")).get("claimName"))
    if claim:
        yield Reference(
            kind="PersistentVolumeClaim",
            name=claim,
            place=(*place, "persistentVolumeClaim", "claimName"),
            use=f'volume "{called}"',
            volume=called,
        )


def _of_source(
    kind: str, place: Place, source: Manifest, naming: str, volume: str
) -> Iterator[Reference]:
    name = manifests.text(source.get(naming))
    if not name:
        return
    optional = source.get("optional") is True
    items = list(indexed(source.get("items")))
    if not items:
        use = f'volume "{volume}"'
        yield Reference(kind, name, (*place, naming), use, volume=volume, optional=optional)
    for index, item in items:
        yield Reference(
            kind=kind,
            name=name,
            place=(*place, naming),
            use=f'volume "{volume}"',
            volume=volume,
            key=manifests.text(item.get("key")),
            key_place=(*place, "items", index, "key"),
            optional=optional,
        )
