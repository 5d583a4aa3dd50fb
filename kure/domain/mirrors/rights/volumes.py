"""Volumes and their mounts: no data that the original does not see, and no writing where it reads.

Emptydirs and what tells a pod of itself anybody may add; a ConfigMap or a Secret that the original
names may be mounted elsewhere. What stays after the pod (claims, network drives, drivers) is
mounted as the original mounts it: the same part, and read-only where it reads only.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.pairs import LISTS, pairs
from kure.domain.mirrors.rights.referring import Referring, beyond, items_of
from kure.domain.mirrors.rights.words import NO_MORE, more, shown

SOFT = ("emptyDir", "configMap", "secret", "projected", "downwardAPI")
"""Sources that end with the pod, or of which it gets a copy that it cannot write back."""

_LONGEST_TOKEN = 3600
"""Seconds, where a projected token names none."""


def more_volumes(original: Manifest, wanted: Manifest, may: Referring) -> Iterator[str]:
    """One sentence for each volume or mount that gives more."""
    before = manifests.mappings(manifests.spec(original).get("volumes"))
    seen: set[str] = set()
    for path, volume, wrong in items_of(manifests.spec(wanted).get("volumes"), "spec.volumes"):
        name = manifests.text(volume.get("name"))
        if wrong or not name or name in seen:
            yield wrong or f"{path} has no name or one that another volume has: name it anew."
            continue
        seen.add(name)
        if volume not in before:
            yield from _of_volume(path, volume, before, may)
    yield from _of_mounts(original, wanted)


def _of_volume(
    path: str, volume: Manifest, before: list[Manifest], may: Referring
) -> Iterator[str]:
    was = next((each for each in before if each.get("name") == volume.get("name")), {})
    for kind, source in volume.items():
        if kind == "name" or source is None or any(each.get(kind) == source for each in before):
            continue
        at = f"{path}.{kind}"
        if kind not in (*SOFT, "persistentVolumeClaim"):
            yield (
                f"{at} is {shown(source)}, a kind of volume that the original does not have so: "
                f"{NO_MORE}; take it out, or use an emptyDir."
            )
        elif not isinstance(source, dict):
            yield f"{at} is {shown(source)}: it has to be an object."
        elif kind == "projected":
            yield from _of_projected(at, source, before, manifests.mapping(was.get(kind)), may)
        else:
            yield from _of_source(at, kind, source, manifests.mapping(was.get(kind)), before, may)


def _of_source(
    path: str, kind: str, source: Manifest, was: Manifest, before: list[Manifest], may: Referring
) -> Iterator[str]:
    if kind == "emptyDir":
        yield from beyond(path, source, "medium sizeLimit")
        if source.get("medium") not in (None, "", "Memory", was.get("medium")):
            yield more(f"{path}.medium", source["medium"], was.get("medium"))
    elif kind == "downwardAPI":
        yield from beyond(path, source, "items defaultMode")
    elif kind == "configMap":
        yield from beyond(path, source, "name items defaultMode optional")
        yield from may.refusal(f"{path}.name", "ConfigMap", source.get("name"), was.get("name"))
    elif kind == "secret":
        yield from beyond(path, source, "secretName items defaultMode optional")
        name = source.get("secretName")
        yield from may.refusal(f"{path}.secretName", "Secret", name, was.get("secretName"))
    else:
        yield from _of_claim(path, source, before, may)


def _of_claim(path: str, source: Manifest, before: list[Manifest], may: Referring) -> Iterator[str]:
    """A claim is never corrected: it is somebody's data, and the mirror would write into it."""
    yield from beyond(path, source, "claimName readOnly")
    name = source.get("claimName")
    if ("PersistentVolumeClaim", manifests.text(name)) not in may.named:
        yield (
            f"{path}.claimName names the claim {shown(name)}, which the original does not: "
            f"{NO_MORE}; name one that it names, or use an emptyDir."
        )
    claims = [manifests.mapping(each.get("persistentVolumeClaim")) for each in before]
    same = [each for each in claims if each.get("claimName") == name]
    reads_only = same and all(each.get("readOnly") is True for each in same)
    if reads_only and source.get("readOnly") is not True:
        yield more(f"{path}.readOnly", source.get("readOnly"), True)


def _of_projected(
    path: str, source: Manifest, before: list[Manifest], was: Manifest, may: Referring
) -> Iterator[str]:
    yield from beyond(path, source, "sources defaultMode")
    known = [
        part
        for volume in before
        for part in manifests.mappings(manifests.mapping(volume.get("projected")).get("sources"))
    ]
    old = manifests.mappings(was.get("sources"))
    for index, (at, part, wrong) in enumerate(items_of(source.get("sources"), f"{path}.sources")):
        if wrong:
            yield wrong
        if part in known:
            continue
        yield from beyond(at, part, "configMap secret downwardAPI serviceAccountToken")
        had = old[index] if index < len(old) else {}
        for kind, called in (("configMap", "ConfigMap"), ("secret", "Secret")):
            if part.get(kind) is not None:
                name = manifests.mapping(part[kind]).get("name")
                there = manifests.mapping(had.get(kind)).get("name")
                yield from may.refusal(f"{at}.{kind}.name", called, name, there)
        if part.get("serviceAccountToken") is not None:
            tokens = [
                manifests.mapping(each.get("serviceAccountToken"))
                for each in known
                if each.get("serviceAccountToken")
            ]
            yield from _of_token(f"{at}.serviceAccountToken", part["serviceAccountToken"], tokens)


def _of_token(path: str, token: Any, tokens: list[Manifest]) -> Iterator[str]:
    found = manifests.mapping(token)
    yield from beyond(path, found, "audience expirationSeconds path")
    audience = found.get("audience") or ""
    same = [each for each in tokens if (each.get("audience") or "") == audience]
    if not same:
        yield (
            f"{path}.audience is {shown(audience)}, for which the original gets no token: "
            f"{NO_MORE}; take the token out."
        )
        return
    most = max(_seconds(each) for each in same)
    if _seconds(found) > most:
        yield more(f"{path}.expirationSeconds", _seconds(found), most, f"write at most {most}")


def _seconds(token: Manifest) -> int:
    return manifests.number(token.get("expirationSeconds")) or _LONGEST_TOKEN


@dataclass(frozen=True)
class Use:
    """How the original mounts what stays: which part of it, and whether it may write there."""

    source: str
    part: tuple[str, str]
    writes: bool
    propagation: str

    @property
    def whole(self) -> bool:
        return not any(self.part)


def _use(mount: Manifest, sources: dict[str, Any]) -> Use:
    texts = [manifests.text(mount.get(key)) for key in ("subPath", "subPathExpr")]
    return Use(
        source=sources.get(manifests.text(mount.get("name")), ""),
        part=(texts[0], texts[1]),
        writes=mount.get("readOnly") is not True,
        propagation=manifests.text(mount.get("mountPropagation")) or "None",
    )


def _sources(pod: Manifest) -> dict[str, str]:
    """Volumes that stay, by name: what tells that two are the same."""
    found = {}
    for volume in manifests.mappings(manifests.spec(pod).get("volumes")):
        for kind, source in volume.items():
            if kind != "name" and source is not None and kind not in SOFT:
                claim = manifests.mapping(source).get("claimName")
                told = claim if kind == "persistentVolumeClaim" else source
                found[manifests.text(volume.get("name"))] = json.dumps(
                    [kind, told], sort_keys=True, default=str
                )
    return found


def _of_mounts(original: Manifest, wanted: Manifest) -> Iterator[str]:
    before, after = _sources(original), _sources(wanted)
    held = [
        each for field in LISTS for each in manifests.mappings(manifests.spec(original).get(field))
    ]
    uses = [
        _use(mount, before)
        for each in held
        for mount in manifests.mappings(each.get("volumeMounts"))
    ]
    devices = {
        before.get(manifests.text(device.get("name")), "")
        for each in held
        for device in manifests.mappings(each.get("volumeDevices"))
    }
    for pair in pairs(original, wanted):
        known = manifests.mappings(pair.before.get("volumeMounts"))
        for path, mount, wrong in items_of(
            pair.after.get("volumeMounts"), f"{pair.path}.volumeMounts"
        ):
            if wrong:
                yield wrong
                continue
            if mount not in known:
                names = "name mountPath readOnly recursiveReadOnly subPath subPathExpr"
                yield from beyond(path, mount, f"{names} mountPropagation")
            yield from _of_mount(path, _use(mount, after), uses)
            if (
                _use(mount, after).source
                and mount.get("subPathExpr")
                and _env(pair.after) != _env(pair.before)
            ):
                yield (
                    f"{path}.subPathExpr is {shown(mount['subPathExpr'])}, of which changed "
                    "environment variables would make another path: leave the environment of this "
                    "container as it is."
                )
        yield from _of_devices(
            f"{pair.path}.volumeDevices", pair.after.get("volumeDevices"), after, devices
        )


def _env(container: Manifest) -> tuple[Any, Any]:
    return container.get("env"), container.get("envFrom")


def _of_mount(path: str, use: Use, uses: list[Use]) -> Iterator[str]:
    same = [each for each in uses if each.source == use.source]
    if use.propagation != "None" and use.propagation not in {each.propagation for each in same}:
        yield more(f"{path}.mountPropagation", use.propagation, None, "take it out")
    if not use.source:
        return
    covering = [each for each in same if each.whole or each.part == use.part]
    if not covering:
        key = "subPath" if use.part[0] or not use.part[1] else "subPathExpr"
        value = use.part[0] or use.part[1] or None
        yield (
            f"{path}.{key} is {shown(value)}, a part of the volume that the original does not "
            f"mount: {NO_MORE}; mount the part that it mounts."
        )
    elif use.writes and not any(each.writes for each in covering):
        yield more(f"{path}.readOnly", None, True)


def _of_devices(
    path: str, value: object, sources: dict[str, str], devices: set[str]
) -> Iterator[str]:
    for at, device, wrong in items_of(value, path):
        if wrong:
            yield wrong
            continue
        yield from beyond(at, device, "name devicePath")
        source = sources.get(manifests.text(device.get("name")), "")
        if source not in devices:
            yield (f"{at} is a raw device that the original does not have: {NO_MORE}; take it out.")
