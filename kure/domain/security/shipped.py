"""The rights that roles of Kubernetes itself have: they are no findings, unless somebody has added
to them. A name alone proves nothing: anybody may call a role `system:`.

Only what the checks look at is listed, as of Kubernetes 1.34; what an older or newer version has
beside it is told as a finding.
https://github.com/kubernetes/kubernetes/tree/master/plugin/pkg/auth/authorizer/rbac/bootstrappolicy
"""

from functools import cache

from kure.domain.security.rights import ANY, Held
from kure.domain.security.subject import Subject

# By role: verbs, and the resources with their groups, of which * stands for any; and rules with
# a wildcard, as the check for them names them.
SHIPPED: dict[str, tuple[str, ...]] = {
    "cluster-admin": (
        "*: *",
        "rules: */*",
    ),
    "system:aggregate-to-admin": ("create,update,patch: rolebindings.rbac.authorization.k8s.io",),
    "system:aggregate-to-edit": (
        "create,update,patch,delete,deletecollection: cronjobs.batch daemonsets.apps "
        "deployments.apps ingresses.networking.k8s.io jobs.batch "
        "networkpolicies.networking.k8s.io pods. replicasets.apps replicationcontrollers. "
        "services. statefulsets.apps",
        "get,create: pods/attach. pods/exec. pods/portforward.",
        "get,list,watch,create,delete,deletecollection: secrets.",
        "create: serviceaccounts/token.",
        "update,patch,delete,deletecollection: configmaps.",
        "delete,deletecollection: events. persistentvolumeclaims.",
        "impersonate: serviceaccounts.",
        "rules: aggregate",
    ),
    "system:controller:attachdetach-controller": ("update,patch: nodes/status.",),
    "system:controller:bootstrap-signer": ("get,list,watch: secrets.",),
    "system:controller:certificate-controller": (
        "update: certificatesigningrequests/approval.certificates.k8s.io",
    ),
    "system:controller:clusterrole-aggregation-controller": (
        "escalate: clusterroles.rbac.authorization.k8s.io",
    ),
    "system:controller:cronjob-controller": (
        "create,update,patch,delete: jobs.batch",
        "delete: pods.",
        "update: cronjobs.batch",
    ),
    "system:controller:daemon-set-controller": ("create,patch,delete: pods.",),
    "system:controller:deployment-controller": (
        "create,update,patch,delete: replicasets.apps",
        "update: deployments.apps pods.",
    ),
    "system:controller:endpoint-controller": ("create,update,delete: endpoints.",),
    "system:controller:endpointslice-controller": (
        "create,update,delete: endpointslices.discovery.k8s.io",
    ),
    "system:controller:endpointslicemirroring-controller": (
        "create,update,delete: endpointslices.discovery.k8s.io",
    ),
    "system:controller:expand-controller": ("update,patch: persistentvolumes.",),
    "system:controller:generic-garbage-collector": (
        "get,list,watch,update,patch,delete: *",
        "rules: */*",
    ),
    "system:controller:horizontal-pod-autoscaler": (
        "rules: custom.metrics.k8s.io/* external.metrics.k8s.io/*",
    ),
    "system:controller:job-controller": (
        "create,patch,delete: pods.",
        "update,patch: jobs.batch",
    ),
    "system:controller:legacy-service-account-token-cleaner": ("delete: secrets.",),
    "system:controller:namespace-controller": (
        "get,list,watch,delete,deletecollection: *",
        "rules: */*",
    ),
    "system:controller:node-controller": (
        "delete: pods.",
        "update,patch: nodes. nodes/status.",
    ),
    "system:controller:persistent-volume-binder": (
        "create,update,delete: persistentvolumes.",
        "create,delete: pods.",
    ),
    "system:controller:pod-garbage-collector": ("delete: pods.",),
    "system:controller:pv-protection-controller": ("update: persistentvolumes.",),
    "system:controller:replicaset-controller": (
        "create,patch,delete: pods.",
        "update: replicasets.apps",
    ),
    "system:controller:replication-controller": (
        "create,patch,delete: pods.",
        "update: replicationcontrollers.",
    ),
    "system:controller:resourcequota-controller": (
        "list,watch: *",
        "rules: */*",
    ),
    "system:controller:root-ca-cert-publisher": ("update: configmaps.",),
    "system:controller:route-controller": ("patch: nodes/status.",),
    "system:controller:service-controller": ("update,patch: services/status.",),
    "system:controller:statefulset-controller": (
        "create,update,patch,delete: pods.",
        "delete: persistentvolumeclaims.",
    ),
    "system:controller:token-cleaner": ("get,list,watch: secrets.",),
    "system:controller:ttl-after-finished-controller": ("delete: jobs.batch",),
    "system:controller:ttl-controller": ("update,patch: nodes.",),
    "system:kube-controller-manager": (
        "get,list,watch,create,delete: secrets.",
        "create: serviceaccounts/token.",
        "rules: */*",
    ),
    "system:kube-scheduler": ("delete: pods.",),
    "system:kubelet-api-admin": (
        "get,create: nodes/proxy.",
        "rules: /nodes/configz,nodes/healthz,nodes/pods "
        "/nodes/log,nodes/metrics,nodes/proxy,nodes/stats",
    ),
    "system:node": (
        "create,delete: pods.",
        "create: serviceaccounts/token.",
        "get,list,watch: secrets.",
        "update,patch: nodes. nodes/status.",
    ),
    "system:node-problem-detector": ("patch: nodes/status.",),
    "system:persistent-volume-provisioner": ("create,delete: persistentvolumes.",),
    "system:volume-scheduler": ("update,patch: persistentvolumes.",),
}


@cache
def _known(name: str) -> frozenset[tuple[str, str]]:
    """Pairs of verb and resource; of `rules` and a rule."""
    pairs = set()
    for line in SHIPPED.get(name, ()):
        verbs, _, resources = line.partition(": ")
        pairs |= {(verb, each) for verb in verbs.split(",") for each in resources.split()}
    return frozenset(pairs)


def beyond_shipped(role: Subject, held: Held) -> tuple[str, ...]:
    """The verbs that the role does not have as Kubernetes ships it."""
    if role.name not in SHIPPED:
        return held.verbs
    known = _known(role.name)
    resource = f"{held.resource}.{held.group}"
    return tuple(
        verb for verb in held.verbs if known.isdisjoint({(verb, resource), (verb, ANY), (ANY, ANY)})
    )


def is_shipped_rule(role: Subject, rule: str) -> bool:
    """Whether the role has the rule as Kubernetes ships it."""
    return role.name in SHIPPED and ("rules", rule) in _known(role.name)
