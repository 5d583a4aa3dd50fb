"""What stands between a container and the kernel of its node.

The conditions are those of Kubernetes' own admission controller for the policy version
(staging/src/k8s.io/pod-security-admission/policy), so that a field that is present and empty may
count otherwise than one that is absent.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.security.changes import REMOVE
from kure.domain.security.contexts import contexts, who
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, baseline, cis, nsa, restricted
from kure.domain.security.registry import check
from kure.domain.security.settings import OLDEST_POLICY
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

# From which policy version each sysctl is safe.
SYSCTLS: dict[str, int] = {
    name: since
    for since, names in {
        0: "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies"
        " net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start",
        27: "net.ipv4.ip_local_reserved_ports",
        29: "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl"
        " net.ipv4.tcp_keepalive_probes",
        32: "net.ipv4.tcp_rmem net.ipv4.tcp_wmem",
        37: "net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat",
    }.items()
    for name in names.split()
}

# From which policy version each SELinux type may be asked for.
SELINUX_TYPES = {
    "": 0,
    "container_t": 0,
    "container_init_t": 0,
    "container_kvm_t": 0,
    "container_engine_t": 31,
}
PROFILES = ("RuntimeDefault", "Localhost")
APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/"
SECCOMP_POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod"
SECCOMP_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/"


@check(
    "KURE-POD-009",
    "AppArmor profile disabled",
    Severity.HIGH,
    WORKLOADS,
    fix="Set `appArmorProfile.type: RuntimeDefault`.",
    frameworks=(baseline(), *nsa("1.9")),
)
def apparmor(workload: Subject) -> Iterator[Violation]:
    """Without the runtime's AppArmor profile a container may write where only the node should."""
    yield from _profiles(workload, "appArmorProfile", "AppArmor")
    for key, value in workload.pod_annotations.items():
        if not key.startswith(APPARMOR_ANNOTATION) or not isinstance(value, str):
            continue
        if value and value != "runtime/default" and not value.startswith("localhost/"):
            yield Violation(
                f"{workload.annotations_path}[{key}]",
                f"An annotation asks for the AppArmor profile {value}",
                key.removeprefix(APPARMOR_ANNOTATION),
                value,
            )


def _profiles(workload: Subject, field: str, what: str) -> Iterator[Violation]:
    """Profiles that are there and of a type that is not allowed, of an empty one, too."""
    for path, name, context in contexts(workload):
        profile = context.get(field)
        if isinstance(profile, dict) and profile.get("type") not in PROFILES:
            kind = manifests.text(profile.get("type"))
            yield Violation(
                f"{path}.securityContext.{field}.type",
                f"{who(name)} has the {what} profile {kind or 'of no type'}",
                name,
                kind,
            )


@check(
    "KURE-POD-010",
    "Custom SELinux options",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove `user` and `role` of `seLinuxOptions`, and use an allowed `type`.",
    frameworks=(baseline(), *nsa("1.8")),
)
def selinux(workload: Subject) -> Iterator[Violation]:
    """A type, user or role of one's own can lift what SELinux holds apart."""
    for path, name, context in contexts(workload):
        options = context.get("seLinuxOptions")
        if not isinstance(options, dict):
            continue
        for key in ("type", "user", "role"):
            value = manifests.text(options.get(key))
            is_allowed = key == "type" and SELINUX_TYPES.get(value, 99) <= workload.version
            if value and not is_allowed:
                yield Violation(
                    f"{path}.securityContext.seLinuxOptions.{key}",
                    f"{who(name)} asks for the SELinux {key} {value}",
                    name,
                    value,
                )


@check(
    "KURE-POD-011",
    "Unmasked /proc",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove `procMount`.",
    frameworks=(baseline(),),
)
def proc_mount(workload: Subject) -> Iterator[Violation]:
    """Parts of /proc that the runtime hides tell of the node and change it."""
    if workload.version < 35 or not workload.has_user_namespace:
        yield from unmasked(workload)


def unmasked(workload: Subject) -> Iterator[Violation]:
    for container in workload.containers:
        found = container.context.get("procMount")
        if isinstance(found, str) and found != "Default":
            yield Violation(
                f"{container.path}.securityContext.procMount",
                f"{container.said} has /proc as {found or 'nothing'}",
                container.name,
                found,
                changes=container.change(REMOVE, "securityContext", "procMount"),
            )


@check(
    "KURE-POD-012",
    "Seccomp explicitly disabled",
    Severity.HIGH,
    WORKLOADS,
    fix="Set `seccompProfile.type: RuntimeDefault`.",
    frameworks=(baseline(),),
)
def seccomp_disabled(workload: Subject) -> Iterator[Violation]:
    """Every system call of the kernel is open to the container, also those that break out of it."""
    if workload.version < OLDEST_POLICY:
        return _seccomp_annotations(workload)
    return _profiles(workload, "seccompProfile", "seccomp")


def _seccomp_annotations(workload: Subject) -> Iterator[Violation]:
    """Before policy version 1.19 only the annotations counted."""
    keys = {SECCOMP_POD_ANNOTATION: ""}
    keys |= {SECCOMP_ANNOTATION + each.name: each.name for each in workload.containers}
    for key, name in keys.items():
        value = workload.pod_annotations.get(key)
        if not isinstance(value, str) or value.startswith("localhost/"):
            continue
        if value not in ("runtime/default", "docker/default"):
            yield Violation(
                f"{workload.annotations_path}[{key}]",
                f"An annotation asks for the seccomp profile {value}",
                name,
                value,
            )


@check(
    "KURE-POD-013",
    "Sysctl outside the safe list",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove the sysctl, or have it set on the nodes by those who own them.",
    frameworks=(baseline(),),
)
def sysctls(workload: Subject) -> Iterator[Violation]:
    """Such a kernel setting holds for more than the pod, or weakens the node."""
    for found in manifests.mappings(workload.context.get("sysctls")):
        name = manifests.text(found.get("name"))
        if SYSCTLS.get(name, 99) > workload.version:
            yield Violation(
                f"{workload.path}.securityContext.sysctls[{name}]",
                f"Its pods set the sysctl {name}",
                value=name,
            )


@check(
    "KURE-POD-019",
    "No seccomp profile",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Set `seccompProfile.type: RuntimeDefault` in the securityContext of the pod. A kubelet"
    " with `seccompDefault: true` does it by itself, though the pod does not say it.",
    frameworks=(restricted(), *cis("5.6.2"), *nsa("1.10")),
)
def seccomp(workload: Subject) -> Iterator[Violation]:
    """Without a profile all system calls of the kernel are open to the container."""
    if workload.version < OLDEST_POLICY or (workload.is_windows and workload.version >= 25):
        return
    yield from _profiles(workload, "seccompProfile", "seccomp")
    profile = workload.context.get("seccompProfile")
    if isinstance(profile, dict) and profile.get("type") in PROFILES:
        return
    place = (*workload.place, "securityContext", "seccompProfile")
    is_free = not isinstance(profile, dict) and not workload.runs_on_windows
    changes = ((place, {"type": "RuntimeDefault"}),) if is_free else ()
    for container in workload.containers:
        if not isinstance(container.context.get("seccompProfile"), dict):
            yield Violation(
                f"{container.path}.securityContext.seccompProfile.type",
                f"{container.said} has no seccomp profile",
                container.name,
                severity=Severity.LOW if _is_given_by_nodes(workload.around) else None,
                changes=changes,
            )


def _is_given_by_nodes(around: Snapshot) -> bool:
    """Whether all kubelets give the runtime's profile to who names none, as far as they were
    asked."""
    known = around.memory.get("seccompDefault")
    if known is None:
        nodes = around.all("Node")
        known = around.memory["seccompDefault"] = bool(nodes) and all(
            manifests.mapping(node.get("kubeletconfig")).get("seccompDefault") is True
            for node in nodes
        )
    return bool(known)


@check(
    "KURE-POD-022",
    "Unmasked /proc even inside a user namespace",
    Severity.LOW,
    WORKLOADS,
    fix="Remove `procMount`.",
    frameworks=(restricted(),),
)
def proc_mount_restricted(workload: Subject) -> Iterator[Violation]:
    """A user namespace makes it less dangerous; level restricted still refuses it."""
    return unmasked(workload) if workload.version >= 35 else iter(())
