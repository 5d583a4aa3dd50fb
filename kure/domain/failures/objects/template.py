"""What a Deployment, StatefulSet or DaemonSet is kept as, and what is read of its pod template."""

from collections.abc import Sequence

from kure.domain import manifests
from kure.domain.failures.objects.keeping import COMPUTED, kept, picked
from kure.domain.failures.objects.references import hosts_of
from kure.domain.manifests import Manifest

SPEC = ("replicas", "paused", "selector", "podManagementPolicy")

# What tells DaemonSets from the others is kept of all: a list may not say of which kind it is.
STATUS = ("observedGeneration", "currentNumberScheduled", "desiredNumberScheduled")

# Where the hosts of a template stand that was dropped.
HOSTS = f"{COMPUTED}hosts"


def kept_workload(kind: str, obj: Manifest, counts: Sequence[str]) -> Manifest:
    """Of the pod template only its labels and the hosts that it names."""
    template = manifests.mapping(manifests.spec(obj).get("template"))
    spec = picked(obj.get("spec"), SPEC) | {"template": {"metadata": {"labels": _labels(template)}}}
    status = picked(obj.get("status"), (*STATUS, *counts))
    small = kept("apps/v1", kind, obj, spec=spec, status=status)
    return small | {HOSTS: hosts(obj)}


def hosts(workload: Manifest) -> list[str]:
    """`hosts_of`, of an object as it came or as it was kept."""
    found = workload.get(HOSTS)
    return found if isinstance(found, list) else hosts_of(workload)


def _labels(template: Manifest) -> dict[str, str]:
    return manifests.labels(template)


def template_labels(workload: Manifest) -> dict[str, str]:
    """The labels that its pods get."""
    return _labels(manifests.mapping(manifests.spec(workload).get("template")))


def wanted_replicas(workload: Manifest) -> int:
    """How many pods it is to have: a DaemonSet one for each node that its pods may be on."""
    if "desiredNumberScheduled" in manifests.status(workload):
        return manifests.number(manifests.status(workload)["desiredNumberScheduled"]) or 0
    replicas = manifests.number(manifests.spec(workload).get("replicas"))
    return 1 if replicas is None else replicas
