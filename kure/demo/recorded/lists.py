"""Lists in pages, and watches.

https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping

from kure.demo.recorded.problems import Refused, expired
from kure.demo.recorded.requests import Target, is_true
from kure.demo.recorded.selectors import selected
from kure.demo.recorded.store import Forgotten, Happening, Store
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.selectors import Matches

BOOKMARK_SECONDS = 60.0
DEFAULT_SECONDS = 1800.0
META = "meta.k8s.io/v1"

Shown = Callable[[Manifest], Manifest]


def wants_metadata(accept: str) -> bool:
    """https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches"""
    return "as=PartialObjectMetadata" in accept


def metadata_of(obj: Manifest) -> Manifest:
    kind = {"kind": "PartialObjectMetadata", "apiVersion": META}
    return kind | {"metadata": manifests.metadata(obj)}


def listed(store: Store, target: Target, query: Mapping[str, str], accept: str) -> Manifest:
    """One page of a list."""
    path = target.resource.path
    matches = selected(path, query)
    version, after = _continued(query.get("continue", "")) or (str(store.version), None)
    found = [
        obj
        for obj in store.all(path, target.namespace)
        if (after is None or _key(obj) > after) and matches(obj)
    ]
    limit = int(query["limit"]) if query.get("limit", "").isdigit() else 0
    meta: Manifest = {"resourceVersion": version}
    if limit and len(found) > limit:
        meta["remainingItemCount"] = len(found) - limit
        found = found[:limit]
        token = json.dumps([version, *_key(found[-1])])
        meta["continue"] = base64.urlsafe_b64encode(token.encode()).decode()
    kind, version = _kind(target, found)
    if wants_metadata(accept):
        items = [metadata_of(obj) for obj in found]
        return {
            "kind": "PartialObjectMetadataList",
            "apiVersion": META,
            "metadata": meta,
            "items": items,
        }
    items = [{k: v for k, v in obj.items() if k not in ("kind", "apiVersion")} for obj in found]
    return {"kind": f"{kind}List", "apiVersion": version, "metadata": meta, "items": items}


async def watched(
    store: Store, target: Target, query: Mapping[str, str], accept: str
) -> AsyncIterator[bytes]:
    """Lines of a watch, until its time is over."""
    matches = selected(target.resource.path, query)
    shown = metadata_of if wants_metadata(accept) else _whole
    asked = query.get("timeoutSeconds", "")
    deadline = asyncio.get_running_loop().time() + (
        float(asked) if asked.isdigit() and int(asked) else DEFAULT_SECONDS
    )
    return _lines(store, target, query, matches, shown, deadline)


async def _lines(
    store: Store,
    target: Target,
    query: Mapping[str, str],
    matches: Matches,
    shown: Shown,
    deadline: float,
) -> AsyncIterator[bytes]:
    wanted = query.get("resourceVersion", "")
    version = int(wanted) if wanted.isdigit() else 0
    if version == 0:
        version = store.version
        for obj in store.all(target.resource.path, target.namespace):
            if matches(obj):
                yield _line("ADDED", shown(obj))
    queue: asyncio.Queue[Happening | None] = asyncio.Queue()
    reading = asyncio.create_task(_read(store, version, target.resource.path, queue))
    loop = asyncio.get_running_loop()
    bookmarks = is_true(query, "allowWatchBookmarks")
    yield b""  # the answer has begun, though nothing happens yet
    try:
        while (left := deadline - loop.time()) > 0:
            try:
                happening = await asyncio.wait_for(queue.get(), min(left, BOOKMARK_SECONDS))
            except TimeoutError:
                if bookmarks:
                    yield _bookmark(target, store)
                continue
            if happening is None:
                yield _line("ERROR", expired(wanted).status)
                return
            if line := _told(happening, target, matches, shown):
                yield line
    finally:
        reading.cancel()


async def _read(
    store: Store, version: int, path: str, queue: asyncio.Queue[Happening | None]
) -> None:
    try:
        async for happening in store.since(version, path):
            if happening is not None:
                queue.put_nowait(happening)
    except Forgotten:
        queue.put_nowait(None)


def _told(happening: Happening, target: Target, matches: Matches, shown: Shown) -> bytes | None:
    """An object that leaves a selection is deleted from it, one that enters is added to it."""
    before, after = happening.before, happening.after
    home = target.namespace
    was = before is not None and _in(before, home) and matches(before)
    if after is not None and _in(after, home) and matches(after):
        return _line("MODIFIED" if was else "ADDED", shown(after))
    if not was or before is None:
        return None
    metadata = manifests.metadata(before) | {"resourceVersion": str(happening.version)}
    return _line("DELETED", shown(before | {"metadata": metadata}))


def _in(obj: Manifest, namespace: str) -> bool:
    return namespace in ("", manifests.namespace(obj))


def _bookmark(target: Target, store: Store) -> bytes:
    kind, version = _kind(target, list(store.all(target.resource.path))[:1])
    metadata = {"resourceVersion": str(store.version)}
    return _line("BOOKMARK", {"kind": kind, "apiVersion": version, "metadata": metadata})


def _kind(target: Target, found: list[Manifest]) -> tuple[str, str]:
    """As the objects say; of an empty list nobody asks for the kind."""
    version = target.resource.group_path.removeprefix("/apis/").removeprefix("/api/")
    return (manifests.text(found[0].get("kind")) if found else ""), version


def _line(kind: str, obj: Manifest) -> bytes:
    return json.dumps({"type": kind, "object": obj}, separators=(",", ":")).encode() + b"\n"


def _whole(obj: Manifest) -> Manifest:
    return obj


def _key(obj: Manifest) -> tuple[str, str]:
    return manifests.namespace(obj), manifests.name(obj)


def _continued(token: str) -> tuple[str, tuple[str, str]] | None:
    if not token:
        return None
    try:
        version, namespace, name = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise Refused(400, "BadRequest", "continue key is not valid") from error
    return version, (namespace, name)
