"""The kinds that a scan of a cluster reads: those of which checks speak, and those that they look
things up in. Secrets are not among them: a list of them gives their values."""

from dataclasses import dataclass
from urllib.parse import quote

from kure.domain.security.kinds import kind_in


@dataclass(frozen=True)
class Read:
    """One kind. `version` is the one that is asked for where the server does not tell which it
    prefers. `wide`: objects of one namespace are compared with those of others, so all of them are
    wanted whatever namespace is scanned."""

    kind: str
    group: str
    version: str
    resource: str
    namespaced: bool = True
    wide: bool = False

    @property
    def name(self) -> str:
        """The kind as the checks name it."""
        return kind_in(self.kind, self.api_version(self.version))

    def api_version(self, version: str) -> str:
        return f"{self.group}/{version}" if self.group else version

    def path(self, version: str, namespace: str = "") -> str:
        """Of its list: of one namespace, or with '' of all."""
        root = "/apis" if self.group else "/api"
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        return f"{root}/{self.api_version(version)}{within}/{self.resource}"


def _of(
    group: str, version: str, resources: str, *, namespaced: bool = True, wide: bool = False
) -> list[Read]:
    pairs = (each.split(":") for each in resources.split())
    return [Read(kind, group, version, name, namespaced, wide) for kind, name in pairs]


_RBAC = "rbac.authorization.k8s.io"
_NETWORKING = "networking.k8s.io"
_GATEWAY = "gateway.networking.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_CALICO = "crd.projectcalico.org"

READS: tuple[Read, ...] = (
    *_of(
        "",
        "v1",
        "Pod:pods ReplicationController:replicationcontrollers PodTemplate:podtemplates"
        " ConfigMap:configmaps PersistentVolumeClaim:persistentvolumeclaims"
        " ResourceQuota:resourcequotas LimitRange:limitranges Endpoints:endpoints",
    ),
    *_of("", "v1", "Service:services ServiceAccount:serviceaccounts", wide=True),
    *_of(
        "",
        "v1",
        "Namespace:namespaces Node:nodes PersistentVolume:persistentvolumes",
        namespaced=False,
    ),
    *_of(
        "apps",
        "v1",
        "Deployment:deployments ReplicaSet:replicasets StatefulSet:statefulsets"
        " DaemonSet:daemonsets",
    ),
    *_of("batch", "v1", "Job:jobs CronJob:cronjobs"),
    *_of(_NETWORKING, "v1", "Ingress:ingresses", wide=True),
    *_of(_NETWORKING, "v1", "NetworkPolicy:networkpolicies"),
    *_of(_NETWORKING, "v1", "IngressClass:ingressclasses", namespaced=False),
    *_of("discovery.k8s.io", "v1", "EndpointSlice:endpointslices"),
    *_of(_GATEWAY, "v1", "Gateway:gateways HTTPRoute:httproutes", wide=True),
    *_of(_RBAC, "v1", "Role:roles RoleBinding:rolebindings", wide=True),
    *_of(
        _RBAC,
        "v1",
        "ClusterRole:clusterroles ClusterRoleBinding:clusterrolebindings",
        namespaced=False,
    ),
    *_of("policy", "v1", "PodDisruptionBudget:poddisruptionbudgets"),
    *_of("autoscaling", "v2", "HorizontalPodAutoscaler:horizontalpodautoscalers"),
    *_of("keda.sh", "v1alpha1", "ScaledObject:scaledobjects"),
    *_of("monitoring.coreos.com", "v1", "ServiceMonitor:servicemonitors"),
    *_of(
        _ADMISSION,
        "v1",
        "ValidatingWebhookConfiguration:validatingwebhookconfigurations"
        " MutatingWebhookConfiguration:mutatingwebhookconfigurations"
        " ValidatingAdmissionPolicy:validatingadmissionpolicies"
        " ValidatingAdmissionPolicyBinding:validatingadmissionpolicybindings",
        namespaced=False,
    ),
    *_of("apiregistration.k8s.io", "v1", "APIService:apiservices", namespaced=False),
    *_of(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition:customresourcedefinitions",
        namespaced=False,
    ),
    *_of("storage.k8s.io", "v1", "StorageClass:storageclasses", namespaced=False),
    # Policies of others, which keep a namespace as well.
    *_of("cilium.io", "v2", "CiliumNetworkPolicy:ciliumnetworkpolicies"),
    *_of(
        "cilium.io",
        "v2",
        "CiliumClusterwideNetworkPolicy:ciliumclusterwidenetworkpolicies",
        namespaced=False,
    ),
    *_of(_CALICO, "v1", "NetworkPolicy:networkpolicies"),
    *_of(_CALICO, "v1", "GlobalNetworkPolicy:globalnetworkpolicies", namespaced=False),
    *_of(
        "policy.networking.k8s.io",
        "v1alpha1",
        "AdminNetworkPolicy:adminnetworkpolicies"
        " BaselineAdminNetworkPolicy:baselineadminnetworkpolicies"
        " ClusterNetworkPolicy:clusternetworkpolicies",
        namespaced=False,
    ),
    *_of("kyverno.io", "v1", "ClusterPolicy:clusterpolicies", namespaced=False),
    *_of("kyverno.io", "v1", "Policy:policies"),
    *_of(
        "policies.kyverno.io",
        "v1alpha1",
        "ValidatingPolicy:validatingpolicies ImageValidatingPolicy:imagevalidatingpolicies",
        namespaced=False,
    ),
    *_of(
        "templates.gatekeeper.sh",
        "v1",
        "ConstraintTemplate:constrainttemplates",
        namespaced=False,
    ),
)

CLUSTER_WIDE = frozenset(each.name for each in READS if not each.namespaced)
"""Kinds whose objects are in no namespace."""

BY_NAME = {each.name: each for each in READS}
