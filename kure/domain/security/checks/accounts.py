"""Which ServiceAccount a workload runs as, and whether it carries its token."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.security.kinds import BINDINGS, LIVE, STATIC, WORKLOADS
from kure.domain.security.lookups import account_name, mounts_token
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.rights import DISCOVERY, Grant, grants_of
from kure.domain.security.subject import Subject


def _grants(workload: Subject) -> list[Grant] | None:
    """What its account is given; None where the bindings were not read."""
    around = workload.around
    if not (around.has("RoleBinding") and around.has("ClusterRoleBinding")):
        return None
    return grants_of(around, workload.namespace, account_name(workload))


@check(
    "KURE-SA-001",
    "Workload uses the default service account",
    Severity.LOW,
    WORKLOADS,
    fix="Make a ServiceAccount for it, or set `automountServiceAccountToken: false`.",
    frameworks=cis("5.1.5"),
    uses=("ServiceAccount",),
)
def default_account(workload: Subject) -> Iterator[Violation]:
    """All workloads of the namespace that name none share it: a right for one is a right for
    all."""
    if account_name(workload) == "default" and mounts_token(workload):
        yield Violation(
            f"{workload.path}.serviceAccountName",
            "It runs as ServiceAccount default, with its token",
            value="default",
        )


@check(
    "KURE-SA-002",
    "API token mounted without need",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Set `automountServiceAccountToken: false` where it does not ask the API server.",
    frameworks=(*cis("5.1.6"), *nsa("1.11")),
    uses=("ServiceAccount", *BINDINGS),
)
def mounted_token(workload: Subject) -> Iterator[Violation]:
    """Whoever gets into a container speaks to the API server as its account."""
    if not mounts_token(workload):
        return
    grants = _grants(workload)
    name = account_name(workload)
    place = (*workload.place, "automountServiceAccountToken")
    rights = {None: "", False: ", which has no rights", True: ", which has rights"}
    has_rights = None if grants is None else bool(grants)
    yield Violation(
        f"{workload.path}.automountServiceAccountToken",
        f"Its containers have the token of ServiceAccount {name}{rights[has_rights]}",
        value=workload.pod_spec.get("automountServiceAccountToken") is True or None,
        severity=Severity.LOW if has_rights is False else None,
        changes=((place, False),) if has_rights is False else (),
    )


@check(
    "KURE-SA-003",
    "default SA automounts",
    Severity.LOW,
    ("ServiceAccount",),
    fix="Set `automountServiceAccountToken: false`.",
    frameworks=cis("5.1.5"),
    uses=("Pod",),
)
def default_mounts(account: Subject) -> Iterator[Violation]:
    """Every pod that does not say otherwise gets a token that it mostly has no use for."""
    around = account.around
    is_idle = around.has("Pod") and not around.within("Pod", account.namespace)
    value = account.obj.get("automountServiceAccountToken")
    if account.name == "default" and value is not False and not is_idle:
        yield Violation(
            "automountServiceAccountToken",
            "It puts its token into every pod that names no other account",
            value=True if value is True else None,
            changes=((("automountServiceAccountToken",), False),),
        )


# Accounts in kube-system under which controllers of Kubernetes itself run.
CONTROLLERS = frozenset(
    "attachdetach-controller bootstrap-signer certificate-controller"
    " clusterrole-aggregation-controller cronjob-controller daemon-set-controller"
    " deployment-controller disruption-controller endpoint-controller endpointslice-controller"
    " endpointslicemirroring-controller ephemeral-volume-controller expand-controller"
    " generic-garbage-collector horizontal-pod-autoscaler job-controller"
    " legacy-service-account-token-cleaner namespace-controller node-controller"
    " persistent-volume-binder pod-garbage-collector pv-protection-controller"
    " pvc-protection-controller replicaset-controller replication-controller"
    " resource-claim-controller resourcequota-controller root-ca-cert-publisher route-controller"
    " selinux-warning-controller service-account-controller service-cidrs-controller"
    " service-controller statefulset-controller token-cleaner ttl-after-finished-controller"
    " ttl-controller validatingadmissionpolicy-status-controller".split()
)

# Roles of the system that add-ons of other people are meant to be bound to.
FOR_ALL = DISCOVERY | {"system:auth-delegator", "system:aggregated-metrics-reader"}

# How the add-ons of clusters are marked.
ADDON_LABELS = (
    "kubernetes.io/cluster-service",
    "addonmanager.kubernetes.io/mode",
    "k8s-app",
    "eks.amazonaws.com/component",
)


def is_addon(subject: Subject) -> bool:
    """Whether it is part of the cluster itself: it says so, or a kubelet runs it from a file."""
    labels = {**manifests.labels(subject.obj), **subject.pod_labels}
    if any(key in labels for key in ADDON_LABELS) or labels.get("tier") == "control-plane":
        return True
    return STATIC in subject.annotations


@check(
    "KURE-SA-005",
    "User workload runs as a system service account",
    Severity.HIGH,
    WORKLOADS,
    fix="Make a ServiceAccount for it, with the rights that it needs.",
    uses=BINDINGS,
)
def system_account(workload: Subject) -> Iterator[Violation]:
    """Rights that were meant for a part of Kubernetes are in the hands of a program of one's
    own."""
    if workload.is_in_system_namespace and is_addon(workload):
        return
    name = account_name(workload)
    path = f"{workload.path}.serviceAccountName"
    if workload.namespace == "kube-system" and name in CONTROLLERS:
        yield Violation(path, f"It runs as {name}, an account of Kubernetes itself", value=name)
        return
    for grant in _grants(workload) or ():
        role = grant.role[2]
        if role.startswith("system:") and role not in FOR_ALL and name != "default":
            yield Violation(path, f"It runs as {name}, which is bound to {role}", value=name)
            return


@check(
    "KURE-SA-006",
    "Service account does not exist",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Create it, or correct the name.",
    needs=(LIVE, "ServiceAccount"),
)
def no_account(workload: Subject) -> Iterator[Violation]:
    """No pod can be made, and whoever creates the account decides what they may do."""
    name = account_name(workload)
    around = workload.around
    if name != "default" and around.named("ServiceAccount", workload.namespace, name) is None:
        path = f"{workload.path}.serviceAccountName"
        yield Violation(path, f"There is no ServiceAccount {name}", value=name)
