"""What stands around a workload, found once for all checks that ask."""

from collections.abc import Mapping
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.manifests import Manifest
from kure.domain.security.subject import Subject


def services_of(workload: Subject) -> list[Manifest]:
    """The Services that lead to its pods; none where they were not read."""
    found = workload.memory.get("services")
    if found is None:
        labels = workload.pod_labels
        found = workload.memory["services"] = [
            service
            for service in workload.around.within("Service", workload.namespace)
            if selects(service, labels)
        ]
    services: list[Manifest] = found
    return services


def selects(service: Manifest, labels: Mapping[str, str]) -> bool:
    """Whether a Service's selector chooses these labels; without one it leads nowhere."""
    wanted = manifests.mapping(manifests.spec(service).get("selector"))
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def policies_of(workload: Subject) -> list[Manifest]:
    """The NetworkPolicies that select its pods."""
    return [
        policy
        for policy in workload.around.within("NetworkPolicy", workload.namespace)
        if matches(manifests.spec(policy).get("podSelector"), workload.pod_labels)
    ]


def account_name(workload: Subject) -> str:
    """The ServiceAccount that its pods run as; `serviceAccount` is the old name of the field."""
    for field in ("serviceAccountName", "serviceAccount"):
        name = manifests.text(workload.pod_spec.get(field))
        if name:
            return name
    return "default"


def mounts_token(workload: Subject) -> bool:
    """Whether its containers are given a token for the API server: the pod says it, else its
    ServiceAccount, else they are. A live pod shows the volume that was put into it."""
    own = workload.pod_spec.get("automountServiceAccountToken")
    if isinstance(own, bool):
        return own
    if workload.kind == "Pod" and manifests.uid(workload.obj):
        return any(volume.name.startswith("kube-api-access-") for volume in workload.volumes)
    account = workload.around.named("ServiceAccount", workload.namespace, account_name(workload))
    of_account = (account or {}).get("automountServiceAccountToken")
    return of_account if isinstance(of_account, bool) else True


def host_of(value: Any) -> str:
    """A word in the small letters of DNS, without a final dot."""
    return manifests.text(value).strip().lower().rstrip(".")


def shown(selector: Manifest) -> str:
    """A label selector as people read it."""
    wanted = manifests.mapping(selector.get("matchLabels"))
    terms = [f"{key}={value}" for key, value in wanted.items()]
    terms += [
        f"{manifests.text(each.get('key'))} {manifests.text(each.get('operator'))}"
        for each in manifests.mappings(selector.get("matchExpressions"))
    ]
    return ", ".join(terms)
