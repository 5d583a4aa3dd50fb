"""What will fail next: faults of the spec that the present failure hides.

A container that lacks its image never gets to miss its ConfigMap. What is certain from the spec and
from what was read beside it is told after the causes of the present.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.aid import in_template
from kure.domain.diagnosis.existing import keys_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.missing import Missing, missing_cause
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.references import Reference, indexed, path_of, references
from kure.domain.diagnosis.starts.env_names import skipped_variables
from kure.domain.diagnosis.starts.hooks import failed_stop_hook
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest

# Failures before a container starts: the settings of those that wait have not been tried yet.
BEFORE_START = frozenset(
    {
        FailureClass.UNSCHEDULABLE,
        FailureClass.FAILED_MOUNT,
        FailureClass.IMAGE_PULL,
        FailureClass.CONFIG_ERROR,
        FailureClass.START_ERROR,
    }
)
NOT_NOW = "Not the reason now, but the next one: "
KINDS = ("ConfigMap", "PersistentVolumeClaim")
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
ACTIONS = ("httpGet", "tcpSocket", "grpc")


def next_faults(cases: Sequence[Case], found: Sequence[Cause]) -> Iterator[tuple[Case, Cause]]:
    """Those of all pods that are not told yet, each once."""
    told = [cause.title + cause.explanation for cause in found]
    for case in cases:
        if not case.is_pod:
            continue
        for subject, cause in _of_case(case):
            if not any(subject in text for text in told):
                told.append(cause.title)
                yield case, cause
    for case in cases:
        for beside in (failed_stop_hook, skipped_variables):
            yield from ((case, cause) for cause in beside(case))


def wants_next(case: Case) -> Iterator[Want]:
    """The lists of what the spec refers to, where nothing of it has been tried yet."""
    if case.is_pod and case.failure.failure_class in BEFORE_START:
        named = {found.kind for found in references(case.pod) if not found.optional}
        yield from (case.want(kind) for kind in KINDS if kind in named)


# What the cause is about, to know whether it was told already, and the cause.
Told = tuple[str, Cause]


def _of_case(case: Case) -> Iterator[Told]:
    if case.failure.failure_class not in BEFORE_START:
        return
    checks: tuple[Callable[[Case], Iterator[Told]], ...] = (
        _absent_objects,
        _absent_volumes,
        _absent_ports,
    )
    for check in checks:
        for subject, cause in check(case):
            explanation = NOT_NOW + cause.explanation
            likely = replace(cause, confidence=Confidence.LIKELY, explanation=explanation)
            yield subject, likely


def _absent_objects(case: Case) -> Iterator[Told]:
    for found in references(case.pod):
        want = case.want(found.kind)
        if found.optional or found.kind not in KINDS:
            continue
        if case.facts.nearby.lacks(want, found.name):
            if found.kind == "ConfigMap" or not _is_generated(case, found):
                yield _missing(case, found, "")
            continue
        there = case.facts.nearby.named(want, found.name)
        keys = keys_of(there) if there is not None else [found.key]
        if found.kind == "ConfigMap" and found.key and found.key not in keys:
            yield _missing(case, found, found.key)


def _is_generated(case: Case, claim: Reference) -> bool:
    """Claims of generic ephemeral volumes and of a StatefulSet are made by controllers."""
    return claim.name.startswith(case.name) or claim.name.endswith(case.name)


def _missing(case: Case, found: Reference, key: str) -> Told:
    """All that names the same thing in the same place is one fault."""
    by = tuple(
        each
        for each in references(case.pod)
        if (each.kind, each.name, each.container, each.volume)
        == (found.kind, found.name, found.container, found.volume)
        and not each.optional
        and (not key or each.key == key)
    )
    user = f'container "{found.container}"' if found.container else f'volume "{found.volume}"'
    what = Missing(found.kind, found.name, user, by, key)
    rule = {"PersistentVolumeClaim": "F14"}.get(found.kind, "B01" if found.container else "G01")
    if key:
        rule = "B03" if found.container else "G03"
    cause = missing_cause(case, rule, what, (), "")
    subject = f'{what.subject} has no key "{key}"' if key else what.subject
    return subject, replace(cause, container=found.container)


def _absent_volumes(case: Case) -> Iterator[Told]:
    spec = manifests.spec(case.pod)
    there = {
        manifests.text(volume.get("name")) for volume in manifests.mappings(spec.get("volumes"))
    }
    for place, container in _containers(case.pod):
        for index, mount in indexed(container.get("volumeMounts")):
            name = manifests.text(mount.get("name"))
            if name and name not in there:
                field = f"{path_of(place)}.volumeMounts[{index}].name"
                title = f'Container "{container.get("name")}" mounts volume "{name}", which the pod'
                yield (
                    f'volume "{name}"',
                    Cause(
                        rule="H13",
                        failure_class=case.failure.failure_class,
                        container=manifests.text(container.get("name")),
                        title=case.quote(f"{title} does not have", 200),
                        explanation="No entry of spec.volumes has that name.",
                        confidence=Confidence.LIKELY,
                        evidence=(case.from_pod(field, name),),
                        fix=f'Add volume "{name}" to spec.volumes, or correct the mount\'s name.',
                    ),
                )


def _absent_ports(case: Case) -> Iterator[Told]:
    for place, container in _containers(case.pod):
        name = manifests.text(container.get("name"))
        ports = manifests.mappings(container.get("ports"))
        named = (port.get(key) for port in ports for key in ("name", "containerPort"))
        known = [value for value in named if value is not None]
        probed = _probed(container)
        for probe, action, port in probed:
            alike = sum(other == port for _, _, other in probed)
            if port in known or (not isinstance(port, str) and (not known or alike > 1)):
                continue
            title = f'The {probe} of container "{name}" asks port "{port}", which it does not have'
            if not isinstance(port, str):
                title = (
                    f'The {probe} of container "{name}" asks port {port}, which it does not name'
                )
            told = ", ".join(sorted(str(port.get("containerPort")) for port in ports)) or "none"
            evidence = (case.from_pod(f"{path_of(place)}.{probe}.{action}.port", str(port)),)
            cause = Cause(
                rule="E04",
                failure_class=case.failure.failure_class,
                container=name,
                title=case.quote(title, 200),
                explanation=f"The ports that the container names: {told}.",
                confidence=Confidence.LIKELY,
                evidence=evidence,
                fix="Correct the probe's port, or the container's ports.",
            )
            yield title, _with_port(case, cause, probe, action, port)


def _with_port(case: Case, cause: Cause, probe: str, action: str, port: object) -> Cause:
    """The one port that the container names, instead of the probe's."""
    now = in_template(case, cause.container)
    ports = (
        [p.get("containerPort") for p in manifests.mappings(now.spec.get("ports"))] if now else []
    )
    if now is None or len(ports) != 1 or ports[0] is None:
        return cause
    asked = manifests.mapping(manifests.mapping(now.spec.get(probe)).get(action)).get("port")
    if asked != port:
        return cause
    steps = now.template.put((*now.place, probe, action, "port"), ports[0])
    fix = f"Set the port of the {probe} to {ports[0]}, or correct the container's ports."
    return replace(cause, fix=fix, patch=now.template.patch(*steps))


def _probed(container: Manifest) -> list[tuple[str, str, object]]:
    """Which port each probe asks, as a number or by its name."""
    found: list[tuple[str, str, object]] = []
    for probe in PROBES:
        for action in ACTIONS:
            of_action = manifests.mapping(manifests.mapping(container.get(probe)).get(action))
            port = of_action.get("port")
            if isinstance(port, (str, int)) and not (isinstance(port, str) and port.isdigit()):
                found.append((probe, action, port))
    return found


def _containers(pod: Manifest) -> Iterator[tuple[tuple[str | int, ...], Manifest]]:
    for field in ("initContainers", "containers"):
        for index, container in indexed(manifests.spec(pod).get(field)):
            yield ("spec", field, index), container
