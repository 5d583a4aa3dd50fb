"""The volumes of a mirror: it must neither take a disk from the original nor write to a shared one.

A claim that only one node, or one pod, may mount becomes an empty volume; one that many may mount
stays, read-only. A claim that is not bound is never mounted: the mirror would bind it.
"""

from collections.abc import Iterator
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.draft import Draft, called
from kure.domain.mirrors.surroundings import Listed

CLAIM = "persistentVolumeClaim"
SHARED_MODES = ("ReadWriteMany", "ReadOnlyMany")

# Volumes written into the pod itself: file systems that many may mount, and disks of one node.
# https://kubernetes.io/docs/concepts/storage/volumes/
FILE_SYSTEMS = ("nfs", "cephfs", "glusterfs", "azureFile", "quobyte")
DISKS = (
    *("awsElasticBlockStore", "azureDisk", "cinder", "fc", "flexVolume", "flocker"),
    *("gcePersistentDisk", "iscsi", "photonPersistentDisk", "portworxVolume", "rbd", "scaleIO"),
    *("storageos", "vsphereVolume"),
)

# It lies on the node's own disk, which others need; what writes more is evicted.
SIZE = "1Gi"


def own_volumes(draft: Draft, owner: Manifest, claims: Listed, *, empty: bool) -> None:
    """`empty`: volumes that cannot be shared may be replaced by empty ones; else they are a reason
    to refuse."""
    listed = draft.spec.get("volumes")
    volumes: list[Any] = list(listed) if isinstance(listed, list) else []
    by_set = _of_set(owner)
    volumes = [found for found in volumes if _name(found) not in by_set]
    for number, volume in enumerate(volumes):
        if isinstance(volume, dict) and (why := _exclusive(volume, claims)):
            volumes[number] = _emptied(draft, _name(volume), why, empty=empty)
        elif isinstance(volume, dict):
            _keep(draft, volume, claims)
    for name in by_set:
        why = f"each pod of StatefulSet {manifests.name(owner)} has a claim of its own for it"
        volumes.append(_emptied(draft, name, why, empty=empty))
    if volumes:
        draft.spec["volumes"] = volumes


def _of_set(owner: Manifest) -> list[str]:
    """The volumes that a StatefulSet adds to its pods, and puts in the place of others."""
    if owner.get("kind") != "StatefulSet":
        return []
    listed = manifests.mappings(manifests.spec(owner).get("volumeClaimTemplates"))
    return list(dict.fromkeys(filter(None, map(manifests.name, listed))))


def _name(volume: object) -> str:
    return manifests.text(manifests.mapping(volume).get("name"))


def _exclusive(volume: Manifest, claims: Listed) -> str:
    """Why the mirror cannot have this volume beside the original; '' where it can."""
    for kind in DISKS:
        if isinstance(volume.get(kind), dict):
            return f"it is a disk ({kind})"
    if not isinstance(volume.get(CLAIM), dict):
        return ""
    name = _claim_name(volume)
    if claims is None:
        return f"claim {name} could not be read"
    claim = _claim(volume, claims)
    if claim is None:
        return ""
    if manifests.status(claim).get("phase") != "Bound":
        return f"claim {name} is not bound, and the mirror would bind it"
    modes = manifests.spec(claim).get("accessModes")
    shared = isinstance(modes, list) and any(mode in SHARED_MODES for mode in modes)
    return "" if shared else f"claim {name} is {_modes(modes)}"


def _modes(modes: object) -> str:
    return ", ".join(map(str, modes)) if isinstance(modes, list) and modes else "without a mode"


def _claim_name(volume: Manifest) -> str:
    return manifests.text(manifests.mapping(volume.get(CLAIM)).get("claimName"))


def _claim(volume: Manifest, claims: Listed) -> Manifest | None:
    name = _claim_name(volume)
    return next((found for found in claims or () if manifests.name(found) == name), None)


def _emptied(draft: Draft, name: str, why: str, *, empty: bool) -> Manifest:
    if blocks := list(_block_users(draft, name)):
        draft.refusals.append(
            f"volume {name}: {why}, and container {blocks[0]} uses it as a block device, which no "
            "empty volume can be"
        )
    elif empty:
        draft.warnings.append(
            f"volume {name} starts empty, with at most {SIZE}: {why}. The test does not prove what "
            "depends on the data in it"
        )
    else:
        draft.refusals.append(f"volume {name} would have to start empty: {why}")
    return {"name": name, "emptyDir": {"sizeLimit": SIZE}}


def _block_users(draft: Draft, name: str) -> Iterator[str]:
    for container in draft.containers():
        devices = manifests.mappings(container.get("volumeDevices"))
        if any(device.get("name") == name for device in devices):
            yield called(container)


def _keep(draft: Draft, volume: Manifest, claims: Listed) -> None:
    """Read-only, where others have it too. A claim that is missing stays missing: with an empty
    volume the mirror would prove what is not so."""
    name = _name(volume)
    for kind in (CLAIM, *FILE_SYSTEMS):
        source = volume.get(kind)
        if not isinstance(source, dict):
            continue
        if kind == CLAIM and _claim(volume, claims) is None:
            draft.warnings.append(f"volume {name}: there is no claim {_claim_name(volume)!r}")
        elif source.get("readOnly") is not True:
            what = f"claim {_claim_name(volume)}" if kind == CLAIM else f"its {kind}"
            draft.warnings.append(
                f"volume {name} is read-only in the mirror: {what} is shared with other pods. A "
                "program that writes to it fails in this test"
            )
        volume[kind] = source | {"readOnly": True}
