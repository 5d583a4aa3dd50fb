"""What a host is in the cluster: a Service, a pod, nothing, or something outside of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.backing import Backing, backing_of
from kure.domain.diagnosis.dependencies.hosts import Called, Meaning, meanings
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

DNS_NAMESPACE = "kube-system"


@dataclass(frozen=True)
class Resolved:
    """What was found. `absent`: there certainly is no such Service where the name looks for it;
    `elsewhere` are the namespaces that have one of that name. `meaning` is what the name stands
    for, None for addresses and for names that are not of the cluster."""

    called: Called
    meaning: Meaning | None = None
    backing: Backing | None = None
    pod: Manifest | None = None
    absent: bool = False
    elsewhere: tuple[str, ...] = ()

    @property
    def namespace(self) -> str:
        return self.meaning.namespace if self.meaning else ""

    @property
    def external(self) -> bool:
        return self.meaning is None and self.pod is None and not self.called.is_ip


def wanted_for(case: Case, called: Called) -> Iterator[Want]:
    """Round by round: the Services of that name, then what is behind them."""
    if not called.host:
        return
    yield case.want("Service")
    if called.is_local:
        return
    if called.is_ip:
        yield Want("Service", "", f"spec.clusterIP={called.host}")
        yield Want("Pod", "", f"status.podIP={called.host}")
    for meaning in () if called.is_ip else meanings(called.host, case.namespace):
        yield Want("Service", meaning.namespace)
        yield Want("Service", "", f"metadata.name={meaning.service}")
        if not meaning.certain and not meaning.pod:
            yield Want("Namespace", "", f"metadata.name={meaning.namespace}")
    found = resolve(case, called)
    if found.backing:
        namespace = found.namespace
        yield from (Want(kind, namespace) for kind in ("EndpointSlice", "Pod"))
        if found.backing.pods is not None and not found.backing.pods:
            yield from (Want(kind, namespace) for kind in ("Deployment", "StatefulSet"))
    if found.meaning and found.meaning.namespace != case.namespace:
        yield Want("Namespace", "", f"metadata.name={found.meaning.namespace}")
    if found.absent:
        yield from (case.want(kind) for kind in ("Deployment", "StatefulSet", "Pod"))


def resolve(case: Case, called: Called) -> Resolved:
    if called.is_local or not called.host:
        return Resolved(called)
    if called.is_ip:
        return _of_address(case, called)
    if address := _alias(case, called.host):
        return replace(_of_address(case, Called(address, called.port)), called=called)
    possible = meanings(called.host, case.namespace)
    for meaning in possible:
        service = _service(case, meaning)
        if service is not None:
            backing = backing_of(case, service, meaning.namespace)
            return Resolved(called, meaning, backing)
    inside = [meaning for meaning in possible if _is_inside(case, meaning)]
    if not inside:
        return Resolved(called)
    meaning = inside[0]
    return Resolved(
        called, meaning, absent=_is_absent(case, meaning), elsewhere=_elsewhere(case, meaning)
    )


def _alias(case: Case, host: str) -> str:
    """The address that the pod's own hosts file gives a name; '' for none."""
    for alias in manifests.mappings(manifests.spec(case.pod).get("hostAliases")):
        names = alias.get("hostnames")
        if isinstance(names, list) and host in names:
            return manifests.text(alias.get("ip"))
    return ""


def _lists(meaning: Meaning) -> tuple[Want, Want]:
    by_name = Want("Service", "", f"metadata.name={meaning.service}")
    return Want("Service", meaning.namespace), by_name


def _service(case: Case, meaning: Meaning) -> Manifest | None:
    for want in _lists(meaning):
        for service in case.facts.nearby.read(want) or ():
            namespace = manifests.namespace(service) or want.namespace
            if (manifests.name(service), namespace) == (meaning.service, meaning.namespace):
                return service
    return None


def _is_inside(case: Case, meaning: Meaning) -> bool:
    """`example.com` may be a Service of namespace `com`, but hardly is where no Service is so
    called and no such namespace is there."""
    if meaning.certain:
        return True
    if meaning.pod:
        return False
    nearby = case.facts.nearby
    there = nearby.read(Want("Namespace", "", f"metadata.name={meaning.namespace}"))
    return (
        bool(there)
        or bool(_elsewhere(case, meaning))
        or bool(nearby.read(Want("Service", meaning.namespace)))
    )


def _is_absent(case: Case, meaning: Meaning) -> bool:
    return any(case.facts.nearby.lacks(want, meaning.service) for want in _lists(meaning)[:1])


def _elsewhere(case: Case, meaning: Meaning) -> tuple[str, ...]:
    found = case.facts.nearby.read(_lists(meaning)[1]) or ()
    names = {manifests.namespace(service) for service in found}
    return tuple(sorted(names - {meaning.namespace, ""}))


def _of_address(case: Case, called: Called) -> Resolved:
    nearby = case.facts.nearby
    ip = called.host
    by_ip = nearby.read(Want("Service", "", f"spec.clusterIP={ip}")) or ()
    for service in (*(nearby.read(case.want("Service")) or ()), *by_ip):
        if manifests.spec(service).get("clusterIP") == ip:
            namespace = manifests.namespace(service) or case.namespace
            meaning = Meaning(manifests.name(service), namespace)
            return Resolved(called, meaning, backing_of(case, service, namespace))
    for pod in nearby.read(Want("Pod", "", f"status.podIP={ip}")) or ():
        # Pods on the network of their node share its address.
        if not manifests.spec(pod).get("hostNetwork"):
            return Resolved(called, pod=pod)
    return Resolved(called)
