"""The kubelets, as their configuration and their nodes tell.

The configuration is read through `nodes/configz` by whoever makes the snapshot, and stands in the
node under `kubeletconfig`, as that answers. A field that it leaves out has the default of a
configuration file, which is the safe one.
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import CLUSTER
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

CONFIG = "kubeletconfig"
OLDEST_KUBELET = 3
"""Minor versions that a kubelet may lie behind its API server."""

SUPPORTED = 3
"""The newest minor versions that get fixes."""


def _config(node: Subject) -> Manifest | None:
    found = node.obj.get(CONFIG)
    return found if isinstance(found, dict) and found else None


@check(
    "KURE-CTL-007",
    "Kubelet open",
    Severity.CRITICAL,
    ("Node",),
    fix="In the kubelet's configuration: anonymous access off, mode Webhook, a client CA, and"
    " `readOnlyPort: 0`.",
    frameworks=cis("4.2.1", "4.2.2", "4.2.3", "4.2.4"),
)
def open_kubelet(node: Subject) -> Iterator[Violation]:
    """Whoever reaches the kubelet's port runs commands in all pods of the node."""
    config = _config(node)
    if config is None:
        return
    who = manifests.mapping(config.get("authentication"))
    if manifests.mapping(who.get("anonymous")).get("enabled") is True:
        path = f"{CONFIG}.authentication.anonymous.enabled"
        yield Violation(path, "Its kubelet answers without credentials", value=True)
    if manifests.mapping(config.get("authorization")).get("mode") == "AlwaysAllow":
        path = f"{CONFIG}.authorization.mode"
        yield Violation(path, "Its kubelet allows everything", value="AlwaysAllow")
    x509 = manifests.mapping(who.get("x509"))
    if "authentication" in config and not x509.get("clientCAFile"):
        path = f"{CONFIG}.authentication.x509.clientCAFile"
        yield Violation(path, "Its kubelet checks no client certificates")
    port = manifests.number(config.get("readOnlyPort"))
    if port:
        path = f"{CONFIG}.readOnlyPort"
        yield Violation(path, f"Its kubelet tells everybody of its pods on port {port}", value=port)


@check(
    "KURE-CTL-008",
    "Kubelet hardening",
    Severity.LOW,
    ("Node",),
    fix="Set the field in the kubelet's configuration.",
    frameworks=cis("4.2.5", "4.2.6", "4.2.9", "4.2.10", "4.2.12", "4.2.13"),
)
def kubelet_hardening(node: Subject) -> Iterator[Violation]:
    """Each is a small barrier more between a pod and its node."""
    config = _config(node)
    if config is None:
        return
    wanted = {
        "protectKernelDefaults": "it changes kernel settings instead of refusing to start",
        "rotateCertificates": "its certificate is not renewed",
        "serverTLSBootstrap": "it serves a certificate that it signed itself",
        "seccompDefault": "pods that name no seccomp profile have none",
    }
    for field, why in wanted.items():
        if config.get(field) is not True:
            value = False if config.get(field) is False else None
            yield Violation(f"{CONFIG}.{field}", f"{field} is not set: {why}", value=value)
    pids = manifests.number(config.get("podPidsLimit"))
    if pids is None or pids <= 0:
        told = "podPidsLimit is not set: a pod may take all process ids of its node"
        yield Violation(f"{CONFIG}.podPidsLimit", told, value=pids)
    idle = manifests.text(config.get("streamingConnectionIdleTimeout"))
    if idle in ("0", "0s"):
        told = "streamingConnectionIdleTimeout is 0: idle shells stay open for ever"
        yield Violation(f"{CONFIG}.streamingConnectionIdleTimeout", told, value=idle)


def _minor(version: object) -> int | None:
    """30 of `v1.30.2+k3s1`."""
    parts = manifests.text(version).removeprefix("v").split(".")
    number = parts[1].rstrip("+") if len(parts) > 1 and parts[0] == "1" else ""
    return int(number) if number.isascii() and number.isdecimal() else None


# Container runtimes whose minor versions have no more fixes, and of which on there are.
OLDEST_RUNTIME = {"containerd": (1, 7), "docker": (999, 0)}


@check(
    "KURE-CTL-009",
    "Outdated or skewed version",
    Severity.MEDIUM,
    ("Node", CLUSTER),
    fix="Upgrade it.",
)
def old_version(subject: Subject) -> Iterator[Violation]:
    """Holes that are found in it are not mended any more, and what is far apart was never tested
    together."""
    newest, api = subject.settings.newest_version, subject.settings.cluster_version
    if subject.kind == CLUSTER:
        if api is not None and api <= newest - SUPPORTED:
            told = f"Kubernetes 1.{api} has no more fixes; 1.{newest} is the newest"
            yield Violation("version", told, value=f"1.{api}", severity=Severity.HIGH)
        return
    info = manifests.mapping(manifests.status(subject.obj).get("nodeInfo"))
    kubelet = _minor(info.get("kubeletVersion"))
    if kubelet is not None and api is not None and kubelet < api - OLDEST_KUBELET:
        path = "status.nodeInfo.kubeletVersion"
        told = f"Its kubelet is 1.{kubelet}, the API server 1.{api}"
        yield Violation(path, told, value=f"1.{kubelet}", severity=Severity.HIGH)
    name, _, version = manifests.text(info.get("containerRuntimeVersion")).partition("://")
    numbers = [int(part) for part in version.split(".")[:2] if part.isdecimal() and part.isascii()]
    if name in OLDEST_RUNTIME and len(numbers) == 2 and tuple(numbers) < OLDEST_RUNTIME[name]:
        path = "status.nodeInfo.containerRuntimeVersion"
        told = f"Its container runtime is {name} {version}, which has no more fixes"
        yield Violation(path, told, value=f"{name} {version}")
