"""What was to be mounted where a mount failed: what is said for B12 and B07, and its patch."""

import posixpath
from collections.abc import Iterator, Mapping

from kure.domain import manifests
from kure.domain.diagnosis.aid import NO_AID, Aid, InTemplate, in_template
from kure.domain.diagnosis.alike import near_of
from kure.domain.diagnosis.existing import known_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.references import indexed
from kure.domain.manifests import Manifest

NO_ROOM = (
    "The root file system of the container is read-only, or another volume that is read-only is "
    "mounted above it, and the image has nothing there to mount onto."
)
CLASH = "One of the two is a directory and the other a file."


def mounted_at(case: Case, path: str) -> Manifest | None:
    """The mount of the failing container whose mountPath that is."""
    spec = case.container.spec if case.container else {}
    wanted = path.rstrip("/")
    for mount in manifests.mappings(spec.get("volumeMounts")):
        at = manifests.text(mount.get("mountPath")).rstrip("/")
        if at and (at == wanted or wanted.endswith(f"/rootfs{at}")):
            return mount
    return None


def volume_of(pod: Manifest, mount: Manifest) -> Manifest:
    for volume in manifests.mappings(manifests.spec(pod).get("volumes")):
        if volume.get("name") == mount.get("name"):
            return volume
    return {}


def config_map_of(volume: Manifest) -> str:
    return manifests.text(manifests.mapping(volume.get("configMap")).get("name"))


def values_of_mount(case: Case, path: str, why: str) -> dict[str, str]:
    """What the words of the row may name."""
    mount = mounted_at(case, path)
    reason = NO_ROOM if "read-only" in why else CLASH if "directory" in why else ""
    if mount is None:
        return {"mount": "what is to be", "reason": reason}
    part = manifests.text(mount.get("subPath"))
    told = f'volume "{mount.get("name")}"' + (f' (subPath "{part}")' if part else "")
    return {"mount": told, "reason": reason}


def wants_mounts(case: Case) -> Iterator[Want]:
    """The ConfigMaps, where one of them is mounted in a way that failed: their keys tell."""
    if "mount" in case.failure.message or "mounting" in case.failure.message:
        spec = case.container.spec if case.container else {}
        for mount in manifests.mappings(spec.get("volumeMounts")):
            if config_map_of(volume_of(case.pod, mount)):
                yield case.want("ConfigMap")


def fitting_mount(case: Case, values: Mapping[str, str]) -> Aid:
    """One file of a ConfigMap at the place of a file: by a subPath that is one of its keys."""
    mount = mounted_at(case, values.get("path", ""))
    now = in_template(case)
    name = config_map_of(volume_of(case.pod, mount)) if mount else ""
    known = (known_of(case, "ConfigMap") or {}).get(name)
    if mount is None or now is None or known is None:
        return NO_AID
    part = manifests.text(mount.get("subPath"))
    file = posixpath.basename(manifests.text(mount.get("mountPath")))
    if not part and file in known.keys:
        says = f'ConfigMap "{name}" has a key "{file}": only that was probably meant to be mounted.'
        return _with_part(now, mount, says, file)
    if part and part not in known.keys:
        near = near_of(part, known.keys)
        says = f'ConfigMap "{name}" has no key "{part}"; its keys are {", ".join(known.keys)}.'
        if near and near.sure:
            return _with_part(now, mount, says, near.name)
        return Aid(says)
    return NO_AID


def _with_part(now: InTemplate, mount: Manifest, says: str, part: str) -> Aid:
    for index, found in indexed(now.spec.get("volumeMounts")):
        same = (found.get("name"), found.get("mountPath")) == (
            mount.get("name"),
            mount.get("mountPath"),
        )
        if same:
            steps = now.template.put((*now.place, "volumeMounts", index, "subPath"), part)
            fix = f'Set subPath "{part}" on that mount.'
            return Aid(says, fix=fix, patch=now.template.patch(*steps))
    return Aid(says)
