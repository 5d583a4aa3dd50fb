"""Secrets where they can be read by more people than they should be."""

import json
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.references import Reference, references
from kure.domain.security.checks.host import HOOKS, PROBES
from kure.domain.security.kinds import LIVE, WORKLOADS
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.secret_texts import named, named_inside, on_command_line, shaped
from kure.domain.security.subject import Container, Subject

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
LAST_USED = "kubernetes.io/legacy-token-last-used"


@check(
    "KURE-SEC-001",
    "Secret in plain env value",
    Severity.HIGH,
    WORKLOADS,
    fix="Put the value into a Secret, mount it or refer to it with `secretKeyRef`, and change it:"
    " whoever could read the workload knows it.",
    frameworks=(*nsa(), *cis("5.4.1")),
)
def plain_variable(workload: Subject) -> Iterator[Violation]:
    """Everybody who may read the workload reads it, and it is in every backup and Git history."""
    for container in workload.containers:
        for variable in manifests.mappings(container.spec.get("env")):
            value, name = (manifests.text(variable.get(key)) for key in ("value", "name"))
            kind = (shaped(value) or named(name, value)) if value else ""
            if kind:
                yield Violation(
                    f"{container.path}.env[{name}].value",
                    f"{container.said} has what looks like a {kind} in the variable {name}",
                    container.name,
                )


@check(
    "KURE-SEC-002",
    "Secret delivered by environment",
    Severity.LOW,
    WORKLOADS,
    fix="Mount the Secret as a file, where the program can read one.",
    frameworks=cis("5.4.1"),
    on=False,
)
def secret_variable(workload: Subject) -> Iterator[Violation]:
    """A program's environment gets into its crash reports and its children; a changed Secret does
    not reach it."""
    for container in workload.containers:
        for variable in manifests.mappings(container.spec.get("env")):
            source = manifests.mapping(variable.get("valueFrom"))
            if isinstance(source.get("secretKeyRef"), dict):
                name = manifests.text(variable.get("name"))
                yield Violation(
                    f"{container.path}.env[{name}].valueFrom.secretKeyRef",
                    f"{container.said} has a Secret in the variable {name}",
                    container.name,
                )
        for each in manifests.mappings(container.spec.get("envFrom")):
            if isinstance(each.get("secretRef"), dict):
                name = manifests.text(manifests.mapping(each["secretRef"]).get("name"))
                yield Violation(
                    f"{container.path}.envFrom[{name}].secretRef",
                    f"{container.said} has all of Secret {name} in its environment",
                    container.name,
                    name,
                )


@check(
    "KURE-SEC-003",
    "Secret on the command line",
    Severity.HIGH,
    WORKLOADS,
    fix="Let the program read a file or a variable from a Secret, and change the value.",
)
def secret_argument(workload: Subject) -> Iterator[Violation]:
    """Everybody who may read the workload reads it, and so does whoever lists processes."""
    for container in workload.containers:
        for at, tokens in _commands(container):
            kind = on_command_line(tokens) if tokens else ""
            if kind:
                yield Violation(
                    f"{container.path}.{at}",
                    f"{container.said} has what looks like a {kind} in its {at}",
                    container.name,
                )


def _commands(container: Container) -> Iterator[tuple[str, list[str]]]:
    spec = container.spec
    command, arguments = _words(spec.get("command")), _words(spec.get("args"))
    if command or arguments:
        yield ("args" if arguments else "command"), [*command, *arguments]
    lifecycle = manifests.mapping(spec.get("lifecycle"))
    handlers = [(key, spec.get(key)) for key in PROBES if key in spec]
    handlers += [(f"lifecycle.{key}", lifecycle.get(key)) for key in HOOKS if key in lifecycle]
    for at, handler in handlers:
        found = manifests.mapping(manifests.mapping(handler).get("exec"))
        yield f"{at}.exec.command", _words(found.get("command"))


def _words(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


@check(
    "KURE-SEC-004",
    "Secret in ConfigMap",
    Severity.HIGH,
    ("ConfigMap",),
    fix="Move it into a Secret, and change the value.",
    frameworks=nsa(),
)
def secret_config(config_map: Subject) -> Iterator[Violation]:
    """ConfigMaps are read by many, are not encrypted at rest and are not kept from logs."""
    if config_map.name == "kube-root-ca.crt":
        return
    for key, value in manifests.mapping(config_map.obj.get("data")).items():
        if not isinstance(value, str) or not isinstance(key, str):
            continue
        kind, severity = shaped(value), None
        if not kind:
            kind, severity = named(key, value), Severity.MEDIUM
        if not kind and ("\n" in value or "=" in value or ":" in value):
            kind = named_inside(value)
        if kind:
            told = f"Key {key} holds what looks like a {kind}"
            yield Violation(f"data[{key}]", told, severity=severity)


@check(
    "KURE-SEC-005",
    "Long-lived service account token",
    Severity.MEDIUM,
    ("Secret",),
    fix="Delete it, and let who needs a token ask for one: `kubectl create token`, or a projected"
    " volume.",
    frameworks=cis("3.1.2"),
)
def old_token(secret: Subject) -> Iterator[Violation]:
    """Such a token never ends, and whoever has copied it stays in."""
    if secret.obj.get("type") == "kubernetes.io/service-account-token":
        is_unused = LAST_USED not in manifests.mapping(secret.metadata.get("labels"))
        account = manifests.text(secret.annotations.get("kubernetes.io/service-account.name"))
        whose = f" of ServiceAccount {account}" if account else ""
        yield Violation(
            "type",
            f"It is a token{whose} without an end{', that nobody is seen to use' * is_unused}",
            severity=Severity.HIGH if is_unused else None,
        )


@check(
    "KURE-SEC-006",
    "Secret copied into an annotation",
    Severity.MEDIUM,
    ("Secret",),
    fix=f"Apply it on the server's side, and remove the annotation: `kubectl annotate secret NAME"
    f" {LAST_APPLIED}-`.",
)
def copied_secret(secret: Subject) -> Iterator[Violation]:
    """Annotations are shown and logged where the data of Secrets is not."""
    note = manifests.text(secret.annotations.get(LAST_APPLIED))
    if not note or secret.obj.get("type") == "helm.sh/release.v1":
        return
    try:
        applied = manifests.mapping(json.loads(note))
    except (ValueError, RecursionError):
        return
    if applied.get("data") or applied.get("stringData"):
        yield Violation(
            f"metadata.annotations[{LAST_APPLIED}]", "Its data stands in an annotation once more"
        )


@check(
    "KURE-SEC-007",
    "Reference to a missing Secret or ConfigMap",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Create it, or correct the name.",
    needs=(LIVE, "ConfigMap"),
    uses=("Secret",),
)
def missing_reference(workload: Subject) -> Iterator[Violation]:
    """Its pods do not start, and whoever may create the object decides what they get."""
    told: set[tuple[str, str]] = set()
    for each in _wanted(workload):
        spot = (each.kind, each.name)
        around = workload.around
        if spot in told or not around.has(each.kind):
            continue
        if around.named(each.kind, workload.namespace, each.name) is None:
            told.add(spot)
            yield Violation(
                _place_of(workload, each),
                f"There is no {each.kind} {each.name}, which {each.use} refers to",
                each.container,
                each.name,
            )


def _place_of(workload: Subject, each: Reference) -> str:
    for container in workload.containers:
        if each.container and container.name == each.container:
            return f"{container.path}.{each.place[3]}[{each.name}]"
    if each.volume:
        return f"{workload.path}.volumes[{each.volume}][{each.name}]"
    return f"{workload.path}.imagePullSecrets[{each.name}]"


def _wanted(workload: Subject) -> Iterator[Reference]:
    for each in references(workload.pod):
        if each.kind in ("Secret", "ConfigMap") and not each.optional:
            yield each
    for pull in manifests.mappings(workload.pod_spec.get("imagePullSecrets")):
        name = manifests.text(pull.get("name"))
        if name:
            yield Reference("Secret", name, ("spec", "imagePullSecrets"), "imagePullSecrets")
