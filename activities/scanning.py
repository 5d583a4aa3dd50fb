"""Scans of a cluster: its lists, page by page, then all checks over them. What has been listed is
stored, so that a worker that takes a scan over lists nothing again."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from temporalio import activity

from activities.heartbeats import heartbeating
from activities.retries import retried_when_told
from kure.adapters.postgres.pool import Pool
from kure.adapters.postgres.security import found, rules, scans
from kure.adapters.postgres.security.pages import Reached, ScanPages
from kure.contracts import scanning as contract
from kure.contracts.scanning import (
    BeginScan,
    Begun,
    Checked,
    CheckObjects,
    EndScan,
    FinishScan,
    Listed,
    ListKind,
    SkipScan,
)
from kure.contracts.security import NotEvaluatedRow
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.names import LABEL, is_signed
from kure.domain.owners import controller
from kure.domain.security.checks.workloads import FALSE_MIRROR
from kure.domain.security.kinds import CLUSTER, kind_of
from kure.domain.security.model import Finding
from kure.domain.security.readable import BY_NAME, READS, Read
from kure.domain.security.scan import Report, scan
from kure.domain.security.settings import NEWEST_POLICY, OLDEST_POLICY, Settings
from kure.domain.security.snapshot import Snapshot
from kure.errors import AccessDenied, Forgotten, NotFound
from kure.ports import ListPage, PagedLists

SECRET = "Secret"
NO_SECRETS = "Kure does not list Secrets: that would give it their values."


class ScanActivities(contract.ScanActivities):
    """What a scan's workflow reads and writes."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock

    @activity.defn
    async def begin_scan(self, request: BeginScan) -> Begun:
        scan_id = await scans.begin(self._pool, request, len(READS), self._clock())
        return Begun(scan_id=str(scan_id), kinds=[each.name for each in READS])

    @activity.defn
    async def finish_scan(self, request: FinishScan) -> None:
        async with heartbeating():
            await found.finish(self._pool, UUID(request.scan_id), self._clock())

    @activity.defn
    async def end_scan(self, request: EndScan) -> None:
        now = self._clock()
        await scans.end(self._pool, UUID(request.scan_id), request.state, request.text, now)

    @activity.defn
    async def skip_scan(self, request: SkipScan) -> None:
        await scans.skip(self._pool, request, self._clock())


@dataclass(frozen=True)
class ScanClusterActivities(contract.ScanClusterActivities):
    """Reads of one cluster. `keys` are those that prove a mirror's signature."""

    cluster: PagedLists
    pages: ScanPages
    keys: Callable[[], Sequence[bytes]]
    clock: Callable[[], datetime]

    @activity.defn
    async def list_kind(self, request: ListKind) -> Listed:
        """All pages that are not stored yet. A kind that may not be listed is noted; one that the
        server does not know is empty."""
        scan_id, kind = UUID(request.scan_id), request.kind
        async with heartbeating(), retried_when_told():
            try:
                await self._list(scan_id, BY_NAME[kind])
            except AccessDenied as error:
                await self.pages.refuse(scan_id, kind, str(error), self.clock())
            except Forgotten:
                await self.pages.forget(scan_id, kind)
                raise
            return Listed(objects=await self.pages.count(scan_id, kind))

    async def _list(self, scan_id: UUID, read: Read) -> None:
        reached = await self.pages.reached(scan_id, read.name)
        while not reached.is_complete:
            items, next_ = await self._page(read, reached)
            kept = [manifests.slim(obj) for obj in items if not self._is_mirror(obj)]
            now = self.clock()
            reached = await self.pages.keep(scan_id, read.name, reached, kept, next_, now)

    async def _page(self, read: Read, at: Reached) -> tuple[Sequence[Manifest], str]:
        page = await self._found(read.path(read.version), at)
        if page is None and read.group:
            version = await self._preferred(read.group)
            if version not in ("", read.version):
                page = await self._found(read.path(version), at)
        return (page.items, page.next) if page else ((), "")

    async def _found(self, path: str, at: Reached) -> ListPage | None:
        try:
            return await self.cluster.page(path, at.next)
        except NotFound:
            return None

    async def _preferred(self, group: str) -> str:
        """The version of a group that the server prefers; '' where it has none."""
        try:
            groups = manifests.mappings((await self.cluster.get("/apis")).get("groups"))
        except (AccessDenied, NotFound):
            return ""
        versions = (
            manifests.mapping(each.get("preferredVersion"))
            for each in groups
            if each.get("name") == group
        )
        return manifests.text(next(versions, {}).get("version"))

    def _is_mirror(self, obj: Manifest) -> bool:
        """Whether Kure made it for a mirror: the label alone proves nothing."""
        return LABEL in manifests.labels(obj) and any(is_signed(obj, key) for key in self.keys())

    @activity.defn
    async def check_objects(self, request: CheckObjects) -> Checked:
        """What an attempt before has stored is replaced."""
        scan_id = UUID(request.scan_id)
        async with heartbeating(), retried_when_told():
            lists = {
                kind: await self.pages.objects(scan_id, kind)
                for kind in await self.pages.kinds(scan_id)
            }
            unread = await self.pages.refused(scan_id) | {SECRET: NO_SECRETS}
            settings = await self._settings()
            report = await asyncio.to_thread(_checked, lists, settings, request)
            await self._keep(scan_id, report, lists, unread)
        return Checked(findings=len(report.findings))

    async def _settings(self) -> Settings:
        try:
            version = await self.cluster.get("/version")
        except (AccessDenied, NotFound):
            version = {}
        digits = manifests.text(version.get("minor")).rstrip("+")
        minor = int(digits) if digits.isdecimal() else None
        policy = NEWEST_POLICY if minor is None else minor
        return Settings(
            policy_version=min(max(policy, OLDEST_POLICY), NEWEST_POLICY),
            cluster_version=minor,
            on=frozenset({FALSE_MIRROR}),
            trusted_registries=tuple(
                each.registry for each in await rules.registries(self.pages.pool)
            ),
        )

    async def _keep(
        self,
        scan_id: UUID,
        report: Report,
        lists: dict[str, list[Manifest]],
        unread: dict[str, str],
    ) -> None:
        pool = self.pages.pool
        blind = [
            NotEvaluatedRow(
                check=each.check,
                kinds=list(each.kinds),
                missing=list(each.missing),
                partly=each.partly,
            )
            for each in report.not_evaluated
        ]
        missing = {each.check: each.missing for each in blind}
        rows = found.as_rows(report.findings, missing)
        shards = [rows[at : at + found.SHARD] for at in range(0, len(rows), found.SHARD)]
        for number, shard in enumerate(shards):
            await found.keep(pool, scan_id, number, shard)
        await found.kept_all(pool, scan_id, len(shards), blind, unread, _examined(lists))


def _checked(lists: dict[str, list[Manifest]], settings: Settings, request: CheckObjects) -> Report:
    """All checks; where namespaces are named, what they say of these. Everything around is there in
    any case: what a namespace is open to is decided outside of it."""
    objects = [obj for found_ in lists.values() for obj in found_]
    around = Snapshot(lists)
    if not request.namespaces:
        return scan(objects, around, settings, request.cluster)
    wanted = set(request.namespaces)
    inside = [obj for obj in objects if _is_in(obj, wanted)]
    report = scan(inside, around, settings, request.cluster)
    told = tuple(each for each in report.findings if _is_about(each, wanted))
    return replace(report, findings=told)


def _is_in(obj: Manifest, namespaces: set[str]) -> bool:
    if kind_of(obj) == "Namespace":
        return manifests.name(obj) in namespaces
    return manifests.namespace(obj) in namespaces


def _is_about(finding: Finding, namespaces: set[str]) -> bool:
    if finding.kind == "Namespace":
        return finding.name in namespaces
    return finding.namespace in namespaces


def _examined(lists: dict[str, list[Manifest]]) -> dict[str, int]:
    """How many objects of each kind stand for themselves: what another one makes does not."""
    counted = Counter(
        kind_of(obj) for found_ in lists.values() for obj in found_ if controller(obj) is None
    )
    return {**counted, CLUSTER: 1}
