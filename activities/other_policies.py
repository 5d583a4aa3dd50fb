"""Reading the policies of Cilium, Calico and Istio: of those kinds that the cluster says it has."""

from collections.abc import Mapping

from kure.domain import manifests
from kure.domain.mirrors.other_policies import ISTIO_ROOT, KINDS, Found, PolicyKind
from kure.errors import AccessDenied, NotFound
from kure.gathering.reads import together
from kure.ports import Cluster, Manifest

GROUPS = "/apis"


async def read_other_policies(cluster: Cluster, namespace: str) -> Found:
    """Those that may hold for pods of the namespace; None for a kind that may not be read. Where
    the cluster does not say which groups it has, all kinds count as such."""
    try:
        versions = _versions(await cluster.get(GROUPS))
    except AccessDenied:
        return dict.fromkeys(KINDS)
    except NotFound:
        return {}
    async with together() as group:
        reading = {
            kind: group.create_task(_read(cluster, kind, versions[kind.group], namespace))
            for kind in KINDS
            if kind.group in versions
        }
    return {kind: read.result() for kind, read in reading.items()}


def _versions(groups: Manifest) -> Mapping[str, str]:
    """The preferred version of each group."""
    return {
        manifests.text(group.get("name")): manifests.text(
            manifests.mapping(group.get("preferredVersion")).get("version")
        )
        for group in manifests.mappings(groups.get("groups"))
    }


async def _read(
    cluster: Cluster, kind: PolicyKind, version: str, namespace: str
) -> tuple[Manifest, ...] | None:
    """A kind that the group's version does not have is not there."""
    group = f"/apis/{kind.group}/{version}"
    paths = [f"{group}/{kind.resource}"]
    if kind.namespaced:
        places = {namespace, ISTIO_ROOT} if kind.in_root else {namespace}
        paths = [f"{group}/namespaces/{place}/{kind.resource}" for place in sorted(places)]
    found: list[Manifest] = []
    for path in paths:
        try:
            found += [policy async for policy in cluster.list(path)]
        except NotFound:
            continue
        except AccessDenied:
            return None
    return tuple(found)
