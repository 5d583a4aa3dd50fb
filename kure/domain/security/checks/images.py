"""Where images come from, and whether they stay what they are."""

from collections.abc import Iterator
from typing import NamedTuple

from kure.domain import manifests
from kure.domain.diagnosis.images.reference import Image, parse_image
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject


class Used(NamedTuple):
    """An image that a workload names, in a container or as a volume."""

    path: str
    name: str
    image: Image
    container: Container | None

    @property
    def owner(self) -> str:
        return self.container.name if self.container else ""


def images(workload: Subject) -> list[Used]:
    """All images that it names; those it does not name are left out."""
    found = workload.memory.get("images")
    if found is None:
        found = workload.memory["images"] = list(_images(workload))
    listed: list[Used] = found
    return listed


def _images(workload: Subject) -> Iterator[Used]:
    for container in workload.containers:
        name = manifests.text(container.spec.get("image")).strip()
        if name:
            yield Used(f"{container.path}.image", name, parse_image(name), container)
    for volume in workload.volumes:
        source = volume.spec.get("image")
        if source is not None:
            name = manifests.text(manifests.mapping(source).get("reference")).strip()
            if name:
                yield Used(f"{volume.path}.image.reference", name, parse_image(name), None)


def _floats(workload: Subject, used: Used) -> bool:
    """Whether other content may come under the same name."""
    return not used.image.digest and used.image.tag in workload.settings.floating_tags


@check(
    "KURE-IMG-001",
    "Floating tag",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Name a version, or better a digest: `name@sha256:…`.",
)
def floating_tag(workload: Subject) -> Iterator[Violation]:
    """What runs depends on when it was pulled: nobody can tell, nor go back."""
    for used in images(workload):
        if _floats(workload, used):
            yield Violation(
                used.path, f"Image {used.name} is tag {used.image.tag}", used.owner, used.name
            )


@check(
    "KURE-IMG-002",
    "Image not pinned by digest",
    Severity.LOW,
    WORKLOADS,
    fix="Name the digest: `name@sha256:…`.",
    frameworks=cis("5.5.1"),
    on=False,
)
def no_digest(workload: Subject) -> Iterator[Violation]:
    """Whoever may write to the registry changes what runs."""
    for used in images(workload):
        if not used.image.digest:
            yield Violation(used.path, f"Image {used.name} has no digest", used.owner, used.name)


@check(
    "KURE-IMG-003",
    "Registry not on the allow list",
    Severity.HIGH,
    WORKLOADS,
    fix="Copy the image to a registry that is trusted, or add this one to the list.",
    frameworks=cis("5.5.1"),
)
def registry(workload: Subject) -> Iterator[Violation]:
    """Who keeps the registry decides what runs in the cluster. Without a list all are trusted."""
    trusted = [_entry(each) for each in workload.settings.trusted_registries]
    for used in images(workload) if trusted else ():
        repository = used.image.repository.lower()
        if not any(repository == each or repository.startswith(f"{each}/") for each in trusted):
            yield Violation(
                used.path,
                f"Image {used.name} is from {used.image.host}, which is not trusted",
                used.owner,
                used.name,
            )


def _entry(registry: str) -> str:
    """A host with its port and, if wanted, a path, however people wrote it."""
    plain = registry.strip().lower().partition("://")[2] or registry.strip().lower()
    plain = plain.removesuffix("*").rstrip("/")
    return plain.replace("index.docker.io", "docker.io", 1)


@check(
    "KURE-IMG-004",
    "Pull policy allows stale image",
    Severity.LOW,
    WORKLOADS,
    fix="Set `imagePullPolicy: Always`, or name a digest.",
    frameworks=cis("1.2.11"),
)
def stale_image(workload: Subject) -> Iterator[Violation]:
    """Each node keeps what the tag was when it first pulled it, so that pods differ."""
    for used in images(workload):
        if used.container is None or not _floats(workload, used):
            continue
        policy = manifests.text(used.container.spec.get("imagePullPolicy"))
        if not policy:
            policy = "Always" if used.image.tag == "latest" else "IfNotPresent"
        if policy != "Always":
            yield Violation(
                f"{used.container.path}.imagePullPolicy",
                f"{used.container.said} may run an old {used.name}: its policy is {policy}",
                used.owner,
                policy,
                changes=used.container.change("Always", "imagePullPolicy"),
            )


FROZEN = "k8s.gcr.io"


@check(
    "KURE-IMG-005",
    "Retired Kubernetes community registry",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Take the image from `registry.k8s.io`.",
)
def frozen_registry(workload: Subject) -> Iterator[Violation]:
    """It has had nothing new since April 2023, fixes neither, and may be switched off."""
    for used in images(workload):
        if used.image.host == FROZEN:
            moved = used.name.replace(FROZEN, "registry.k8s.io", 1)
            yield Violation(
                used.path,
                f"Image {used.name} is from a registry that is frozen",
                used.owner,
                used.name,
                changes=used.container.change(moved, "image") if used.container else (),
            )


# Ends of repositories, and what became of what is in them.
RETIRED = {
    "ingress-nginx/controller": "the Ingress NGINX controller, retired in March 2026",
    "ingress-nginx/controller-chroot": "the Ingress NGINX controller, retired in March 2026",
    "nginx-ingress-controller": "an Ingress NGINX controller, retired in March 2026",
    "helm/tiller": "Tiller of Helm 2, retired in November 2020",
    "kubernetes-helm/tiller": "Tiller of Helm 2, retired in November 2020",
}


@check(
    "KURE-IMG-007",
    "End-of-life or dangerous component",
    Severity.HIGH,
    WORKLOADS | {"Service"},
    fix="Move to what took its place.",
    frameworks=nsa(),
)
def retired(subject: Subject) -> Iterator[Violation]:
    """Holes that are found in it are not mended any more."""
    for used in images(subject):
        for end, what in RETIRED.items():
            if used.image.repository.endswith(f"/{end}"):
                yield Violation(used.path, f"It runs {what}", used.owner, used.name)
    if subject.kind == "Service" and _leads_to_tiller(subject):
        yield Violation("spec.selector", "It leads to Tiller of Helm 2, retired in November 2020")


def _leads_to_tiller(service: Subject) -> bool:
    selector = manifests.mapping(service.spec.get("selector"))
    return selector.get("name") == "tiller" and selector.get("app") == "helm"
