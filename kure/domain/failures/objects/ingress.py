"""An Ingress that leads to nowhere."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import (
    changed_at,
    kept,
    kept_change,
    kept_metadata,
    picked,
)
from kure.domain.failures.objects.references import Backend, backends
from kure.domain.manifests import Manifest


def keep_ingress(obj: Manifest) -> Manifest:
    """Every backend once; what leads to it, and TLS, is nothing that is judged."""
    spec = picked(obj.get("spec"), ("ingressClassName",))
    paths = [{"backend": _as_manifest(backend)} for backend in backends(obj)]
    spec["rules"] = [{"http": {"paths": paths}}]
    small = kept("networking.k8s.io/v1", "Ingress", obj, spec=spec, status={})
    return small | kept_change(obj)


def keep_ingress_class(obj: Manifest) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": kept_metadata(obj),
    }


def ingress(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Since its newest change, else its creation: when a Service was deleted that it leads to, no
    object tells. Its Secrets are not read."""
    problems = _problems(obj, around)
    since = changed_at(obj)
    if problems and since:
        yield Match(
            Failure(
                failure_class=FailureClass.INGRESS_BACKEND,
                container="",
                since=since,
                reason=problems[0][0],
                message="; ".join(text for _, text in problems),
                field="spec",
            ),
            begins=since + graces.ingress,
        )


def ingress_is_well(obj: Manifest, around: Around) -> bool:
    return around.of("Service") is not None and not _problems(obj, around)


def _problems(obj: Manifest, around: Around) -> list[tuple[str, str]]:
    """A reason and a text for each; nothing of what was not read."""
    found: list[tuple[str, str]] = []
    wanted = manifests.text(manifests.spec(obj).get("ingressClassName"))
    classes = around.of("IngressClass")
    if wanted and classes is not None and around.named("IngressClass", wanted) is None:
        found.append(("IngressClassNotFound", f"IngressClass {wanted} does not exist"))
    if around.of("Service") is not None:
        for backend in backends(obj):
            found.extend(_problem(backend, around.named("Service", backend.service)))
    return found


def _problem(backend: Backend, service: Manifest | None) -> Iterator[tuple[str, str]]:
    if service is None:
        yield "ServiceNotFound", f"Service {backend.service} does not exist"
        return
    if manifests.spec(service).get("type") == "ExternalName":
        return  # It needs no ports.
    ports = manifests.mappings(manifests.spec(service).get("ports"))
    key = "port" if isinstance(backend.port, int) else "name"
    if backend.port and all(port.get(key) != backend.port for port in ports):
        yield "PortNotFound", f"Service {backend.service} has no port {backend.port}"


def _as_manifest(backend: Backend) -> Manifest:
    key = "number" if isinstance(backend.port, int) else "name"
    port = {key: backend.port} if backend.port else {}
    return {"service": {"name": backend.service, "port": port}}
