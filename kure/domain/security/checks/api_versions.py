"""Versions of the API that will be gone, and fields that are old names."""

import json
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.security.checks.secrets import LAST_APPLIED
from kure.domain.security.kinds import GROUPS, WORKLOADS
from kure.domain.security.model import Severity, Violation
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

# API versions by the minor version that does not serve them any more.
# https://kubernetes.io/docs/reference/using-api/deprecation-guide/
REMOVED: dict[str, int] = {
    "extensions/v1beta1": 16,
    "apps/v1beta1": 16,
    "apps/v1beta2": 16,
    "networking.k8s.io/v1beta1": 22,
    "rbac.authorization.k8s.io/v1beta1": 22,
    "rbac.authorization.k8s.io/v1alpha1": 22,
    "admissionregistration.k8s.io/v1beta1": 22,
    "apiextensions.k8s.io/v1beta1": 22,
    "apiregistration.k8s.io/v1beta1": 22,
    "scheduling.k8s.io/v1beta1": 22,
    "coordination.k8s.io/v1beta1": 22,
    "storage.k8s.io/v1beta1": 27,
    "batch/v1beta1": 25,
    "policy/v1beta1": 25,
    "discovery.k8s.io/v1beta1": 25,
    "events.k8s.io/v1beta1": 25,
    "autoscaling/v2beta1": 25,
    "autoscaling/v2beta2": 26,
    "flowcontrol.apiserver.k8s.io/v1beta1": 26,
    "flowcontrol.apiserver.k8s.io/v1beta2": 29,
    "flowcontrol.apiserver.k8s.io/v1beta3": 32,
}
# Beta versions of later days that are served still, where their kinds are not those meant above.
STILL = {("ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1beta1"): 34}


@check(
    "KURE-API-001",
    "Deprecated or removed API version in use",
    Severity.MEDIUM,
    frozenset(GROUPS),
    fix="Write it with the version that took its place, in whatever makes it: the live object is"
    " served in any.",
)
def old_version(subject: Subject) -> Iterator[Violation]:
    """After the next upgrade of the cluster it cannot be applied any more."""
    for where, version in _versions(subject):
        gone = STILL.get((subject.kind, version), REMOVED.get(version))
        if gone is not None:
            is_soon = subject.version + 1 >= gone
            yield Violation(
                f"apiVersion[{version}]",
                f"{where} is {version}, which 1.{gone} does not serve any more",
                value=version,
                severity=Severity.HIGH if is_soon else None,
            )
            break
    yield from _old_fields(subject)


def _versions(subject: Subject) -> Iterator[tuple[str, str]]:
    """Where which version is told. The version of a live object says nothing, since the server
    converts; that of a manifest does."""
    yield "Its version", manifests.text(subject.obj.get("apiVersion"))
    note = manifests.text(subject.annotations.get(LAST_APPLIED))
    if note:
        try:
            applied = manifests.mapping(json.loads(note))
        except (ValueError, RecursionError):
            applied = {}
        yield "What was applied last", manifests.text(applied.get("apiVersion"))
    for field in manifests.mappings(subject.metadata.get("managedFields")):
        who = manifests.text(field.get("manager")) or "somebody"
        yield f"What {who} wrote", manifests.text(field.get("apiVersion"))


OLD_NOTES = (
    "seccomp.security.alpha.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
    "container.apparmor.security.beta.kubernetes.io/",
)


def _old_fields(subject: Subject) -> Iterator[Violation]:
    if subject.kind in WORKLOADS:
        own = subject.pod_spec
        if own.get("serviceAccount") and not own.get("serviceAccountName"):
            path = f"{subject.path}.serviceAccount"
            told = "serviceAccount is the old name of serviceAccountName"
            yield Violation(path, told, severity=Severity.LOW)
        for key in subject.pod_annotations:
            if isinstance(key, str) and key.startswith(OLD_NOTES):
                path = f"{subject.annotations_path}[{key}]"
                told = f"Annotation {key} is a field of the securityContext by now"
                yield Violation(path, told, severity=Severity.LOW)
    elif subject.kind == "Ingress" and "kubernetes.io/ingress.class" in subject.annotations:
        path = "metadata.annotations[kubernetes.io/ingress.class]"
        told = "Annotation kubernetes.io/ingress.class is spec.ingressClassName by now"
        yield Violation(path, told, severity=Severity.LOW)
