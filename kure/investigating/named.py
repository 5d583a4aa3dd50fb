"""Whether what a fix names anew is there: what it takes of ConfigMaps and claims, whom a Service
selects, which Service an Ingress or a route asks, whom an autoscaler scales, the class of a claim.

What may not be read is no reason to refuse: it is said that it is not known. Secrets are never
read.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.diagnosis.existing import keys_of
from kure.domain.diagnosis.fixes import template_of
from kure.domain.diagnosis.readable import NEARBY
from kure.domain.diagnosis.references import Reference, references
from kure.domain.failures.objects.kinds import KINDS
from kure.errors import AccessDenied, NotFound
from kure.gathering.reads import PODS
from kure.ports import Cluster, Manifest

_SCALED = ("Deployment", "StatefulSet", "ReplicaSet")


@dataclass
class Named:
    """Looks up what the changed object names and the live one does not. `unknown` fills while it
    does."""

    cluster: Cluster
    live: Manifest
    changed: Manifest
    unknown: list[str] = field(default_factory=list)

    async def missing(self) -> list[str]:
        """A sentence for each thing that is not there. Raises ClusterUnavailable."""
        found: list[str] = []
        for look in (self._references, self._of_kind()):
            async for each in look():
                found.append(each)
        return list(dict.fromkeys(found))

    @property
    def _namespace(self) -> str:
        return manifests.namespace(self.live)

    def _of_kind(self) -> Callable[[], AsyncIterator[str]]:
        looks: dict[str, Callable[[], AsyncIterator[str]]] = {
            "Service": self._selected,
            "Ingress": self._backends,
            "HTTPRoute": self._backends,
            "HorizontalPodAutoscaler": self._scaled,
            "PersistentVolumeClaim": self._class,
        }
        return looks.get(manifests.text(self.changed.get("kind")), _nothing)

    async def _read(self, kind: str, name: str) -> Manifest | None:
        """The object of that name; None where there is none. AccessDenied where it may not be
        read."""
        known = NEARBY.get(kind) or KINDS[kind]
        path = known.list_in(self._namespace) if known.namespaced else known.list_path
        try:
            async for found in self.cluster.list(path, {"fieldSelector": f"metadata.name={name}"}):
                return found
        except NotFound:
            return None
        return None

    async def _there(self, kind: str, name: str, where: str) -> AsyncIterator[str]:
        try:
            found = await self._read(kind, name)
        except AccessDenied:
            self.unknown.append(f"whether there is a {kind} {name}")
            return
        if found is None:
            yield f"{where} names the {kind} {name}, which is not there."

    async def _references(self) -> AsyncIterator[str]:
        known = {_key(each) for each in _named_by(self.live)}
        for each in _named_by(self.changed):
            if _key(each) in known or each.optional:
                continue
            if each.kind == "Secret":
                what = f"key {each.key} in " if each.key else ""
                self.unknown.append(f"whether there is {what}Secret {each.name}")
                continue
            async for missing in self._referred(each):
                yield missing

    async def _referred(self, each: Reference) -> AsyncIterator[str]:
        try:
            found = await self._read(each.kind, each.name)
        except AccessDenied:
            self.unknown.append(f"whether there is a {each.kind} {each.name}")
            return
        if found is None:
            yield f"{each.path} names the {each.kind} {each.name}, which is not there."
        elif each.kind == "ConfigMap" and each.key and each.key not in keys_of(found):
            yield f"{each.path} takes the key {each.key} of ConfigMap {each.name}, which has none."

    async def _selected(self) -> AsyncIterator[str]:
        spec = manifests.spec(self.changed)
        selector = manifests.mapping(spec.get("selector"))
        if selector == manifests.spec(self.live).get("selector"):
            return
        chosen = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
        if not chosen:
            yield "spec.selector chooses no pods any more."
            return
        path = PODS.format(self._namespace)
        try:
            async for _ in self.cluster.list(path, {"labelSelector": chosen}):
                return
        except AccessDenied:
            self.unknown.append("which pods it selects")
            return
        yield f"spec.selector chooses {chosen}, and no pod has these labels."

    async def _backends(self) -> AsyncIterator[str]:
        known = list(_backends(self.live))
        for name, port in _backends(self.changed):
            if (name, port) in known:
                continue
            try:
                service = await self._read("Service", name)
            except AccessDenied:
                self.unknown.append(f"whether there is a Service {name}")
                continue
            if service is None:
                yield f"It asks the Service {name}, which is not there."
            elif port not in _ports(service):
                yield f"It asks port {port} of Service {name}, which has none such."

    async def _scaled(self) -> AsyncIterator[str]:
        target = manifests.mapping(manifests.spec(self.changed).get("scaleTargetRef"))
        if target == manifests.spec(self.live).get("scaleTargetRef"):
            return
        kind, name = (manifests.text(target.get(key)) for key in ("kind", "name"))
        if kind not in _SCALED:
            yield f"spec.scaleTargetRef.kind is {kind}: it has to be one of {', '.join(_SCALED)}."
            return
        async for missing in self._there(kind, name, "spec.scaleTargetRef"):
            yield missing

    async def _class(self) -> AsyncIterator[str]:
        name = manifests.spec(self.changed).get("storageClassName")
        if not isinstance(name, str) or name == manifests.spec(self.live).get("storageClassName"):
            return
        async for missing in self._there("StorageClass", name, "spec.storageClassName"):
            yield missing


async def _nothing() -> AsyncIterator[str]:
    nothing: tuple[str, ...] = ()
    for each in nothing:
        yield each


def _named_by(obj: Manifest) -> Iterator[Reference]:
    template = template_of(obj)
    if template is not None:
        yield from references(template.pod)


def _key(each: Reference) -> tuple[str, str, str]:
    return each.kind, each.name, each.key


def _backends(obj: Manifest) -> Iterator[tuple[str, int | str | None]]:
    """The Services that an Ingress or a route asks, each with the port."""
    spec = manifests.spec(obj)
    for rule in manifests.mappings(spec.get("rules")):
        for one in manifests.mappings(rule.get("backendRefs")):
            yield manifests.text(one.get("name")), manifests.number(one.get("port"))
        for path in manifests.mappings(manifests.mapping(rule.get("http")).get("paths")):
            yield from _backend(path.get("backend"))
    yield from _backend(spec.get("defaultBackend"))


def _backend(value: object) -> Iterator[tuple[str, int | str | None]]:
    service = manifests.mapping(manifests.mapping(value).get("service"))
    if service:
        port = manifests.mapping(service.get("port"))
        number = manifests.number(port.get("number"))
        called = manifests.text(port.get("name")) or None
        yield manifests.text(service.get("name")), called if number is None else number


def _ports(service: Manifest) -> set[int | str | None]:
    found = manifests.mappings(manifests.spec(service).get("ports"))
    return {port.get(key) for port in found for key in ("port", "name")}
