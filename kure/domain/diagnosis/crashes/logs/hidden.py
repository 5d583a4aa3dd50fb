"""An empty volume over a folder of the image hides the program that is there."""

from kure.domain import manifests
from kure.domain.diagnosis.aid import in_template
from kure.domain.diagnosis.crashes.logs.spec import Mount, spec_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch


def is_started(case: Case, path: str) -> bool:
    """Whether the container's own command names the path: then it is of the program."""
    for field in ("command", "args"):
        words = spec_of(case).get(field)
        if isinstance(words, list) and path in words:
            return True
    return False


def uncovered(case: Case, mount: Mount) -> Patch | None:
    """Without the mount: only of an emptyDir that no other container fills."""
    now = in_template(case)
    if now is None or mount.kind != "emptyDir" or mount.sub_path:
        return None
    users = [
        one
        for field in ("initContainers", "containers")
        for container in manifests.mappings(manifests.spec(now.template.pod).get(field))
        for one in manifests.mappings(container.get("volumeMounts"))
        if one.get("name") == mount.volume
    ]
    mounts = now.spec.get("volumeMounts")
    for index, one in enumerate(mounts if isinstance(mounts, list) else []):
        found = manifests.mapping(one)
        if len(users) == 1 and (found.get("name"), found.get("mountPath")) == (
            mount.volume,
            mount.path,
        ):
            return now.template.patch(
                *now.template.drop((*now.place, "volumeMounts", index)),
                note="Assumes that the image has the file there; what it writes there is then not "
                "shared, and kept no longer than the container.",
            )
    return None
