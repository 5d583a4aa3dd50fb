"""What makes a container harder to break out of, beyond the Pod Security Standards."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.security.checks.kernel import APPARMOR_ANNOTATION, PROFILES
from kure.domain.security.contexts import contexts, normal, who
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject

LEAST_ID = 10_000
"""Ids from here on belong to nobody on a usual node."""


@check(
    "KURE-POD-036",
    "Writable root filesystem",
    Severity.LOW,
    WORKLOADS,
    fix="Set `readOnlyRootFilesystem: true` in the container, with an `emptyDir` for each directory"
    " that it writes to.",
    frameworks=(*nsa("1.1"), *cis("5.6.3")),
)
def writable_root(workload: Subject) -> Iterator[Violation]:
    """Who gets into the container can change its programs and leave his own there."""
    if workload.runs_on_windows:
        return
    for container in workload.containers:
        found = container.context.get("readOnlyRootFilesystem")
        if container.is_app and found is not True:
            yield Violation(
                f"{container.path}.securityContext.readOnlyRootFilesystem",
                f"{container.said} may write to its root filesystem",
                container.name,
                False if found is False else None,
            )


@check(
    "KURE-POD-037",
    "Root group",
    Severity.LOW,
    WORKLOADS,
    fix="Set `runAsGroup` and `fsGroup` to a group other than 0.",
    frameworks=nsa("1.6"),
)
def root_group(workload: Subject) -> Iterator[Violation]:
    """Many files of images and nodes are open to group 0."""
    if workload.runs_on_windows:
        return
    for path, name, context in contexts(workload):
        if manifests.number(context.get("runAsGroup")) == 0 and (name or _holds_for_some(workload)):
            place = f"{path}.securityContext.runAsGroup"
            yield Violation(place, f"{who(name)} asks for group 0, root", name, 0)
    path = f"{workload.path}.securityContext"
    if manifests.number(workload.context.get("fsGroup")) == 0:
        yield Violation(f"{path}.fsGroup", "The pod's volumes belong to group 0, root", value=0)
    listed = workload.context.get("supplementalGroups")
    if any(manifests.number(each) == 0 for each in (listed if isinstance(listed, list) else ())):
        place = f"{path}.supplementalGroups"
        yield Violation(place, "The pod's containers are in group 0, root", value=0)


def _holds_for_some(workload: Subject) -> bool:
    """Whether the group of the pod is that of a container, which may have its own."""
    groups = [each.context.get("runAsGroup") for each in workload.containers]
    return not groups or None in groups


@check(
    "KURE-POD-038",
    "Low UID or GID",
    Severity.LOW,
    WORKLOADS,
    fix=f"Set `runAsUser` and `runAsGroup` to {LEAST_ID} or more.",
    on=False,
)
def low_ids(workload: Subject) -> Iterator[Violation]:
    """After an escape a low id may be that of a user of the node."""
    if workload.runs_on_windows or workload.has_user_namespace:
        return
    for container in workload.containers:
        for field in ("runAsUser", "runAsGroup"):
            found = manifests.number(workload.effective(container, field))
            if found is not None and found < LEAST_ID:
                yield Violation(
                    f"{container.path}.securityContext.{field}",
                    f"{container.said} has {field} {found}",
                    container.name,
                    found,
                )


@check(
    "KURE-POD-039",
    "No Linux hardening at all",
    Severity.MEDIUM,
    WORKLOADS,
    fix='Set `seccompProfile.type: RuntimeDefault` and `capabilities.drop: ["ALL"]`.',
    frameworks=(*nsa("1.8", "1.9", "1.10"), *cis("5.6.3")),
)
def no_hardening(workload: Subject) -> Iterator[Violation]:
    """Neither seccomp, AppArmor, SELinux nor dropped capabilities stand in the way of an escape."""
    if workload.runs_on_windows:
        return
    for container in workload.containers:
        if not _is_hardened(workload, container):
            yield Violation(
                f"{container.path}.securityContext",
                f"{container.said} has no seccomp or AppArmor profile and no SELinux options, and"
                " drops no capability",
                container.name,
            )


def _is_hardened(workload: Subject, container: Container) -> bool:
    for field in ("seccompProfile", "appArmorProfile"):
        profile = manifests.mapping(workload.effective(container, field))
        if profile.get("type") in PROFILES:
            return True
    if container.dropped or workload.effective(container, "seLinuxOptions"):
        return True
    note = manifests.text(workload.pod_annotations.get(APPARMOR_ANNOTATION + container.name))
    return bool(note) and note != "unconfined"


@check(
    "KURE-POD-040",
    "Shared process namespace",
    Severity.LOW,
    WORKLOADS,
    fix="Remove `shareProcessNamespace`.",
    frameworks=nsa("1.3"),
)
def shared_processes(workload: Subject) -> Iterator[Violation]:
    """Each container of the pod sees the others' processes, their environment and their files."""
    if workload.pod_spec.get("shareProcessNamespace") is True:
        place = f"{workload.path}.shareProcessNamespace"
        yield Violation(place, "Its containers share their processes", value=True)


@check(
    "KURE-POD-041",
    "Privileged port or SSH port in container",
    Severity.LOW,
    WORKLOADS,
    fix="Listen on a port from 1024 on, and let the Service keep the old one; use `kubectl exec`"
    " instead of SSH.",
)
def low_port(workload: Subject) -> Iterator[Violation]:
    """A port below 1024 is not for users other than root, and an SSH server is a second way in."""
    if workload.runs_on_windows:
        return
    for container in workload.containers:
        for port in manifests.mappings(container.spec.get("ports")):
            number = manifests.number(port.get("containerPort"))
            if number is not None and (why := _trouble(workload, container, number)):
                yield Violation(
                    f"{container.path}.ports[{number}].containerPort",
                    f"{container.said} has port {number}{why}",
                    container.name,
                    number,
                )


def _trouble(workload: Subject, container: Container, port: int) -> str:
    if port == 22:
        return ", that of SSH"
    if not 0 < port < 1024:
        return ""
    user = manifests.number(workload.effective(container, "runAsUser"))
    is_other = bool(user) or workload.effective(container, "runAsNonRoot") is True
    added = {normal(each) for each in container.added}
    if not is_other or "NET_BIND_SERVICE" in added or _starts_low(workload):
        return ""
    return " and runs as a user that may not listen there"


def _starts_low(workload: Subject) -> bool:
    """Whether the pod lets everybody listen on low ports."""
    return any(
        each.get("name") == "net.ipv4.ip_unprivileged_port_start"
        for each in manifests.mappings(workload.context.get("sysctls"))
    )


ADMINISTRATORS = ("containeradministrator", "nt authority\\system")


@check(
    "KURE-POD-042",
    "Windows container runs as administrator",
    Severity.HIGH,
    WORKLOADS,
    fix="Set `windowsOptions.runAsUserName: ContainerUser`.",
)
def windows_administrator(workload: Subject) -> Iterator[Violation]:
    """An administrator of the container can change all of it, and is a step nearer to the node."""
    of_pod = manifests.mapping(workload.context.get("windowsOptions")).get("runAsUserName")
    for container in workload.containers:
        own = manifests.mapping(container.context.get("windowsOptions")).get("runAsUserName")
        user = manifests.text(of_pod if own is None else own)
        if user.lower() in ADMINISTRATORS:
            yield Violation(
                f"{container.path}.securityContext.windowsOptions.runAsUserName",
                f"{container.said} runs as {user}",
                container.name,
                user,
                changes=container.change(
                    "ContainerUser", "securityContext", "windowsOptions", "runAsUserName"
                ),
            )
