"""Containers that are more than a process of their own on the node, and who they run as.

The conditions are those of Kubernetes' own admission controller for the policy version
(staging/src/k8s.io/pod-security-admission/policy), so that a field that is present and empty may
count otherwise than one that is absent.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.security.changes import REMOVE, Change
from kure.domain.security.contexts import contexts, who
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, baseline, cis, nsa, restricted
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject


@check(
    "KURE-POD-001",
    "Privileged container",
    Severity.CRITICAL,
    WORKLOADS,
    fix="Remove `securityContext.privileged`; add the one capability or device that is needed.",
    frameworks=(baseline(), *cis("5.2.2"), *nsa("1.2")),
)
def privileged(workload: Subject) -> Iterator[Violation]:
    """A privileged container is root on its node, whatever else is configured."""
    for container in workload.containers:
        if container.context.get("privileged") is True:
            yield Violation(
                f"{container.path}.securityContext.privileged",
                f"{container.said} is privileged",
                container.name,
                True,
                changes=container.change(REMOVE, "securityContext", "privileged"),
            )


@check(
    "KURE-POD-005",
    "Windows HostProcess container",
    Severity.CRITICAL,
    WORKLOADS,
    fix="Remove `windowsOptions.hostProcess`.",
    frameworks=(baseline(), *cis("5.2.10")),
)
def host_process(workload: Subject) -> Iterator[Violation]:
    """A HostProcess container runs as a process of the Windows node itself."""
    for path, name, context in contexts(workload):
        if manifests.mapping(context.get("windowsOptions")).get("hostProcess") is True:
            yield Violation(
                f"{path}.securityContext.windowsOptions.hostProcess",
                f"{who(name)} runs as a process of its Windows node",
                name,
                True,
            )


@check(
    "KURE-POD-016",
    "Privilege escalation allowed",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Set `securityContext.allowPrivilegeEscalation: false` in each container; pods have no such"
    " field.",
    frameworks=(restricted(), *cis("5.2.6"), *nsa("1.7")),
)
def escalation(workload: Subject) -> Iterator[Violation]:
    """A program with the set-user-ID bit makes root of any user; absent means allowed."""
    if workload.version < 8 or (workload.is_windows and workload.version >= 25):
        return
    for container in workload.containers:
        found = container.context.get("allowPrivilegeEscalation")
        if found is not False:
            yield Violation(
                f"{container.path}.securityContext.allowPrivilegeEscalation",
                f"{container.said} may gain more rights than it starts with{_still(container)}",
                container.name,
                found if found is True else None,
                changes=() if workload.runs_on_windows else _no_escalation(container),
            )


def _still(container: Container) -> str:
    """Why `false` alone would not help."""
    if container.context.get("privileged") is True:
        return "; being privileged, it always may"
    return ""


def _no_escalation(container: Container) -> tuple[Change, ...]:
    """The API server refuses `false` beside `privileged`, and beside CAP_SYS_ADMIN."""
    added = set(container.added)
    if container.context.get("privileged") is True or {"SYS_ADMIN", "CAP_SYS_ADMIN"} & added:
        return ()
    return container.change(False, "securityContext", "allowPrivilegeEscalation")


@check(
    "KURE-POD-017",
    "Non-root not enforced",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Set `runAsNonRoot: true` in the securityContext of the pod. Where the image's own user is"
    " root or a name, set a `runAsUser` other than 0 as well, else the container does not start.",
    frameworks=(restricted(), *cis("5.2.7"), *nsa("1.0")),
)
def non_root(workload: Subject) -> Iterator[Violation]:
    """Whoever breaks out of a container that runs as root is root on the node."""
    if workload.version >= 35 and workload.has_user_namespace:
        return
    of_pod = workload.context.get("runAsNonRoot")
    if of_pod is False:
        yield Violation(
            f"{workload.path}.securityContext.runAsNonRoot",
            "The pod allows its containers to run as root",
            value=False,
        )
    for container in workload.containers:
        own = container.context.get("runAsNonRoot")
        own = own if isinstance(own, bool) else None
        if own is False or (own is None and of_pod is not True):
            yield Violation(
                f"{container.path}.securityContext.runAsNonRoot",
                f"{container.said} {'may' if own is False else 'is not kept from'} "
                f"run{'' if own is False else 'ning'} as root{_practically(workload, container)}",
                container.name,
                own,
                _softer(workload, container),
                _no_root(workload, container),
            )


def _user(workload: Subject, container: Container) -> int | None:
    return manifests.number(workload.effective(container, "runAsUser"))


def _practically(workload: Subject, container: Container) -> str:
    user = _user(workload, container)
    return f"; it runs as user {user} all the same" if user else ""


def _softer(workload: Subject, container: Container) -> Severity | None:
    """Who has another user is not root; level restricted asks for the field all the same."""
    return Severity.LOW if _user(workload, container) else None


def _no_root(workload: Subject, container: Container) -> tuple[Change, ...]:
    """A container whose image asks for root would not start: only who has another user is safe."""
    if not _user(workload, container):
        return ()
    return container.change(True, "securityContext", "runAsNonRoot")


@check(
    "KURE-POD-018",
    "Runs as UID 0",
    Severity.HIGH,
    WORKLOADS,
    fix="Set `runAsUser` to a user other than 0, one that the image can work as.",
    frameworks=(restricted(), *cis("5.2.7"), *nsa("1.6")),
)
def root_user(workload: Subject) -> Iterator[Violation]:
    """Root in the container is root for the kernel, short of a user namespace."""
    if workload.version < 23 or (workload.version >= 35 and workload.has_user_namespace):
        return
    for path, name, context in contexts(workload):
        if manifests.number(context.get("runAsUser")) == 0:
            yield Violation(
                f"{path}.securityContext.runAsUser", f"{who(name)} asks for user 0, root", name, 0
            )
