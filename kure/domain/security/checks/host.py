"""What of the node a pod shares: its namespaces, its files, its ports.

The conditions are those of Kubernetes' own admission controller for the policy version
(staging/src/k8s.io/pod-security-admission/policy), so that a field that is present and empty may
count otherwise than one that is absent.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.changes import REMOVE
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, baseline, cis, nsa, restricted
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HOOKS = ("postStart", "preStop")


def _host_namespace(workload: Subject, field: str, what: str) -> Iterator[Violation]:
    if workload.pod_spec.get(field) is True:
        yield Violation(
            f"{workload.path}.{field}",
            f"Its pods share the {what} of their node",
            value=True,
            changes=(((*workload.place, field), REMOVE),),
        )


@check(
    "KURE-POD-002",
    "Host PID namespace",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove `hostPID`.",
    frameworks=(baseline(), *cis("5.2.3"), *nsa()),
)
def host_pid(workload: Subject) -> Iterator[Violation]:
    """With the node's processes in sight a container reads their environment and signals them."""
    return _host_namespace(workload, "hostPID", "processes")


@check(
    "KURE-POD-003",
    "Host IPC namespace",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove `hostIPC`.",
    frameworks=(baseline(), *cis("5.2.4"), *nsa("1.3")),
)
def host_ipc(workload: Subject) -> Iterator[Violation]:
    """Shared memory of the node's processes can be read and written from the container."""
    return _host_namespace(workload, "hostIPC", "shared memory")


@check(
    "KURE-POD-004",
    "Host network namespace",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove `hostNetwork`; let a Service lead to the pods.",
    frameworks=(baseline(), *cis("5.2.5"), *nsa()),
)
def host_network(workload: Subject) -> Iterator[Violation]:
    """On the node's network a pod reaches what listens on localhost, sees the node's traffic and
    is not held by NetworkPolicies."""
    return _host_namespace(workload, "hostNetwork", "network")


@check(
    "KURE-POD-006",
    "hostPath volume",
    Severity.HIGH,
    WORKLOADS,
    fix="Use a PersistentVolumeClaim, an `emptyDir` or a CSI driver.",
    frameworks=(baseline(), *cis("5.2.11")),
)
def host_path(workload: Subject) -> Iterator[Violation]:
    """Files of the node are in reach of the pod, and what it writes there outlives it."""
    for volume in workload.volumes:
        found = volume.spec.get("hostPath")
        if found is not None:
            path = manifests.text(manifests.mapping(found).get("path"))
            yield Violation(
                f"{volume.path}.hostPath",
                f"Volume {volume.name} is the path {path or '?'} of the node",
                value=path,
            )


@check(
    "KURE-POD-008",
    "Host port",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Remove `hostPort`; let a Service or a Gateway lead to the pods.",
    frameworks=(baseline(), *cis("5.2.12"), *nsa()),
)
def host_port(workload: Subject) -> Iterator[Violation]:
    """A port of the node leads to the pod past Services and most NetworkPolicies, and only one pod
    a node can have it."""
    for container in workload.containers:
        ports = container.spec.get("ports")
        for index, port in enumerate(ports if isinstance(ports, list) else ()):
            number = manifests.number(manifests.mapping(port).get("hostPort"))
            if number:
                yield Violation(
                    f"{container.path}.ports[{number}].hostPort",
                    f"{container.said} takes port {number} of its node",
                    container.name,
                    number,
                    changes=container.change(REMOVE, "ports", index, "hostPort"),
                )


@check(
    "KURE-POD-014",
    "Probe or lifecycle hook aimed at another host",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Remove `host`: without it the pod itself is asked.",
    frameworks=(baseline(),),
)
def probe_host(workload: Subject) -> Iterator[Violation]:
    """The kubelet makes the call, so that whoever writes the pod sends requests from the node."""
    if workload.version < 34:
        return
    for container in workload.containers:
        lifecycle = manifests.mapping(container.spec.get("lifecycle"))
        handlers = [(key, container.spec.get(key)) for key in PROBES]
        handlers += [(f"lifecycle.{key}", lifecycle.get(key)) for key in HOOKS if lifecycle]
        for at, handler in handlers:
            if handler:
                yield from _hosts(container, at, manifests.mapping(handler))


def _hosts(container: Container, at: str, handler: Manifest) -> Iterator[Violation]:
    for way in ("httpGet", "tcpSocket"):
        host = manifests.text(manifests.mapping(handler.get(way)).get("host"))
        if host:
            yield Violation(
                f"{container.path}.{at}.{way}.host",
                f"{container.said}: its {at} asks {host} instead of the pod",
                container.name,
                host,
                changes=container.change(REMOVE, *at.split("."), way, "host"),
            )


# Volume sources that pods of level restricted may have, in every policy version.
RESTRICTED_VOLUMES = frozenset(
    "configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected"
    " secret".split()
)


@check(
    "KURE-POD-015",
    "Volume type outside the restricted list",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Use a PersistentVolumeClaim or a CSI driver.",
    frameworks=(restricted(),),
)
def volume_type(workload: Subject) -> Iterator[Violation]:
    """The drivers of such volumes run as root on the node and mount what the pod names."""
    for volume in workload.volumes:
        # A volume without a source is an emptyDir, once the API server has set its defaults.
        sources = [key for key, value in volume.spec.items() if key != "name" and value is not None]
        if sources and not any(key in RESTRICTED_VOLUMES for key in sources):
            yield Violation(
                f"{volume.path}.{sources[0]}",
                f"Volume {volume.name} is of type {sources[0]}",
                value=sources[0],
            )
