"""A disk is full: C25. Which volume the path is in decides what to enlarge."""

from collections.abc import Iterator
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.paths import path_in
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads, wants_of
from kure.domain.diagnosis.crashes.logs.spec import Mount
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.nearby import Want


def _full(case: Case, signal: Signal, groups: Groups) -> Detail:
    path = path_in(signal)
    mount = spec.mount_of(case, path) if path else _only_one(case)
    if mount is None:
        where = f"{path} is in no volume: it" if path else "What is in no volume"
        return Detail(
            says=f"{where} is on the disk of node {manifests.node_name(case.pod) or '(unknown)'}."
            if path
            else ""
        )
    says = f"{path or mount.path} is in {mount.told}."
    if mount.kind == "emptyDir":
        return _empty_dir(case, mount, says)
    if mount.kind == "persistentVolumeClaim":
        return _claim(case, mount, says)
    return Detail(says=says, evidence=(mount.evidence(case),))


def _only_one(case: Case) -> Mount | None:
    """Where the log names no path: the one volume that can be written to and has a size."""
    sized = [m for m in spec.mounts(case) if m.kind == "persistentVolumeClaim" or _size(m)]
    return sized[0] if len(sized) == 1 else None


def _size(mount: Mount) -> Decimal | None:
    return quantities.parse(mount.source.get("sizeLimit")) if mount.kind == "emptyDir" else None


def _empty_dir(case: Case, mount: Mount, says: str) -> Detail:
    size, template = _size(mount), case.template
    if not size:
        return Detail(says=f"{says} It has no sizeLimit.", evidence=(mount.evidence(case),))
    twice = quantities.show_bytes(2 * size)
    names = [
        manifests.text(volume.get("name"))
        for volume in manifests.mappings(manifests.spec(template.pod).get("volumes"))
    ] if template else []  # fmt: skip
    at = names.index(mount.volume) if mount.volume in names else None
    memory = mount.source.get("medium") == "Memory"
    patch = None
    if template and at is not None:
        place = ("spec", "volumes", at, "emptyDir", "sizeLimit")
        note = "A volume in memory counts towards the memory limit." if memory else ""
        patch = template.patch(*template.put(place, twice), note=note)
    limit = str(mount.source["sizeLimit"])
    field = f"spec.volumes[{mount.index}].emptyDir.sizeLimit"
    return Detail(
        says=f"{says} Its sizeLimit is {limit}{' (in memory)' if memory else ''}.",
        fix=f'Remove what is no longer needed from {mount.path}, or raise the sizeLimit of volume '
        f'"{mount.volume}" (twice as much is {twice}).',
        evidence=(mount.evidence(case), case.from_pod(field, limit)),
        patch=patch,
    )  # fmt: skip


def _claim(case: Case, mount: Mount, says: str) -> Detail:
    name = mount.source_name
    claim = case.facts.nearby.named(_claim_want(case, name), name)
    if claim is None:
        return Detail(says=says, evidence=(mount.evidence(case),), fix=_free(mount))
    size = manifests.mapping(manifests.mapping(manifests.spec(claim).get("resources"))
                             .get("requests")).get("storage")  # fmt: skip
    amount = quantities.parse(size)
    class_name = manifests.text(manifests.spec(claim).get("storageClassName"))
    storage = case.facts.nearby.named(Want("StorageClass"), class_name)
    grows = storage is not None and storage.get("allowVolumeExpansion") is True
    place = ("spec", "resources", "requests", "storage")
    twice = quantities.show_bytes(2 * amount) if amount else ""
    return Detail(
        says=f"{says} The claim asks for {size}."
        + (f" StorageClass {class_name} lets claims grow." if grows else ""),
        fix=_free(mount),
        evidence=(mount.evidence(case),),
        patch=patch_of(claim, *put(claim, place, twice), note="A volume can grow, never shrink.")
        if grows and twice
        else None,
    )


def _free(mount: Mount) -> str:
    return (
        f"Remove what is no longer needed from {mount.path}, or enlarge PersistentVolumeClaim "
        f'"{mount.source_name}" (spec.resources.requests.storage) where its StorageClass lets '
        "claims grow."
    )


def _claim_want(case: Case, name: str) -> Want:
    return case.want("PersistentVolumeClaim", f"metadata.name={name}")


def _wants(case: Case, groups: Groups) -> Iterator[Want]:
    for mount in spec.mounts(case):
        if mount.kind == "persistentVolumeClaim" and mount.source_name:
            yield _claim_want(case, mount.source_name)
            yield Want("StorageClass")


FULL = LogRow(
    rule="C25",
    hints=("space left", "enospc", "errno 28", "quota exceeded", "is full", "disk full"),
    pattern=r"no space left on device|\bENOSPC\b|\[errno 28\]|disk quota exceeded"
    r"|database or disk is full|disk (?:is )?full|there is not enough space on the disk",
    title="{container} has no space left on its disk: {what}",
    explanation="It could not write, since the volume or disk is full.",
    fix="Find what fills the disk (`df -h` and `du` in the container), remove it, or give the "
    "program a volume that is large enough.",
    detail=_full,
    wants=_wants,
)

RULE = reads(FULL)
WANTS = wants_of(FULL)
