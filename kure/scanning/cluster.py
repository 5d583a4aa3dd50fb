"""Reading a cluster for a scan: only lists, and no Secrets."""

import asyncio
from urllib.parse import quote

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.readable import READS, Read
from kure.domain.security.snapshot import Snapshot
from kure.errors import AccessDenied, InvalidInput, NotFound
from kure.gathering.reads import together
from kure.ports import Cluster
from kure.scanning.looked_at import LookedAt, of_namespace
from kure.scanning.report import Source, Unread

# How many lists are read at a time.
AT_ONCE = 6

NO_SECRETS = "Kure does not list Secrets: that would give it their values"


class Reader:
    """Reads one cluster, or one namespace of it with what its objects are compared with."""

    def __init__(self, cluster: Cluster, namespace: str) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._unread: list[Unread] = []
        self._partly: set[str] = set()

    async def read(self, source: Source) -> LookedAt:
        """Raises InvalidInput where there is no such namespace, AccessDenied where nothing may be
        listed, and ClusterUnavailable."""
        await self._find_namespace()
        minor, versions = await self._minor(), await self._versions()
        async with together() as group:
            tasks = {each.name: group.create_task(self._listed(each, versions)) for each in READS}
        lists = {name: task.result() for name, task in tasks.items()}
        if all(found is None for found in lists.values()):
            raise AccessDenied(
                f"Nothing could be evaluated: this user may list nothing. {self._unread[0].why}"
            )
        self._unread.append(Unread(what="Secret", why=NO_SECRETS))
        around = {kind: each for kind, each in lists.items() if kind not in self._partly}
        return LookedAt(
            source=source,
            objects=[
                obj
                for found in lists.values()
                for obj in found or ()
                if of_namespace(obj, self._namespace)
            ],
            around=Snapshot(around),
            cluster=source.names[0],
            minor=minor,
            unread=sorted(self._unread, key=lambda each: each.what),
            partly=frozenset(self._partly),
        )

    async def _find_namespace(self) -> None:
        if self._namespace:
            try:
                await self._cluster.get(f"/api/v1/namespaces/{quote(self._namespace, safe='')}")
            except NotFound:
                raise InvalidInput(
                    f"There is no namespace {self._namespace}; see `kubectl get namespaces`"
                ) from None
            except AccessDenied:
                return  # who may list in a namespace need not be allowed to read it

    async def _minor(self) -> int | None:
        try:
            told = manifests.text((await self._cluster.get("/version")).get("minor"))
        except (NotFound, AccessDenied):
            return None
        digits = told.rstrip("+")
        return int(digits) if digits.isdecimal() else None

    async def _versions(self) -> dict[str, str]:
        """The version of each group that the server prefers."""
        try:
            groups = manifests.mappings((await self._cluster.get("/apis")).get("groups"))
        except (NotFound, AccessDenied):
            return {}
        preferred = {
            manifests.text(group.get("name")): manifests.mapping(group.get("preferredVersion"))
            for group in groups
        }
        return {
            name: manifests.text(version.get("version"))
            for name, version in preferred.items()
            if version.get("version")
        }

    async def _listed(self, kind: Read, versions: dict[str, str]) -> list[Manifest] | None:
        """None where they may not be read, which is then said."""
        alone = self._namespace if kind.namespaced else ""
        try:
            return await self._list(kind, versions, "" if kind.wide else alone)
        except AccessDenied as error:
            refused = error
        if kind.wide and alone:
            try:
                found = await self._list(kind, versions, alone)
            except AccessDenied as error:
                refused = error
            else:
                self._partly.add(kind.name)
                why = f"only those of namespace {alone}: {refused}"
                self._unread.append(Unread(what=kind.name, why=why))
                return found
        self._unread.append(Unread(what=kind.name, why=str(refused)))
        return None

    async def _list(self, kind: Read, versions: dict[str, str], namespace: str) -> list[Manifest]:
        """Empty where the server does not know the kind. A group's preferred version need not
        serve all of its kinds."""
        preferred = versions.get(kind.group, kind.version)
        for version in dict.fromkeys((preferred, kind.version)):
            named = {"kind": kind.kind, "apiVersion": kind.api_version(version)}
            try:
                async with self._turns:
                    listed = self._cluster.list(kind.path(version, namespace))
                    return [named | manifests.slim(obj) async for obj in listed]
            except NotFound:
                continue
        return []
