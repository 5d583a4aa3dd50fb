"""Paths of the node in pods, beyond what the Pod Security Standards tell apart."""

from collections.abc import Iterator
from posixpath import normpath

from kure.domain import manifests
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject, Volume

# Who reads or writes there, or in a directory above or below, has the node or all that is on it.
SENSITIVE = (
    "/etc /boot /dev /proc /sys /usr /lib /lib32 /lib64 /libx32 /var/lib/kubelet /var/lib/etcd"
    " /var/lib/docker /var/lib/containerd /var/run /run /home /root"
).split()

SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock")
# Where those sockets are made.
SOCKET_PLACES = (
    "/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
)


def node_path(path: object) -> str:
    """A path as the node's kernel takes it; '' where it is none."""
    found = manifests.text(path)
    return normpath("/" + found.lstrip("/")) if found else ""


def sensitive(path: str) -> str:
    """Which sensitive directory a path is, lies below or leads to; '' for others."""
    if path == "/":
        return "/"
    for each in SENSITIVE:
        if path == each or path.startswith(f"{each}/") or each.startswith(f"{path}/"):
            return each
    return ""


def node_volumes(workload: Subject) -> Iterator[tuple[Volume, str, str]]:
    """Volumes that are a path of the node, with the path and its type."""
    for volume in workload.volumes:
        found = manifests.mapping(volume.spec.get("hostPath"))
        path = node_path(found.get("path"))
        if path:
            yield volume, path, manifests.text(found.get("type"))


@check(
    "KURE-POD-031",
    "Sensitive host directory mounted",
    Severity.CRITICAL,
    WORKLOADS,
    fix="Remove the volume; where one file is enough, mount it alone, with `type: File` and"
    " `readOnly: true`.",
    frameworks=cis("5.2.11"),
)
def sensitive_path(workload: Subject) -> Iterator[Violation]:
    """From there a container takes over the node, or reads the secrets of all pods on it."""
    for volume, path, kind in node_volumes(workload):
        where = sensitive(path)
        if where:
            is_file = kind == "File" and is_read_only(workload, volume)
            what = path if path == where else f"{path}, which leads to {where}"
            if path.startswith(f"{where}/"):
                what = f"{path}, below {where}"
            yield Violation(
                f"{volume.path}.hostPath.path",
                f"Volume {volume.name} is the node's {what}",
                value=path,
                severity=Severity.MEDIUM if is_file else None,
            )


def is_read_only(workload: Subject, volume: Volume) -> bool:
    """Whether no container mounts it to write."""
    return all(
        mount.get("readOnly") is True
        for container in workload.containers
        for mount in manifests.mappings(container.spec.get("volumeMounts"))
        if mount.get("name") == volume.name
    )


@check(
    "KURE-POD-032",
    "Container runtime socket mounted",
    Severity.CRITICAL,
    WORKLOADS,
    fix="Remove the volume; most tools that build or look at images can do without the socket.",
)
def runtime_socket(workload: Subject) -> Iterator[Violation]:
    """Through its runtime's socket a container starts privileged ones: it owns the node."""
    for volume, path, kind in node_volumes(workload):
        seen = path.removeprefix("/var") if path.startswith("/var/run") else path
        is_socket = path.endswith(SOCKETS) or (kind == "Socket" and seen.startswith("/run/"))
        holds = next((at for at in SOCKET_PLACES if at.startswith(f"{seen.rstrip('/')}/")), "")
        if is_socket or holds or path == "/var":
            held = "" if is_socket else f", which holds {holds or SOCKET_PLACES[0]}"
            yield Violation(
                f"{volume.path}.hostPath.path",
                f"Volume {volume.name} is the node's {path}{held}",
                value=path,
            )


@check(
    "KURE-POD-033",
    "Writable hostPath mount",
    Severity.HIGH,
    WORKLOADS,
    fix="Set `readOnly: true` on the mount. Mounts inside the path stay writable without"
    " `recursiveReadOnly: Enabled`.",
)
def writable(workload: Subject) -> Iterator[Violation]:
    """What a container writes on the node outlives it, and the node's own programs may run it."""
    paths = {volume.name: path for volume, path, _ in node_volumes(workload)}
    if not paths:
        return
    for container in workload.containers:
        mounts = container.spec.get("volumeMounts")
        for index, mount in enumerate(mounts if isinstance(mounts, list) else ()):
            found = manifests.mapping(mount)
            name = manifests.text(found.get("name"))
            if name in paths and found.get("readOnly") is not True:
                yield Violation(
                    f"{container.path}.volumeMounts[{name}].readOnly",
                    f"{container.said} may write to the node's {paths[name]}",
                    container.name,
                    found.get("readOnly") if found.get("readOnly") is False else None,
                    changes=container.change(True, "volumeMounts", index, "readOnly"),
                )


@check(
    "KURE-STO-001",
    "Node-local persistent volume",
    Severity.HIGH,
    ("PersistentVolume",),
    fix="Use a volume of a CSI driver.",
)
def local_volume(subject: Subject) -> Iterator[Violation]:
    """A claim brings a path of the node into a pod that admission would refuse it; and what is on
    one node is lost with it."""
    path = node_path(manifests.mapping(subject.spec.get("hostPath")).get("path"))
    if subject.spec.get("hostPath") is not None:
        less = None if sensitive(path) else Severity.MEDIUM
        yield Violation(
            "spec.hostPath", f"It is the path {path or '?'} of a node", value=path, severity=less
        )
    if subject.spec.get("local") is not None:
        found = manifests.text(manifests.mapping(subject.spec.get("local")).get("path"))
        yield Violation(
            "spec.local", f"It is {found or 'a disk'} of one node", "", found, Severity.LOW
        )
