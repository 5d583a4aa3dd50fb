"""The kinds of objects that checks speak of, and how a kind is named in a finding."""

from kure.domain import manifests
from kure.domain.diagnosis.fixes import TEMPLATES, Place
from kure.domain.manifests import Manifest

# Where the template of the pods stands in each kind of workload.
POD_PLACES: dict[str, Place] = TEMPLATES | {
    "ReplicationController": ("spec", "template"),
    "PodTemplate": ("template",),
}
WORKLOADS = frozenset(POD_PLACES)

# Kinds that keep pods running; the pods of the others end by themselves.
LASTING = frozenset(WORKLOADS - {"Job", "CronJob", "PodTemplate"})

CLUSTER = "Cluster"
"""The kind of the object that stands for the cluster as a whole; no API server has it."""

LIVE = "the live cluster"
"""Among the needs of a check: it says nothing of files, which are never all that there is."""

STATIC = "kubernetes.io/config.mirror"
"""The annotation of what the API server shows of a pod that a kubelet runs from a file."""

_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
ROLES = frozenset({"Role", "ClusterRole"})
BINDINGS = frozenset({"RoleBinding", "ClusterRoleBinding"})
WEBHOOKS = frozenset({"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"})

# The groups in which a kind means what the checks take it for. The old group `extensions` is gone
# from servers and still found in files.
GROUPS: dict[str, frozenset[str]] = {
    kind: frozenset(groups.split(","))
    for groups, kinds in {
        "": "Pod ReplicationController PodTemplate Service ServiceAccount Namespace ConfigMap"
        " Secret PersistentVolume PersistentVolumeClaim Node ResourceQuota LimitRange Endpoints",
        "apps,extensions": "Deployment ReplicaSet StatefulSet DaemonSet",
        "batch": "Job CronJob",
        "networking.k8s.io,extensions": "Ingress NetworkPolicy",
        "networking.k8s.io": "IngressClass",
        "discovery.k8s.io": "EndpointSlice",
        "gateway.networking.k8s.io": "Gateway HTTPRoute",
        _RBAC: "Role ClusterRole RoleBinding ClusterRoleBinding",
        "policy": "PodDisruptionBudget",
        "autoscaling": "HorizontalPodAutoscaler",
        "keda.sh": "ScaledObject",
        _ADMISSION: "ValidatingWebhookConfiguration MutatingWebhookConfiguration"
        " ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
        "apiregistration.k8s.io": "APIService",
        "apiextensions.k8s.io": "CustomResourceDefinition",
        "storage.k8s.io": "StorageClass",
    }.items()
    for kind in kinds.split()
}


def kind_of(obj: Manifest) -> str:
    """The plain kind where its group is the one that Kubernetes serves it in, else `Kind.group`: a
    Knative Service is no Service. An object without an apiVersion, as in a list, is taken for
    Kubernetes' own. '' where it has no kind."""
    kind = obj.get("kind")
    if not isinstance(kind, str):
        return ""
    version = obj.get("apiVersion")
    if not isinstance(version, str) or not version:
        return kind
    group = version.rpartition("/")[0]
    if group in GROUPS.get(kind, ()):
        return kind
    return f"{kind}.{group}" if group else kind


def kind_in(kind: str, api_version: object) -> str:
    """The same for a reference, such as an owner's."""
    return kind_of({"kind": kind, "apiVersion": manifests.text(api_version)})
