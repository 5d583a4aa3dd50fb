"""Which lists of a cluster are recorded, beside what says which others there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Resource:
    """One resource, by the path of its group and version and its plural name. `kind` is said of
    those that older recordings do not tell of: they are served empty from them. `optional`:
    clusters may be without it."""

    group_path: str
    plural: str
    namespaced: bool = True
    kind: str = ""
    optional: bool = False

    @property
    def path(self) -> str:
        """The list of all of them: `/apis/apps/v1/deployments`."""
        return f"{self.group_path}/{self.plural}"

    def list_in(self, namespace: str) -> str:
        """The list of one namespace."""
        return f"{self.group_path}/namespaces/{namespace}/{self.plural}"


CORE, APPS, BATCH = "/api/v1", "/apis/apps/v1", "/apis/batch/v1"
NETWORKING, RBAC = "/apis/networking.k8s.io/v1", "/apis/rbac.authorization.k8s.io/v1"

PODS = Resource(CORE, "pods")
EVENTS = Resource(CORE, "events")
CONFIG_MAPS = Resource(CORE, "configmaps")
SERVICE_ACCOUNTS = Resource(CORE, "serviceaccounts")
NAMESPACES = Resource(CORE, "namespaces", namespaced=False)
NODES = Resource(CORE, "nodes", namespaced=False)
LEASES = Resource("/apis/coordination.k8s.io/v1", "leases")
"""Served, but not recorded: they are renewed every few seconds and tell nothing."""

GATEWAYS = "/apis/gateway.networking.k8s.io/v1"
ADMISSION = "/apis/admissionregistration.k8s.io/v1"
LATER = (
    Resource(APPS, "controllerrevisions", kind="ControllerRevision"),
    Resource(GATEWAYS, "gateways", kind="Gateway", optional=True),
    Resource(GATEWAYS, "httproutes", kind="HTTPRoute", optional=True),
    *(
        Resource(group_path, f"{kind.lower()}{end}", namespaced=False, kind=kind)
        for group_path, kind, end in (
            ("/apis/storage.k8s.io/v1", "CSIDriver", "s"),
            ("/apis/node.k8s.io/v1", "RuntimeClass", "es"),
            (ADMISSION, "ValidatingWebhookConfiguration", "s"),
            (ADMISSION, "MutatingWebhookConfiguration", "s"),
        )
    ),
)

RECORDED = (
    *(NAMESPACES, NODES, PODS, EVENTS, CONFIG_MAPS, SERVICE_ACCOUNTS),
    *(Resource(CORE, plural) for plural in ("services", "persistentvolumeclaims")),
    *(Resource(CORE, plural) for plural in ("resourcequotas", "limitranges")),
    Resource(CORE, "persistentvolumes", namespaced=False),
    *(Resource(APPS, plural) for plural in ("deployments", "replicasets")),
    *(Resource(APPS, plural) for plural in ("statefulsets", "daemonsets")),
    *(Resource(BATCH, plural) for plural in ("jobs", "cronjobs")),
    *(Resource(NETWORKING, plural) for plural in ("ingresses", "networkpolicies")),
    Resource(NETWORKING, "ingressclasses", namespaced=False),
    Resource("/apis/autoscaling/v2", "horizontalpodautoscalers"),
    Resource("/apis/discovery.k8s.io/v1", "endpointslices"),
    Resource("/apis/policy/v1", "poddisruptionbudgets"),
    *(Resource(RBAC, plural) for plural in ("roles", "rolebindings")),
    *(
        Resource(RBAC, plural, namespaced=False)
        for plural in ("clusterroles", "clusterrolebindings")
    ),
    Resource("/apis/storage.k8s.io/v1", "storageclasses", namespaced=False),
    Resource("/apis/scheduling.k8s.io/v1", "priorityclasses", namespaced=False),
    *LATER,
)

SERVED = (*RECORDED, LEASES)

POD_SCHEMA = "/openapi/v3/api/v1"
DISCOVERY = (
    *("/version", "/api", "/apis"),
    *dict.fromkeys(resource.group_path for resource in SERVED),
)
