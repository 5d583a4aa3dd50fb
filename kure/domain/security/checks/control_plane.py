"""The flags of the control plane, where static pods show them. Those of a managed cluster cannot be
seen: then nothing is told, neither good nor bad.

Flags may also come from a file that a flag names; what it says is unknown.
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.security.kinds import STATIC
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.subject import Container, Subject

SYSTEM = "kube-system"


def _component(pod: Subject, name: str) -> Container | None:
    """The container of a static pod that runs this program."""
    if pod.namespace != SYSTEM:
        return None
    is_static = STATIC in pod.annotations
    tier = manifests.labels(pod.obj).get("tier") == "control-plane"
    for container in pod.containers:
        if is_static or tier:
            words = [word for field in ("command", "args") for word in _words(container, field)]
            if any(word.rpartition("/")[2] == name for word in words[:1]) or (
                container.name == name and words
            ):
                return container
    return None


def _words(container: Container, field: str) -> list[str]:
    listed = container.spec.get(field)
    return [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []


def flags_of(container: Container) -> dict[str, str]:
    """Its flags without their dashes; a flag without a value is 'true', a repeated one the last."""
    flags: dict[str, str] = {}
    words = [word for field in ("command", "args") for word in _words(container, field)]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word.startswith("--"):
            name, equals, value = word.removeprefix("--").partition("=")
            is_next = not equals and following and not following.startswith("-")
            flags[name] = value if equals else (following if is_next else "true")
    return flags


def _is_true(value: str | None) -> bool:
    return value is not None and value.lower() in ("true", "t", "1")


def _listed(value: str) -> set[str]:
    return {each.strip() for each in value.split(",") if each.strip()}


def _flag(container: Container, name: str, message: str, value: str | None = None) -> Violation:
    return Violation(f"{container.path}.command[--{name}]", message, container.name, value)


@check(
    "KURE-CTL-001",
    "API server anonymous auth wide open",
    Severity.MEDIUM,
    ("Pod",),
    fix="Give it an AuthenticationConfiguration that lets anonymous requests to the health paths"
    " only.",
    frameworks=(*cis("1.2.1"), *nsa("7.0")),
)
def anonymous_api(pod: Subject) -> Iterator[Violation]:
    """Requests without credentials are let in and left to authorization: one wrong binding opens
    all."""
    container = _component(pod, "kube-apiserver")
    if container is None:
        return
    flags = flags_of(container)
    value = flags.get("anonymous-auth")
    is_off = value is not None and not _is_true(value)
    if not is_off and "authentication-config" not in flags:
        yield _flag(container, "anonymous-auth", "Requests without credentials are let in", value)


@check(
    "KURE-CTL-002",
    "Weak authorization mode",
    Severity.CRITICAL,
    ("Pod",),
    fix="Set `--authorization-mode=Node,RBAC`, and remove `--token-auth-file`.",
    frameworks=(*cis("1.2.2", "1.2.6", "1.2.7", "1.2.8"), *nsa("7.1")),
)
def authorization(pod: Subject) -> Iterator[Violation]:
    """Everybody who is let in may do everything, or a node may do what another may."""
    container = _component(pod, "kube-apiserver")
    if container is None:
        return
    flags = flags_of(container)
    name = "authorization-mode"
    if "authorization-config" not in flags:
        modes = _listed(flags.get(name, "AlwaysAllow"))
        if "AlwaysAllow" in modes:
            told = "Every request is allowed"
            yield _flag(container, name, told, flags.get(name))
        elif not {"RBAC", "Node"} <= modes:
            lacking = ", ".join(sorted({"RBAC", "Node"} - modes))
            yield _flag(container, name, f"Authorization lacks {lacking}", flags.get(name))
    if "token-auth-file" in flags:
        told = "Tokens stand in a file, in the clear and without an end"
        yield _flag(container, "token-auth-file", told)
    if flags.get("insecure-port", "0") != "0":
        told = "A port answers everybody, without asking who it is"
        yield _flag(container, "insecure-port", told, flags["insecure-port"])


@check(
    "KURE-CTL-003",
    "Admission plugins",
    Severity.MEDIUM,
    ("Pod",),
    fix="Enable NodeRestriction, and disable neither PodSecurity, ServiceAccount nor"
    " NamespaceLifecycle.",
    frameworks=cis("1.2.10", "1.2.11", "1.2.12", "1.2.13", "1.2.14"),
)
def plugins(pod: Subject) -> Iterator[Violation]:
    """Without NodeRestriction a node that is taken changes the pods and labels of the others."""
    container = _component(pod, "kube-apiserver")
    if container is None:
        return
    flags = flags_of(container)
    enabled = _listed(flags.get("enable-admission-plugins", ""))
    disabled = _listed(flags.get("disable-admission-plugins", ""))
    if "NodeRestriction" not in enabled or "NodeRestriction" in disabled:
        told = "NodeRestriction is not enabled"
        yield _flag(container, "enable-admission-plugins", told, ",".join(sorted(enabled)))
    if "AlwaysAdmit" in enabled:
        yield _flag(container, "enable-admission-plugins=AlwaysAdmit", "AlwaysAdmit lets all pass")
    for name in sorted(disabled & {"PodSecurity", "ServiceAccount", "NamespaceLifecycle"}):
        yield _flag(container, f"disable-admission-plugins={name}", f"{name} is disabled", name)


@check(
    "KURE-CTL-004",
    "No audit log",
    Severity.MEDIUM,
    ("Pod",),
    fix="Set `--audit-policy-file`, and `--audit-log-path` or `--audit-webhook-config-file`.",
    frameworks=(*cis("1.2.16", "3.2.1"), *nsa("8.0", "8.1")),
)
def audit(pod: Subject) -> Iterator[Violation]:
    """Nobody can tell afterwards who did what."""
    container = _component(pod, "kube-apiserver")
    if container is None:
        return
    flags = flags_of(container)
    if not flags.keys() & {"audit-log-path", "audit-webhook-config-file"}:
        yield _flag(container, "audit-log-path", "Requests are not logged")
    elif "audit-policy-file" not in flags:
        yield _flag(container, "audit-policy-file", "Without a policy nothing is logged")


@check(
    "KURE-CTL-005",
    "No encryption at rest",
    Severity.HIGH,
    ("Pod",),
    fix="Give it an EncryptionConfiguration, best with a KMS v2 provider.",
    frameworks=(*cis("1.2.27"), *nsa("6.1")),
)
def encryption(pod: Subject) -> Iterator[Violation]:
    """Whoever gets a backup or a disk of etcd reads every Secret."""
    container = _component(pod, "kube-apiserver")
    if container is not None and "encryption-provider-config" not in flags_of(container):
        yield _flag(container, "encryption-provider-config", "Secrets are stored in the clear")


@check(
    "KURE-CTL-006",
    "etcd without client or peer TLS auth",
    Severity.CRITICAL,
    ("Pod",),
    fix="Set `--client-cert-auth` and `--peer-client-cert-auth`, without `--auto-tls`, and listen"
    " on https alone.",
    frameworks=cis("2.1", "2.2", "2.3", "2.4", "2.5", "2.6"),
)
def etcd(pod: Subject) -> Iterator[Violation]:
    """Whoever reaches etcd without a certificate has the cluster, past all of the API server."""
    container = _component(pod, "etcd")
    if container is None:
        return
    flags = flags_of(container)
    if "config-file" in flags:
        return
    for name in ("client-cert-auth", "peer-client-cert-auth"):
        if not _is_true(flags.get(name)):
            yield _flag(container, name, f"{name} is not set: no certificate is asked for")
    for name in ("auto-tls", "peer-auto-tls"):
        if _is_true(flags.get(name)):
            yield _flag(container, name, f"{name} trusts certificates that it made itself", "true")
    for name in ("listen-client-urls", "listen-peer-urls"):
        for url in sorted(_listed(flags.get(name, ""))):
            host = url.removeprefix("http://")
            if host != url and not host.startswith(("127.", "localhost", "[::1]")):
                yield _flag(container, name, f"It listens on {url}, without TLS", url)
