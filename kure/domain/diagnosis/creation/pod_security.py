"""Pod Security admission: what each violation is, and what would satisfy it.

https://github.com/kubernetes/kubernetes/tree/v1.34.0/staging/src/k8s.io/pod-security-admission/policy
"""

import re
from collections.abc import Callable
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.creation.refusal import Refusal, Told
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.fixes import Patch, Place

VIOLATES = r"violates PodSecurity \"(?P<level>[^\"]{1,60})\": (?P<checks>.{1,8000})"

# `name (what is to be done)`; the names hold no parentheses, what is to be done may hold one pair.
CHECK = re.compile(r"(?:^|, )(?P<name>[^(),][^()]{0,100}?) \((?P<detail>[^()]{1,2000})\)")

CONTEXT = "securityContext"
NOBODY = 1000


def violations(refusal: Refusal) -> Told:
    level = refusal.found["level"]
    checks = [
        (match["name"].strip(), match["detail"].strip())
        for match in CHECK.finditer(refusal.found["checks"])
    ] or [(refusal.found["checks"].strip(), "")]
    names = ", ".join(name for name, _ in checks)
    listed = "; ".join(f"{name}: {detail}" if detail else name for name, detail in checks)
    patch = _patch(refusal, [name for name, _ in checks])
    profile = level.partition(":")[0]
    return Told(
        title=f'Pod Security "{level}" forbids it: {names}',
        explanation=f"Namespace {refusal.namespace} enforces the Pod Security level "
        f'"{level}", which the pod breaks. {listed}.',
        fix="Change the pod template so that it keeps to each of them; or, if the workload has to "
        "have these rights, run it in a namespace whose label pod-security.kubernetes.io/enforce "
        f'is less than "{profile}".',
        patch=patch,
    )


def _patch(refusal: Refusal, names: list[str]) -> Patch | None:
    """Only where every violation can be mended so: with one left, the pod is refused again."""
    change = draft(refusal.case.template)
    if change is None:
        return None
    for name in names:
        mend = next((mend for words, mend in MENDS if name.startswith(words)), None)
        before = len(change.operations)
        if mend is None:
            return None
        mend(change)
        if len(change.operations) == before and mend is not _run_as_user:
            return None
    note = "Fields that Pod Security asks for and no others."
    if _wants_user(names):
        note = (
            f"runAsUser {NOBODY} is set too, since an image whose own user is root would not be "
            "started; where the image has a user of its own, leave it out. The program may then "
            "not write where only root may, or listen below port 1024."
        )
    return change.patch(note)


def _wants_user(names: list[str]) -> bool:
    return any(name.startswith(("runAsNonRoot", "runAsUser")) for name in names)


def _each(change: Draft, place: Place, value: Any) -> None:
    """A field of every container's security context."""
    for container, _ in list(change.containers()):
        change.put((*container, CONTEXT, *place), value)


def _no_escalation(change: Draft) -> None:
    _each(change, ("allowPrivilegeEscalation",), False)


def _drop_all(change: Draft) -> None:
    for container, _ in list(change.containers()):
        place = (*container, CONTEXT, "capabilities")
        change.put((*place, "drop"), ["ALL"])
        _keep_added(change, place, ("NET_BIND_SERVICE",))


# https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
BASELINE = tuple(
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID "
    "SETPCAP SETUID SYS_CHROOT".split()
)


def _fewer_capabilities(change: Draft) -> None:
    for container, _ in list(change.containers()):
        _keep_added(change, (*container, CONTEXT, "capabilities"), BASELINE)


def _keep_added(change: Draft, capabilities: Place, allowed: tuple[str, ...]) -> None:
    added = change.at((*capabilities, "add"))
    if not isinstance(added, list):
        return
    kept = [each for each in added if each in allowed]
    if kept:
        change.put((*capabilities, "add"), kept)
    else:
        change.drop((*capabilities, "add"))


def _not_root(change: Draft) -> None:
    change.put(("spec", CONTEXT, "runAsNonRoot"), True)
    for container, _ in list(change.containers()):
        if change.at((*container, CONTEXT, "runAsNonRoot")) is False:
            change.put((*container, CONTEXT, "runAsNonRoot"), True)
    _run_as_user(change)


def _run_as_user(change: Draft) -> None:
    """A user for the pod, unless it has one that is not root; no container may be root either."""
    own = change.at(("spec", CONTEXT, "runAsUser"))
    users = []
    for container, _ in list(change.containers()):
        place = (*container, CONTEXT, "runAsUser")
        if change.at(place) == 0:
            change.drop(place)
        users.append(change.at(place))
    if own == 0 or (own is None and not all(users)):
        change.put(("spec", CONTEXT, "runAsUser"), NOBODY)


def _seccomp(change: Draft) -> None:
    profile = {"type": "RuntimeDefault"}
    places: list[Place] = [("spec", CONTEXT)]
    places += [(*container, CONTEXT) for container, _ in change.containers()]
    for place in places[1:]:
        found = manifests.mapping(change.at((*place, "seccompProfile")))
        if found.get("type") == "Unconfined":
            change.drop((*place, "seccompProfile"))
    found = manifests.mapping(change.at((*places[0], "seccompProfile")))
    if found.get("type") not in ("RuntimeDefault", "Localhost"):
        change.put((*places[0], "seccompProfile"), profile)


def _not_privileged(change: Draft) -> None:
    for container, _ in list(change.containers()):
        change.drop((*container, CONTEXT, "privileged"))


def _own_namespaces(change: Draft) -> None:
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        change.drop(("spec", key))


def _no_host_port(change: Draft) -> None:
    """With hostNetwork the host port is the container's own port, and goes with it."""
    for container, found in list(change.containers()):
        ports = found.get("ports")
        for index in range(len(ports) if isinstance(ports, list) else 0):
            change.drop((*container, "ports", index, "hostPort"))


def _default_proc(change: Draft) -> None:
    for container, _ in list(change.containers()):
        change.drop((*container, CONTEXT, "procMount"))


def _default_selinux(change: Draft) -> None:
    change.drop(("spec", CONTEXT, "seLinuxOptions"))
    for container, _ in list(change.containers()):
        change.drop((*container, CONTEXT, "seLinuxOptions"))


def _default_sysctls(change: Draft) -> None:
    change.drop(("spec", CONTEXT, "sysctls"))


# What is not here has no answer that fits every program: another kind of volume, say.
MENDS: tuple[tuple[str, Callable[[Draft], None]], ...] = (
    ("allowPrivilegeEscalation", _no_escalation),
    ("unrestricted capabilities", _drop_all),
    ("non-default capabilities", _fewer_capabilities),
    ("runAsNonRoot", _not_root),
    ("runAsUser", _run_as_user),
    ("seccompProfile", _seccomp),
    ("privileged", _not_privileged),
    ("host namespaces", _own_namespaces),
    ("hostPort", _no_host_port),
    ("procMount", _default_proc),
    ("seLinuxOptions", _default_selinux),
    ("forbidden sysctls", _default_sysctls),
)
