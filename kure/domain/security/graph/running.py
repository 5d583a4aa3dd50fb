"""What the running pods say about those who made them."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.owners import workload_from_manifest
from kure.domain.security.levels import enforced, label, minor_of
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.pss import pss
from kure.domain.security.registry import check
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

Owner = tuple[str, str, str]


@check(
    "KURE-IMG-008",
    "Different code behind one tag",
    Severity.MEDIUM,
    ("Deployment", "StatefulSet", "DaemonSet"),
    fix="Name the digest, and let all pods start anew.",
    needs=("Pod",),
)
def different_code(workload: Subject) -> Iterator[Violation]:
    """Its pods do not run the same program, though they say so: a tag was moved, on purpose or
    not."""
    owner = (workload.kind, workload.namespace, workload.name)
    for (name, image), ids in _images(workload.around).get(owner, {}).items():
        if len(ids) > 1:
            path = f"{workload.path}.containers[{name}].image"
            told = f"Its pods run {len(ids)} different images as {image}"
            yield Violation(path, told, name, image)


Images = dict[tuple[str, str], set[str]]


def _images(around: Snapshot) -> dict[Owner, Images]:
    """By workload: container and image, and the ids under which pods run it."""
    known = around.memory.get("image ids")
    if known is None:
        found: dict[Owner, Images] = {}
        for pod in around.all("Pod"):
            top = workload_from_manifest("", pod)
            images = found.setdefault((top.kind, top.namespace, top.name), {})
            wanted = {
                manifests.text(each.get("name")): manifests.text(each.get("image"))
                for each in manifests.mappings(manifests.spec(pod).get("containers"))
            }
            for status in manifests.mappings(manifests.status(pod).get("containerStatuses")):
                name, id = (manifests.text(status.get(key)) for key in ("name", "imageID"))
                if id and wanted.get(name):
                    images.setdefault((name, wanted[name]), set()).add(id.rpartition("@")[2])
        known = around.memory["image ids"] = found
    images_of: dict[Owner, Images] = known
    return images_of


@check(
    "KURE-NS-004",
    "Running pods violate the namespace's own level",
    Severity.MEDIUM,
    ("Namespace",),
    fix="Correct the workload; its pods are made anew then, and refused if they break the level.",
    frameworks=cis("5.2"),
    needs=("Pod",),
)
def own_level(namespace: Subject) -> Iterator[Violation]:
    """They were let in before the label, or past it: when they end, none will take their place."""
    if label(namespace, "enforce") is None:
        return
    level = enforced(namespace)
    version = minor_of(label(namespace, "enforce-version"))
    told: set[tuple[str, str]] = set()
    for pod in namespace.around.within("Pod", namespace.name):
        found = pss(
            manifests.spec(pod),
            manifests.metadata(pod),
            level,
            namespace.version if version is None else version,
        )
        top = workload_from_manifest("", pod)
        if found and (top.kind, top.name) not in told:
            told.add((top.kind, top.name))
            which = ", ".join(dict.fromkeys(each.check.id for each in found))
            yield Violation(
                f"pods[{top.kind}/{top.name}]",
                f"Pods of {top.kind} {top.name} break level {level}: {which}",
                value=manifests.name(pod),
            )
