"""Each field of a pod that a mirror may differ in, with who may change it by hand.

A list of what is allowed: a field that does not stand here, such as one of a newer Kubernetes, has
to be as the original has it. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/

By hand `write` changes what can only make the program start later or fit elsewhere: resources,
timings and ports of probes, ports of containers, how long it may take to stop. All that decides
which program runs, with what data and where, is an admin's; so is the path of a probe, since a
request may make a program do something. Nobody gets more rights than the
original has: `kept` fields are compared here, the others by security, volumes, environment and
resources.
"""

from dataclasses import dataclass
from typing import Any

from kure.domain.access.roles import Role


@dataclass(frozen=True)
class Field:
    """`editor` may change it by hand; None: it never reaches a mirror, so that it may differ.

    `kept`: it gives rights, and is as the original has it or one of `lesser`. `subset`: a list of
    which each item gives rights, and is one of the original's.
    """

    editor: Role | None
    kept: bool = False
    lesser: tuple[Any, ...] = ()
    subset: bool = False


OWN = Field(None)
WRITERS = Field(Role.WRITE)
ADMINS = Field(Role.ADMIN)
ITS_OWN = Field(None, kept=True, lesser=(None,))
SUBSET = Field(Role.ADMIN, subset=True)
UNKNOWN = Field(Role.ADMIN, kept=True)


def _kept(*lesser: Any) -> Field:
    return Field(Role.ADMIN, kept=True, lesser=lesser)


def _under(place: str, names: str, field: Field) -> dict[str, Field]:
    return {f"{place}.{name}": field for name in names.split()}


def _request(place: str, field: Field) -> dict[str, Field]:
    """What the kubelet asks of a pod. It asks from the node's network, so that a host of its own
    would reach what the pod may not."""
    return {
        **_under(f"{place}.httpGet", "port scheme", field),
        **_under(place, "httpGet.path httpGet.httpHeaders exec.command", ADMINS),
        **_under(place, "tcpSocket.port", field),
        **_under(place, "httpGet.host tcpSocket.host", Field(field.editor, True, (None, ""))),
    }


def _probe(place: str) -> dict[str, Field]:
    timings = (
        "initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold"
        " terminationGracePeriodSeconds grpc.port grpc.service"
    )
    return {**_request(place, WRITERS), **_under(place, timings, WRITERS)}


def _container(place: str) -> dict[str, Field]:
    context = f"{place}.securityContext"
    return {
        **_under(place, "resources.requests resources.limits ports", WRITERS),
        **_under(place, "resources.claims", SUBSET),
        **_under(place, "args command env envFrom image imagePullPolicy name", ADMINS),
        **_under(place, "resizePolicy restartPolicy stdin stdinOnce tty workingDir", ADMINS),
        **_under(place, "terminationMessagePath terminationMessagePolicy", ADMINS),
        **_under(place, "volumeDevices volumeMounts lifecycle.stopSignal", ADMINS),
        **_under(context, "allowPrivilegeEscalation appArmorProfile privileged procMount", ADMINS),
        **_under(context, "readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser", ADMINS),
        **_under(context, "seLinuxOptions seccompProfile windowsOptions", ADMINS),
        **_under(context, "capabilities.add capabilities.drop", ADMINS),
        **_probe(f"{place}.livenessProbe"),
        **_probe(f"{place}.readinessProbe"),
        **_probe(f"{place}.startupProbe"),
        **_request(f"{place}.lifecycle.postStart", ADMINS),
        **_request(f"{place}.lifecycle.preStop", ADMINS),
        **_under(f"{place}.lifecycle", "postStart.sleep.seconds preStop.sleep.seconds", ADMINS),
    }


NAMED_LISTS = ("spec.containers", "spec.initContainers")
"""Lists of which each item is told by its name."""

FIELDS: dict[str, Field] = {
    "apiVersion": OWN,
    "kind": OWN,
    "status": OWN,
    **_under("metadata", "creationTimestamp generation managedFields resourceVersion", OWN),
    **_under("metadata", "selfLink", OWN),
    **_under("metadata", "name generateName namespace uid finalizers ownerReferences", ITS_OWN),
    **_under("metadata", "deletionTimestamp deletionGracePeriodSeconds", ITS_OWN),
    **_under("metadata", "labels annotations", ADMINS),
    **_under("spec", "activeDeadlineSeconds", OWN),
    **_under("spec", "terminationGracePeriodSeconds", WRITERS),
    **_under("spec", "resources.requests resources.limits", WRITERS),
    **_under("spec", "affinity nodeSelector topologySpreadConstraints readinessGates", ADMINS),
    **_under("spec", "enableServiceLinks hostname setHostnameAsFQDN subdomain", ADMINS),
    **_under("spec", "restartPolicy volumes imagePullSecrets", ADMINS),
    **_under("spec", "dnsConfig.searches dnsConfig.options", ADMINS),
    **_under("spec", "serviceAccount serviceAccountName", ADMINS),
    **_under("spec", "dnsConfig.nameservers hostAliases tolerations resourceClaims", SUBSET),
    **_under("spec", "hostIPC hostNetwork hostPID shareProcessNamespace", _kept(None, False)),
    **_under("spec", "automountServiceAccountToken hostUsers", _kept(False)),
    **_under("spec", "nodeName priority priorityClassName ephemeralContainers", _kept(None)),
    **_under("spec", "preemptionPolicy", _kept(None, "Never")),
    **_under("spec", "dnsPolicy", _kept(None, "ClusterFirst")),
    **_under("spec", "schedulerName", _kept(None, "default-scheduler")),
    **_under("spec", "runtimeClassName schedulingGates os overhead", _kept()),
    **_under("spec.securityContext", "appArmorProfile fsGroup fsGroupChangePolicy", ADMINS),
    **_under("spec.securityContext", "runAsGroup runAsNonRoot runAsUser seLinuxOptions", ADMINS),
    **_under("spec.securityContext", "seccompProfile supplementalGroups", ADMINS),
    **_under("spec.securityContext", "supplementalGroupsPolicy windowsOptions", ADMINS),
    **_under("spec.securityContext", "seLinuxChangePolicy", _kept()),
    **_under("spec.securityContext", "sysctls", SUBSET),
    **_container("spec.containers[]"),
    **_container("spec.initContainers[]"),
}

HOLDERS = frozenset(
    pattern[:end]
    for pattern in FIELDS
    for end in [0, *(at for at, letter in enumerate(pattern) if letter == ".")]
)
"""What holds one of these fields: objects in which further fields are looked at."""
