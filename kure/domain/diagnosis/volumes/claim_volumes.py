"""Which of the volumes that there are a claim could have, and what keeps it from each.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/volume/persistentvolume/pv_controller.go
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests, quantities
from kure.domain.diagnosis.fixes import Patch, drop, patch_of
from kure.domain.diagnosis.volumes.claim_reason import VOLUMES, Claim, Reason, line
from kure.domain.manifests import Manifest

# How many volumes are named.
NAMED = 3


@dataclass(frozen=True)
class Misfit:
    """One thing of a volume that the claim does not put up with; `place` and `value`: what in the
    claim would have to be otherwise."""

    words: str
    place: tuple[str | int, ...] = ()
    value: object = None


def misfits(claim: Claim, volume: Manifest) -> list[Misfit]:
    return [*_state(claim, volume), *_demands(claim, volume)]


def _demands(claim: Claim, volume: Manifest) -> Iterator[Misfit]:
    spec, wanted = manifests.spec(volume), manifests.spec(claim.obj)
    its_class = class_of(volume)
    if its_class != claim.class_name:
        words = f'is of class "{its_class}", not "{claim.class_name}"'
        yield Misfit(words, ("spec", "storageClassName"), its_class)
    has = manifests.mapping(spec.get("capacity")).get("storage")
    size, asked = quantities.parse(has), quantities.parse(claim.size)
    if size is not None and asked is not None and size < asked:
        place = ("spec", "resources", "requests", "storage")
        yield Misfit(f"has {has}, less than {claim.size}", place, has)
    modes = spec.get("accessModes")
    lacking = [mode for mode in claim.modes if isinstance(modes, list) and mode not in modes]
    if lacking and isinstance(modes, list):
        words = f"offers {', '.join(map(str, modes))}, not {', '.join(lacking)}"
        yield Misfit(words, ("spec", "accessModes"), modes)
    its_mode, mode = (x.get("volumeMode") or "Filesystem" for x in (spec, wanted))
    if its_mode != mode:
        yield Misfit(f"is a {its_mode} volume, not {mode}", ("spec", "volumeMode"), its_mode)
    selector = manifests.mapping(manifests.mapping(wanted.get("selector")).get("matchLabels"))
    unmet = [f"{k}={v}" for k, v in selector.items() if manifests.labels(volume).get(k) != v]
    if unmet:
        yield Misfit(f"lacks the labels {', '.join(unmet)} of the claim's selector")


def _state(claim: Claim, volume: Manifest) -> Iterator[Misfit]:
    phase = manifests.phase(volume)
    owner = manifests.mapping(manifests.spec(volume).get("claimRef"))
    own = (owner.get("namespace"), owner.get("name")) == (
        manifests.namespace(claim.obj) or claim.case.namespace,
        claim.name,
    )
    same = own and owner.get("uid") in (None, "", manifests.uid(claim.obj))
    if owner and not same:
        whose = f"{owner.get('namespace')}/{owner.get('name')}"
        state = "still belongs" if phase in ("Released", "Failed") else "belongs"
        yield Misfit(f"{state} to claim {whose}{' of before' if own else ''} ({phase})")
    elif phase not in ("Available", ""):
        yield Misfit(f"is {phase}")


def nothing_to_bind(claim: Claim, why: str) -> Reason | None:
    """None where the volumes were not read, or not all of them."""
    volumes = claim.case.facts.nearby.read(VOLUMES)
    if volumes is None or VOLUMES in claim.case.facts.nearby.cut:
        return None
    found = [(volume, misfits(claim, volume)) for volume in volumes]
    if any(not each for _, each in found):
        return None  # one fits, and is bound to it in a moment
    released = [v for v, _ in found if _is_released(v) and not list(_demands(claim, v))]
    if released:
        return _released(claim, released)
    of_class = [(v, m) for v, m in found if class_of(v) == claim.class_name]
    found = sorted(of_class or found, key=lambda pair: (len(pair[1]), manifests.name(pair[0])))
    nearest = [(v, m) for v, m in found if len(m) == 1 and m[0].place]
    patch, change = None, "or change the claim so that one of those that are there does"
    if len(nearest) == 1:
        volume, (misfit,) = nearest[0]
        patch = claim.made_again(misfit.place, misfit.value)
        change = f"or make the claim again as {manifests.name(volume)} is, which {misfit.words}"
    told = [
        f"{manifests.name(v)} {' and '.join(each.words for each in m)}" for v, m in found[:NAMED]
    ]
    listed = f" Of those that there are: {'; '.join(told)}." if told else " There is none at all."
    wish = f'{claim.size}, {", ".join(claim.modes)}, class "{claim.class_name}"'
    return Reason(
        rule="G11",
        title="no PersistentVolume fits it",
        explanation=f"{why} It wants a volume of {wish}, and none is free that fits.{listed}",
        fix=f"Make a PersistentVolume that fits ({wish}), {change}.",
        evidence=(
            claim.line("spec", wish),
            *(
                line(claim.case, "PersistentVolume", manifests.name(v), "spec", m[0].words)
                for v, m in found[:NAMED]
            ),
        ),
        commands=("kubectl get pv", claim.described),
        patch=patch,
    )


def class_of(volume: Manifest) -> str:
    return manifests.text(manifests.spec(volume).get("storageClassName"))


def _is_released(volume: Manifest) -> bool:
    return manifests.phase(volume) in ("Released", "Failed")


def _released(claim: Claim, volumes: list[Manifest]) -> Reason:
    """It would fit, but keeps the name of the claim that it was given back by."""
    volume = volumes[0]
    name, phase = manifests.name(volume), manifests.phase(volume)
    owner = manifests.mapping(manifests.spec(volume).get("claimRef"))
    whose = f"{owner.get('namespace')}/{owner.get('name')}"
    said = manifests.text(manifests.status(volume).get("message"))
    failed = f" Cleaning it up failed: {claim.case.quote(said, 300)}." if said else ""
    return Reason(
        rule="G16",
        title=f'PersistentVolume "{name}" would fit and is {phase}',
        explanation=f'The volume "{name}" has the size, class and access mode that the claim '
        f"wants, but still names the claim {whose}, which is gone; its reclaim policy is "
        f"{manifests.spec(volume).get('persistentVolumeReclaimPolicy') or 'Retain'}, so that "
        f"nobody else gets it and the data on it.{failed}",
        fix=f"If the claim may have the volume with the data on it, take the claimRef off "
        f'"{name}"; else make another PersistentVolume.',
        evidence=(
            line(claim.case, "PersistentVolume", name, "status.phase", phase),
            line(claim.case, "PersistentVolume", name, "spec.claimRef", whose),
        ),
        commands=(f"kubectl get pv {name} -o yaml",),
        patch=_freed(volume) if len(volumes) == 1 and phase == "Released" else None,
    )


def _freed(volume: Manifest) -> Patch | None:
    obj = {"apiVersion": "v1", "kind": "PersistentVolume"} | volume
    return patch_of(
        obj,
        *drop(obj, ("spec", "claimRef")),
        note="The volume becomes free for any claim that it fits; what was written on it is still "
        "there.",
    )


def named_volume(claim: Claim) -> Reason | None:
    """Of a claim that says which volume it wants."""
    name = manifests.text(manifests.spec(claim.obj).get("volumeName"))
    nearby = claim.case.facts.nearby
    if not name or nearby.read(VOLUMES) is None:
        return None
    volume = nearby.named(VOLUMES, name)
    if volume is None and not nearby.lacks(VOLUMES, name):
        return None
    if volume is None:
        near = nearby.nearest(VOLUMES, name)
        hint = f' PersistentVolume "{near}" is there: is it meant?' if near else ""
        return Reason(
            rule="G11",
            title=f'the PersistentVolume "{name}" that it names does not exist',
            explanation=f'The claim wants the volume "{name}" (spec.volumeName) and no other, and '
            f"there is none of that name.{hint}",
            fix=f'Make the PersistentVolume "{name}", or make the claim again without volumeName '
            "or with the right one.",
            evidence=(claim.line("spec.volumeName", name),),
            commands=("kubectl get pv",),
            patch=claim.made_again(("spec", "volumeName"), near) if near else None,
        )
    found = misfits(claim, volume)
    if not found:
        return None
    if _is_released(volume) and not list(_demands(claim, volume)):
        return _released(claim, [volume])
    only = found[0] if len(found) == 1 and found[0].place else None
    words = " and ".join(each.words for each in found)
    return Reason(
        rule="G11",
        title=f'the PersistentVolume "{name}" that it names {words}',
        explanation=f'The claim wants the volume "{name}" (spec.volumeName) and no other, and that '
        f"one {words}.",
        fix="Make claim and volume agree.",
        evidence=(
            claim.line("spec.volumeName", name),
            line(claim.case, "PersistentVolume", name, "spec", words),
        ),
        commands=(f"kubectl get pv {name} -o yaml", claim.described),
        patch=claim.made_again(only.place, only.value) if only else None,
    )
