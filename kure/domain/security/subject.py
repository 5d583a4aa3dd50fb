"""One object as all its checks see it: read once, with its pod spec and its containers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Place
from kure.domain.manifests import Manifest
from kure.domain.security.changes import Change
from kure.domain.security.kinds import POD_PLACES, kind_of
from kure.domain.security.settings import DEFAULTS, Settings
from kure.domain.security.snapshot import NOTHING, Snapshot

# In the order in which admission visits them.
FIELDS = ("initContainers", "containers", "ephemeralContainers")


class Container(NamedTuple):
    """A container of a pod spec. `context` is its securityContext; `path` tells people where it
    stands, `place` a patch. `added` and `dropped` are its capabilities, word for word."""

    name: str
    field: str
    path: str
    place: Place
    spec: Manifest
    context: Manifest
    added: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def is_ephemeral(self) -> bool:
        return self.field == "ephemeralContainers"

    @property
    def is_app(self) -> bool:
        """A main container, or a sidecar: an init container that keeps running."""
        if self.field == "containers":
            return True
        return self.field == "initContainers" and self.spec.get("restartPolicy") == "Always"

    @property
    def said(self) -> str:
        """What a sentence calls it."""
        return f"Container {self.name}" if self.name else "A container without a name"

    def change(self, value: Any, *keys: str | int) -> tuple[Change, ...]:
        """The change that sets a field of it, or removes it; nothing for an ephemeral container,
        which nobody can change."""
        return () if self.is_ephemeral else (((*self.place, *keys), value),)


class Volume(NamedTuple):
    name: str
    path: str
    place: Place
    spec: Manifest


def _words(value: Any) -> tuple[str, ...]:
    """The words of a list; a null is an empty word, as in the API server's eyes."""
    if not isinstance(value, list):
        return ()
    return tuple(each or "" for each in value if each is None or isinstance(each, str))


def _annotations(metadata: Manifest) -> Manifest:
    found = manifests.mapping(metadata.get("annotations"))
    return {key: value for key, value in found.items() if isinstance(key, str)}


class Subject:
    """An object with what stands around it. Any field may be missing, null or of a wrong type: such
    a field counts as absent.

    `pod` is the template of a workload's pods, or the pod itself, `pod_spec` its spec and `context`
    its securityContext; empty for other kinds. `containers` are all of them, init and ephemeral
    ones too.
    """

    def __init__(
        self, obj: Manifest, around: Snapshot = NOTHING, settings: Settings = DEFAULTS
    ) -> None:
        self.obj = obj
        self.around = around
        self.settings = settings
        self.kind = kind_of(obj)
        self.metadata = manifests.metadata(obj)
        self.namespace = manifests.text(self.metadata.get("namespace"))
        self.name = manifests.text(self.metadata.get("name"))
        self.spec = manifests.spec(obj)
        self.annotations = _annotations(self.metadata)
        self.containers: tuple[Container, ...] = ()
        self.volumes: tuple[Volume, ...] = ()
        self.place: Place = ()
        self.pod: Manifest = {}
        self.pod_annotations: Manifest = {}
        self.pod_spec: Manifest = {}
        self.context: Manifest = {}
        self.memory: dict[str, Any] = {}
        """What one check computed and others need, too."""
        place = POD_PLACES.get(self.kind)
        if place is not None:
            self._read_pod(place)

    def _read_pod(self, place: Place) -> None:
        found: Any = self.obj
        for key in place:
            found = manifests.mapping(found.get(key))
        self.pod = found
        self.pod_spec = manifests.spec(found)
        self.pod_annotations = _annotations(manifests.metadata(found))
        self.context = manifests.mapping(self.pod_spec.get("securityContext"))
        self.place = (*place, "spec")
        self.path = ".".join(map(str, self.place))
        self.annotations_path = ".".join((*map(str, place), "metadata.annotations"))
        self.containers = tuple(self._containers())
        self.volumes = tuple(self._volumes())
        system = manifests.mapping(self.pod_spec.get("os")).get("name")
        self.is_windows = system == "windows"
        selector = manifests.mapping(self.pod_spec.get("nodeSelector"))
        self.runs_on_windows = self.is_windows or selector.get("kubernetes.io/os") == "windows"
        self.has_user_namespace = self.pod_spec.get("hostUsers") is False
        self.shares_host_network = self.pod_spec.get("hostNetwork") is True

    def _containers(self) -> Iterator[Container]:
        for field in FIELDS:
            listed = self.pod_spec.get(field)
            for index, spec in enumerate(listed if isinstance(listed, list) else ()):
                if isinstance(spec, dict):
                    name = manifests.text(spec.get("name"))
                    context = manifests.mapping(spec.get("securityContext"))
                    capabilities = manifests.mapping(context.get("capabilities"))
                    yield Container(
                        name,
                        field,
                        f"{self.path}.{field}[{name or index}]",
                        (*self.place, field, index),
                        spec,
                        context,
                        _words(capabilities.get("add")),
                        _words(capabilities.get("drop")),
                    )

    def _volumes(self) -> Iterator[Volume]:
        listed = self.pod_spec.get("volumes")
        for index, spec in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(spec, dict):
                name = manifests.text(spec.get("name"))
                path = f"{self.path}.volumes[{name or index}]"
                yield Volume(name, path, (*self.place, "volumes", index), spec)

    def effective(self, container: Container, field: str) -> Any:
        """What holds for a container of a field that pods have, too; None where neither has."""
        own = container.context.get(field)
        return self.context.get(field) if own is None else own

    @property
    def pod_labels(self) -> dict[str, str]:
        return manifests.labels(self.pod)

    @property
    def version(self) -> int:
        """The minor version of the Pod Security Standards that holds."""
        return self.settings.policy_version

    @property
    def is_in_system_namespace(self) -> bool:
        name = self.name if self.kind == "Namespace" else self.namespace
        return name in self.settings.system_namespaces
