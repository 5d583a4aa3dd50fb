"""The kinds of objects that a model may have described or listed. No Secrets, and of ConfigMaps the
keys alone; no roles: what they allow is told by `who_can`."""

from kure.domain.diagnosis.readable import NEARBY
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.manifests import tidy

_NOT_DESCRIBED = frozenset(
    "Event Role RoleBinding ClusterRole ClusterRoleBinding"
    " ValidatingWebhookConfiguration MutatingWebhookConfiguration".split()
)

# Read by their names alone: workers may not list these.
BY_NAME = tuple(
    ObjectKind(kind.kind, kind.group_path, kind.resource, keep=tidy)
    for kind in (KINDS["HorizontalPodAutoscaler"], KINDS["HTTPRoute"])
)

_CRON_JOB = ObjectKind("CronJob", KINDS["CronJob"].group_path, KINDS["CronJob"].resource, keep=tidy)

LISTED: dict[str, ObjectKind] = {
    kind.kind: kind
    for kind in (*NEARBY.values(), _CRON_JOB)
    if kind.namespaced and kind.kind not in _NOT_DESCRIBED
}

# Of no namespace: read only where the workload refers to the object.
OF_CLUSTER: dict[str, ObjectKind] = {
    kind.kind: kind
    for kind in NEARBY.values()
    if not kind.namespaced and kind.kind not in _NOT_DESCRIBED
}

DESCRIBED: dict[str, ObjectKind] = LISTED | {kind.kind: kind for kind in BY_NAME} | OF_CLUSTER

# Of another namespace: read only where the workload refers to the object.
ELSEWHERE = ("Service", "Gateway")
