"""What a workload consists of and refers to, read for a model's wishes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from kure.domain import manifests, owners
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.fixes import template_of
from kure.domain.diagnosis.nearby import Nearby, Want
from kure.domain.diagnosis.references import references
from kure.domain.diagnosis.revisions import KEPT_IN, revisions, wants_revisions
from kure.domain.models.kinds import OF_CLUSTER
from kure.domain.models.referred import Target, referred
from kure.domain.models.showing.revisions import changed
from kure.domain.models.showing.rights import Rbac, who_can
from kure.domain.models.showing.text import Shown
from kure.domain.models.tools import NO_NAMESPACE, WhoCan
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.gathering.neighbours import Neighbours
from kure.gathering.reads import PODS, Reads, owner_path
from kure.gathering.workload_pods import pods_of
from kure.ports import Manifest

# Of a workload with more pods, which nodes the others run on is not asked.
MOST_PODS = 200
CLAIMS = "/api/v1/namespaces/{}/persistentvolumeclaims"
DEFAULT_ACCOUNT = "default"
_CLAIM = "PersistentVolumeClaim"

# What is read only to see what it refers to in turn.
READ_ON = ("PersistentVolume", "StorageClass")


@dataclass(frozen=True)
class Surroundings:
    """Around one workload. What is refused counts as not there."""

    reads: Reads
    workload: Workload

    async def owner(self) -> Manifest | None:
        """The workload's own object; None where there is none that Kure reads, or it is gone."""
        path = owner_path(self.workload)
        if self.workload.kind == "Pod":
            path = f"{PODS.format(self.workload.namespace)}/{self.workload.name}"
        return await self.reads.optional(self.reads.cluster.get(path)) if path else None

    async def referred(self) -> frozenset[Target]:
        """All that the workload, its pods and their claims name, two steps on."""
        owner = await self.owner()
        found = [*([owner] if owner else []), *await self._pods(owner)]
        found += await self._claims(found)
        namespace = "" if self.workload.namespace == NO_NAMESPACE else self.workload.namespace
        for kind in READ_ON:
            named = {each for each in referred(found, namespace) if each.kind == kind}
            found += [obj for each in sorted(named, key=str) for obj in await self._named(each)]
        return referred(found, namespace)

    async def revisions(self, redactor: Redactor) -> Shown | None:
        """What the workload ran before; None where its kind keeps no revisions."""
        owner = await self.owner()
        if owner is None or self.workload.kind not in KEPT_IN:
            return None
        facts = Facts(pods=(), owner=owner)
        nearby = await Neighbours(self.reads).read([*wants_revisions(facts)])
        found = revisions(Facts(pods=(), owner=owner, nearby=nearby))
        knowing = redactor.with_secrets_of(owner)
        return await asyncio.to_thread(changed, _subject(self.workload), found, knowing)

    async def who_can(self, wish: WhoCan) -> Shown:
        """Which accounts of the namespace may do something there."""
        where = wish.namespace
        wants = {
            "Role": Want("Role", where),
            "RoleBinding": Want("RoleBinding", where),
            "ClusterRole": Want("ClusterRole"),
            "ClusterRoleBinding": Want("ClusterRoleBinding"),
            "ServiceAccount": Want("ServiceAccount", where),
        }
        nearby = await Neighbours(self.reads).read(wants.values())
        read = {kind: _whole(nearby, want) for kind, want in wants.items()}
        rbac = Rbac(*(read[kind] for kind in [*wants][:4]))
        names = [manifests.name(account) for account in read["ServiceAccount"] or ()]
        return await asyncio.to_thread(who_can, wish, rbac, names, await self._runs_as())

    async def _runs_as(self) -> str:
        """The account of the workload's pods; '' where they were not read."""
        owner = await self.owner()
        template = template_of(owner)
        pod = template.pod if template else next(iter(await self._pods(owner)), None)
        if pod is None:
            return ""
        return manifests.text(manifests.spec(pod).get("serviceAccountName")) or DEFAULT_ACCOUNT

    async def _pods(self, owner: Manifest | None) -> list[Manifest]:
        """Those of the workload; of one whose own object Kure does not read, as its pods tell."""
        namespace = self.workload.namespace
        if namespace == NO_NAMESPACE:
            return []
        if owner is not None and self.workload.kind != "Pod":
            if template_of(owner) is None:
                return []
            return (await self.reads.optional(pods_of(self.reads, owner)) or [])[:MOST_PODS]
        listed = await self.reads.optional(self.reads.all_of(PODS.format(namespace))) or []
        return [pod for pod in listed if self._is_own(pod)][:MOST_PODS]

    def _is_own(self, pod: Manifest) -> bool:
        found = owners.workload_from_manifest(self.workload.cluster, {"kind": "Pod"} | pod)
        return found == self.workload or manifests.name(pod) == self.workload.name

    async def _claims(self, found: Sequence[Manifest]) -> list[Manifest]:
        """Those that the pods mount, and the workload's own where it is one."""
        pods = [template.pod for obj in found if (template := template_of(obj)) is not None]
        names = {each.name for pod in pods for each in references(pod) if each.kind == _CLAIM}
        if not names:
            return []
        path = CLAIMS.format(self.workload.namespace)
        listed = await self.reads.optional(self.reads.all_of(path)) or []
        return [claim for claim in listed if manifests.name(claim) in names]

    async def _named(self, target: Target) -> list[Manifest]:
        kind = OF_CLUSTER[target.kind]
        query = {"fieldSelector": f"metadata.name={target.name}"}
        return await self.reads.optional(self.reads.all_of(kind.list_path, query)) or []


def _whole(nearby: Nearby, want: Want) -> Sequence[Manifest] | None:
    """The list; None where it was not read, or only a part of it."""
    return None if want in nearby.cut else nearby.read(want)


def _subject(workload: Workload) -> str:
    return f"{workload.kind}/{workload.name}"
