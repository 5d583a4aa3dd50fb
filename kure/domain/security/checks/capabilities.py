"""Which of root's powers a container has.

The conditions are those of Kubernetes' own admission controller for the policy version
(staging/src/k8s.io/pod-security-admission/policy), so that a field that is present and empty may
count otherwise than one that is absent.
https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterator

from kure.domain.security.contexts import normal
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.model import Severity, Violation, baseline, cis, nsa, restricted
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject

BASELINE_CAPABILITIES = frozenset(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID"
    " SETPCAP SETUID SYS_CHROOT".split()
)

TAKEOVER = frozenset(
    "ALL SYS_ADMIN SYS_MODULE SYS_PTRACE SYS_RAWIO SYS_BOOT DAC_READ_SEARCH BPF PERFMON MAC_ADMIN"
    " MAC_OVERRIDE".split()
)
"""Capabilities with which a container takes its node."""


@check(
    "KURE-POD-007",
    "Capability outside the baseline list",
    Severity.HIGH,
    WORKLOADS,
    fix="Remove the entry from `securityContext.capabilities.add`.",
    frameworks=(baseline(), *cis("5.2.9")),
)
def capability(workload: Subject) -> Iterator[Violation]:
    """What the container runtime does not grant by itself leads, for most capabilities, to the
    node."""
    for container in workload.containers:
        for added in container.added:
            if added not in BASELINE_CAPABILITIES:
                yield _added(container, added)


def _added(container: Container, added: str) -> Violation:
    told = f"{container.said} adds the capability {added}"
    if normal(added) in BASELINE_CAPABILITIES:
        told += f": harmless, but admission knows it only as {normal(added)}"
    return Violation(
        f"{container.path}.securityContext.capabilities.add[{added}]",
        told,
        container.name,
        added,
        Severity.CRITICAL if normal(added) in TAKEOVER else None,
    )


@check(
    "KURE-POD-020",
    "ALL capabilities not dropped",
    Severity.MEDIUM,
    WORKLOADS,
    fix='Set `securityContext.capabilities.drop: ["ALL"]` and add back what is needed.',
    frameworks=(restricted(), *cis("5.2.9"), *nsa()),
)
def drop_all(workload: Subject) -> Iterator[Violation]:
    """Of the fourteen capabilities that a runtime grants a container most need none."""
    if workload.version < 22 or (workload.is_windows and workload.version >= 25):
        return
    for container in workload.containers:
        dropped = container.dropped
        if "ALL" not in dropped:
            almost = next((each for each in dropped if normal(each) == "ALL"), "")
            more = f": it drops {almost}, which admission does not know for ALL" if almost else ""
            yield Violation(
                f"{container.path}.securityContext.capabilities.drop",
                f"{container.said} does not drop ALL capabilities{more}",
                container.name,
                ", ".join(dropped) or None,
            )


@check(
    "KURE-POD-021",
    "Capability added beyond NET_BIND_SERVICE",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Remove the entry from `securityContext.capabilities.add`.",
    frameworks=(restricted(), *cis("5.2.9")),
)
def beyond_ports(workload: Subject) -> Iterator[Violation]:
    """A hardened container needs no power of root but to listen on a port below 1024."""
    if workload.version < 22 or (workload.is_windows and workload.version >= 25):
        return
    for container in workload.containers:
        for added in container.added:
            if added != "NET_BIND_SERVICE":
                yield Violation(
                    f"{container.path}.securityContext.capabilities.add[{added}]",
                    f"{container.said} adds the capability {added}",
                    container.name,
                    added,
                )


@check(
    "KURE-POD-034",
    "Node-takeover capability",
    Severity.CRITICAL,
    WORKLOADS,
    fix="Remove the entry from `securityContext.capabilities.add`.",
    frameworks=(*cis("5.2.9"), *nsa()),
)
def takeover(workload: Subject) -> Iterator[Violation]:
    """With this capability a container leaves its bounds: it mounts, traces, loads code into the
    kernel, or rewrites the node's network."""
    if workload.runs_on_windows:
        return
    for container in workload.containers:
        for added in container.added:
            if normal(added) in TAKEOVER or normal(added) == "NET_ADMIN":
                yield Violation(
                    f"{container.path}.securityContext.capabilities.add[{added}]",
                    f"{container.said} has {added}, which leads to the node",
                    container.name,
                    added,
                    Severity.HIGH if normal(added) == "NET_ADMIN" else None,
                )


@check(
    "KURE-POD-035",
    "NET_RAW not dropped",
    Severity.LOW,
    WORKLOADS,
    fix='Set `securityContext.capabilities.drop: ["ALL"]`.',
    frameworks=cis("5.2.8"),
)
def net_raw(workload: Subject) -> Iterator[Violation]:
    """With raw sockets a container answers for others on its network."""
    if workload.runs_on_windows:
        return
    for container in workload.containers:
        added = {normal(each) for each in container.added}
        dropped = {normal(each) for each in container.dropped}
        if "NET_RAW" in added or dropped.isdisjoint({"NET_RAW", "ALL"}):
            field = "add" if "NET_RAW" in added else "drop"
            yield Violation(
                f"{container.path}.securityContext.capabilities.{field}",
                f"{container.said} {'adds' if field == 'add' else 'keeps'} NET_RAW",
                container.name,
            )
