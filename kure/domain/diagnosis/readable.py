"""The kinds that rules may want to see beside what fails, where they are, and what is kept of them.

Secrets are not among them: a list of them gives their values. Which there are is only known from
what other objects refer to.
"""

from kure.domain import manifests
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.manifests import Manifest


def keep_keys(config_map: Manifest) -> Manifest:
    """A ConfigMap without its values: under `data` and `binaryData` stand the keys only."""
    keys = {
        field: dict.fromkeys(manifests.mapping(config_map.get(field)), "")
        for field in ("data", "binaryData")
        if config_map.get(field)
    }
    return manifests.tidy(config_map) | keys


def _kind(kind: str, group_path: str, resource: str, *, namespaced: bool = True) -> ObjectKind:
    return ObjectKind(kind, group_path, resource, manifests.tidy, namespaced=namespaced)


CORE, APPS, BATCH = "/api/v1", "/apis/apps/v1", "/apis/batch/v1"
NETWORKING, STORAGE = "/apis/networking.k8s.io/v1", "/apis/storage.k8s.io/v1"
RBAC, ADMISSION = "/apis/rbac.authorization.k8s.io/v1", "/apis/admissionregistration.k8s.io/v1"

ALL = (
    ObjectKind("ConfigMap", CORE, "configmaps", keep_keys),
    _kind("ServiceAccount", CORE, "serviceaccounts"),
    _kind("Service", CORE, "services"),
    _kind("Pod", CORE, "pods"),
    _kind("Event", CORE, "events"),
    _kind("PersistentVolumeClaim", CORE, "persistentvolumeclaims"),
    _kind("ResourceQuota", CORE, "resourcequotas"),
    _kind("LimitRange", CORE, "limitranges"),
    _kind("Deployment", APPS, "deployments"),
    _kind("ReplicaSet", APPS, "replicasets"),
    _kind("ControllerRevision", APPS, "controllerrevisions"),
    _kind("StatefulSet", APPS, "statefulsets"),
    _kind("DaemonSet", APPS, "daemonsets"),
    _kind("Job", BATCH, "jobs"),
    _kind("EndpointSlice", "/apis/discovery.k8s.io/v1", "endpointslices"),
    _kind("Ingress", NETWORKING, "ingresses"),
    _kind("Gateway", "/apis/gateway.networking.k8s.io/v1", "gateways"),
    _kind("NetworkPolicy", NETWORKING, "networkpolicies"),
    _kind("PodDisruptionBudget", "/apis/policy/v1", "poddisruptionbudgets"),
    _kind("Role", RBAC, "roles"),
    _kind("RoleBinding", RBAC, "rolebindings"),
    _kind("ClusterRole", RBAC, "clusterroles", namespaced=False),
    _kind("ClusterRoleBinding", RBAC, "clusterrolebindings", namespaced=False),
    _kind("Node", CORE, "nodes", namespaced=False),
    _kind("Namespace", CORE, "namespaces", namespaced=False),
    _kind("PersistentVolume", CORE, "persistentvolumes", namespaced=False),
    _kind("StorageClass", STORAGE, "storageclasses", namespaced=False),
    _kind("CSIDriver", STORAGE, "csidrivers", namespaced=False),
    _kind("IngressClass", NETWORKING, "ingressclasses", namespaced=False),
    _kind("PriorityClass", "/apis/scheduling.k8s.io/v1", "priorityclasses", namespaced=False),
    _kind("RuntimeClass", "/apis/node.k8s.io/v1", "runtimeclasses", namespaced=False),
    _kind(
        *("ValidatingWebhookConfiguration", ADMISSION, "validatingwebhookconfigurations"),
        namespaced=False,
    ),
    _kind(
        *("MutatingWebhookConfiguration", ADMISSION, "mutatingwebhookconfigurations"),
        namespaced=False,
    ),
)

NEARBY: dict[str, ObjectKind] = {kind.kind: kind for kind in ALL}
