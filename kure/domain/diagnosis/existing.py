"""Which ConfigMaps and Secrets there are beside the one that is missed, and with which keys.

Secrets are never listed. That one is there is known from pods that run and could not without it;
that one may be there, from what else names it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.references import references
from kure.domain.manifests import Manifest

# In every namespace, made by the cluster itself: never what was meant.
OF_THE_CLUSTER = ("kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert")
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


@dataclass(frozen=True)
class Known:
    """An object that is there. `keys`: those that are known of it. `proven`: it is certain that it
    is there; else it is only named by `told_by`."""

    name: str
    keys: frozenset[str] = field(default_factory=frozenset)
    proven: bool = True
    told_by: str = ""


def wants_of(case: Case, kind: str, name: str) -> Iterator[Want]:
    """What to read to know what is there instead of an object that is missed."""
    if kind == "ConfigMap":
        yield case.want("ConfigMap")
        if NAME.fullmatch(name):
            yield elsewhere(name)
    elif kind == "Secret":
        yield from (case.want(other) for other in ("Pod", "ServiceAccount", "Ingress"))


def elsewhere(config_map: str) -> Want:
    """The ConfigMaps of that name in all namespaces."""
    return Want("ConfigMap", "", f"metadata.name={config_map}")


def other_namespaces(case: Case, kind: str, name: str) -> list[str]:
    """Where a ConfigMap of that name is instead. Of Secrets that is not known."""
    found = case.facts.nearby.read(elsewhere(name)) if kind == "ConfigMap" else None
    return sorted({manifests.namespace(each) for each in found or ()} - {case.namespace, ""})


def known_of(case: Case, kind: str) -> dict[str, Known] | None:
    """What is there of a kind in the namespace, by name; None where that was not read."""
    if kind == "Secret":
        return {known.name: known for known in _secrets(case)}
    listed = case.facts.nearby.read(case.want(kind))
    if listed is None:
        return None
    return {
        manifests.name(each): Known(manifests.name(each), frozenset(keys_of(each)))
        for each in listed
        if manifests.name(each) not in OF_THE_CLUSTER
    }


def keys_of(config_map: Manifest) -> list[str]:
    return [
        key for field in ("data", "binaryData") for key in manifests.mapping(config_map.get(field))
    ]


def _secrets(case: Case) -> Iterator[Known]:
    """The proven ones come last: they count where both name one."""
    near = case.facts.nearby
    for account in near.read(case.want("ServiceAccount")) or ():
        for listed in ("secrets", "imagePullSecrets"):
            for found in manifests.mappings(account.get(listed)):
                told_by = f"ServiceAccount {manifests.name(account)}"
                yield Known(manifests.text(found.get("name")), proven=False, told_by=told_by)
    for ingress in near.read(case.want("Ingress")) or ():
        for tls in manifests.mappings(manifests.spec(ingress).get("tls")):
            told_by = f"Ingress {manifests.name(ingress)}"
            yield Known(manifests.text(tls.get("secretName")), proven=False, told_by=told_by)
    yield from _secrets_of_pods(near.read(case.want("Pod")) or ())


def _secrets_of_pods(pods: tuple[Manifest, ...]) -> Iterator[Known]:
    keys: dict[str, set[str]] = {}
    told_by: dict[str, str] = {}
    for pod in filter(runs, pods):
        for found in references(pod):
            if found.kind == "Secret" and not found.optional:
                keys.setdefault(found.name, set()).update({found.key} - {""})
                told_by.setdefault(found.name, f"Pod {manifests.name(pod)}")
    for name, of_name in keys.items():
        yield Known(name, frozenset(of_name), told_by=told_by[name])


def runs(pod: Manifest) -> bool:
    """Whether all its containers have been started, for which all that it refers to must be
    there."""
    main = [container for container in manifests.containers(pod) if not container.init]
    return bool(main) and all(
        container.is_running or container.state("terminated") or container.last_terminated
        for container in main
    )
