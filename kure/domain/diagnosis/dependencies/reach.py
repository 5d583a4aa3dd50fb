"""Why what a program calls by a name that is known does not answer."""

import shlex

from kure.domain import manifests
from kure.domain.diagnosis.dependencies import told
from kure.domain.diagnosis.dependencies.backing import (
    Backing,
    declared_ports,
    is_ready,
    owner_of,
    scaled_to_zero,
    told_state,
)
from kure.domain.diagnosis.dependencies.blocked import blocked
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.local import on_localhost
from kure.domain.diagnosis.dependencies.resolving import Resolved
from kure.domain.diagnosis.dependencies.seen import Seen
from kure.domain.diagnosis.dependencies.selecting import nothing_selected
from kure.domain.diagnosis.dependencies.troubles import Kind
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.model import Blamed, EvidenceLine
from kure.domain.failures.match import last_end
from kure.domain.manifests import Manifest

OUTSIDE = (
    "No Service of the cluster has this name or address, so Kure cannot see how it is: it is "
    "outside of the cluster's view."
)
CHECK_OUTSIDE = (
    "See whether {whom} runs and can be reached from the cluster (firewall, routes, proxy), and "
    "whether host and port are right."
)


def why_unreachable(case: Case, seen: Seen, found: Resolved) -> Finding:
    if found.called.is_local:
        return on_localhost(case, seen)
    if found.pod is not None:
        return blocked(case, seen, found) or _of_pod(case, seen, found.pod)
    if found.backing is None:
        return blocked(case, seen, found) or _outside(seen)
    return _of_service(case, seen, found, found.backing)


def _of_service(case: Case, seen: Seen, found: Resolved, backing: Backing) -> Finding:
    if backing.external_name:
        return _another_name(backing, found.namespace)
    return (
        shown(case, seen, found)
        or _since_ready(case, found, backing)
        or _answers_not(seen, found, backing)
    )


def shown(case: Case, seen: Seen, found: Resolved) -> Finding | None:
    """What the cluster itself shows to be wrong with a Service, as it is now."""
    backing = found.backing
    if backing is None or backing.external_name:
        return None
    return (
        port_unknown(case, found, backing)
        or nobody_ready(case, found, backing)
        or blocked(case, seen, found)
        or _other_port(found, backing)
    )


def port_unknown(case: Case, found: Resolved, backing: Backing) -> Finding | None:
    """The Service has no such port. To a headless one that does not matter."""
    port, numbers = found.called.port, backing.numbers
    if port is None or not numbers or port in numbers or backing.is_headless:
        return None
    has = ", ".join(map(str, numbers))
    steps = told.moved(case, found.called, numbers[0]) if len(numbers) == 1 else ()
    template = case.template
    return Finding(
        why=f'Service "{backing.name}" has no port {port}, only {has}',
        explanation=f'Service "{backing.name}" of namespace {found.namespace} forwards port {has} '
        f"and nothing else, so nobody answers on {port}.",
        fix=f"Call port {has}, or give the Service a port {port}.",
        evidence=(_of_object(backing, "spec.ports", f"port {has}"),),
        commands=(f"kubectl get service {_at(backing, found.namespace)} -o yaml",),
        patch=template.patch(*steps) if template and steps else None,
    )


def nobody_ready(case: Case, found: Resolved, backing: Backing) -> Finding | None:
    """No address of the Service is ready."""
    if backing.ready != 0:
        return None
    if backing.pods:
        return _not_ready(found, backing, backing.pods)
    zero = scaled_to_zero(case, backing, found.namespace)
    if zero is not None:
        return _zero(found, backing, zero)
    return nothing_selected(case, found, backing)


def _not_ready(found: Resolved, backing: Backing, pods: tuple[Manifest, ...]) -> Finding:
    pod = min(pods, key=manifests.name)
    blamed, state = owner_of(pod), told_state(pod)
    name = manifests.name(pod)
    of_it = f"of pod {name}, {state}"
    count = (
        f"its only pod is not ready: {of_it}"
        if len(pods) == 1
        else f"none of its {len(pods)} pods is ready: {of_it}"
    )
    return Finding(
        why=f'no pod behind Service "{backing.name}" is ready',
        explanation=f'Service "{backing.name}" of namespace {found.namespace} forwards to '
        f"{blamed.kind} {blamed.name}, and {count}.",
        fix=f"Mend {blamed.kind} {blamed.name} of namespace {found.namespace} first; this "
        f"container "
        "then finds its dependency.",
        evidence=(
            EvidenceLine("object", f"Pod/{name}", "status.conditions", f"not Ready: {state}"),
            _of_object(backing, "spec.selector", backing.selector_text),
        ),
        commands=(
            f"kubectl get pods -n {_quote(found.namespace)} -l {_quote(backing.selector_text)}",
            f"kubectl describe pod -n {_quote(found.namespace)} {_quote(name)}",
        ),
        blames=blamed,
    )


def _zero(found: Resolved, backing: Backing, workload: Manifest) -> Finding:
    kind, name = manifests.text(workload.get("kind")), manifests.name(workload)
    return Finding(
        why=f"{kind} {name} behind it is scaled to 0",
        explanation=f'Service "{backing.name}" of namespace {found.namespace} selects the pods of '
        f"{kind} {name}, of which none is wanted: spec.replicas is 0.",
        fix=f"Scale {kind} {name} up.",
        evidence=(
            EvidenceLine("object", f"{kind}/{name}", "spec.replicas", "0"),
            _of_object(backing, "spec.selector", backing.selector_text),
        ),
        commands=(
            f"kubectl scale {kind.lower()} {_quote(name)} -n {_quote(found.namespace)} "
            "--replicas=1",
        ),
        patch=patch_of(workload, *put(workload, ("spec", "replicas"), 1)),
        blames=Blamed(found.namespace, kind, name),
    )


def _other_port(found: Resolved, backing: Backing) -> Finding | None:
    """The Service forwards to a port that none of its pods declares."""
    target = backing.target_port(found.called.port)
    pods = [pod for pod in backing.pods or () if is_ready(pod)]
    declared = sorted({port for pod in pods for port in declared_ports(pod)}, key=str)
    known = {name for name, _ in declared} | {number for _, number in declared}
    if target is None or not declared or target in known or backing.is_headless:
        return None
    blamed = Blamed(found.namespace, "Service", backing.name)
    has = ", ".join(str(number) for _, number in declared)
    service = {"apiVersion": "v1", "kind": "Service"} | backing.service
    index = next(i for i, port in enumerate(backing.ports) if _is(port, found.called.port))
    steps = put(service, ("spec", "ports", index, "targetPort"), declared[0][1])
    return Finding(
        why=f'Service "{backing.name}" forwards to port {target}, its pods listen on {has}',
        explanation=f"The pods behind it are ready and declare port {has}; the targetPort of the "
        f"Service is {target}.",
        fix=f'Set the targetPort of Service "{backing.name}" to a port that its pods listen on '
        f"({has}).",
        evidence=(
            _of_object(backing, f"spec.ports[{index}].targetPort", str(target)),
            EvidenceLine(
                "object", f"Pod/{manifests.name(pods[0])}", "spec.containers", f"ports {has}"
            ),
        ),
        commands=(f"kubectl get service {_at(backing, found.namespace)} -o yaml",),
        patch=patch_of(service, *steps) if len(declared) == 1 else None,
        blames=blamed,
    )


def _is(port: Manifest, number: int | None) -> bool:
    return number is None or port.get("port") == number


def _since_ready(case: Case, found: Resolved, backing: Backing) -> Finding | None:
    """Its pods became ready after this container gave up."""
    ended = (
        manifests.time_of(last_end(case.container).get("finishedAt")) if case.container else None
    )
    ready = [pod for pod in backing.pods or () if is_ready(pod)]
    times = [manifests.became(pod, "Ready", "True") for pod in ready]
    first = min((time for time in times if time), default=None)
    if ended is None or first is None or first <= ended:
        return None
    blamed = owner_of(ready[0])
    return Finding(
        why=f"{blamed.kind} {blamed.name} became ready only afterwards",
        explanation=f'The pods behind Service "{backing.name}" became ready at {first:%H:%M:%S} '
        f"UTC, "
        "after this run had ended.",
        fix="Nothing may be left to do: see whether its next run goes well. That it need not crash "
        "meanwhile, let the program try again, or wait in an init container.",
        evidence=(
            EvidenceLine(
                "object", f"Pod/{manifests.name(ready[0])}", "status.conditions", "Ready=True"
            ),
        ),
        blames=blamed,
    )


def _answers_not(seen: Seen, found: Resolved, backing: Backing) -> Finding:
    blamed = owner_of(backing.pods[0]) if backing.pods else None
    behind = f"{blamed.kind} {blamed.name}" if blamed else "what is behind it"
    known = backing.ready is not None
    state = "has ready pods" if known else "is there; who is behind it could not be read"
    stands = "has ready pods" if known else "is there"
    lacks = "nothing listens there" if seen.kind is Kind.REFUSED else "no answer comes"
    return Finding(
        why=f'Service "{backing.name}" {stands}, but {lacks}',
        explanation=f'Service "{backing.name}" of namespace {found.namespace} {state}.',
        fix=f"See in the log of {behind} whether it listens on the port, on all addresses and not "
        "only on localhost, and whether it is overloaded.",
        commands=(
            f"kubectl get endpointslices -n {_quote(found.namespace)} "
            f"-l kubernetes.io/service-name={_quote(backing.name)}",
        ),
        blames=blamed,
    )


def _another_name(backing: Backing, namespace: str) -> Finding:
    return Finding(
        why=f'Service "{backing.name}" stands for {backing.external_name}',
        explanation=f'Service "{backing.name}" of namespace {namespace} is only another name for '
        f"{backing.external_name}, which is outside of the cluster's view.",
        fix=f"See whether {backing.external_name} is right, runs and can be reached from the "
        "cluster.",
        evidence=(_of_object(backing, "spec.externalName", backing.external_name),),
        commands=(f"kubectl get service {_at(backing, namespace)} -o yaml",),
        blames=None,
    )


def _of_pod(case: Case, seen: Seen, pod: Manifest) -> Finding:
    blamed = owner_of(pod)
    name = manifests.name(pod)
    state = "it is ready" if is_ready(pod) else told_state(pod)
    return Finding(
        why=f"the address is that of pod {name}",
        explanation=f"The address is that of pod {name} of {blamed.kind} {blamed.name} in "
        f"namespace "
        f"{blamed.namespace}: {state}.",
        fix=f"See whether {blamed.kind} {blamed.name} listens on this port. Addresses of pods "
        "change: call a Service instead.",
        commands=(f"kubectl describe pod -n {_quote(blamed.namespace)} {_quote(name)}",),
        blames=blamed,
    )


def _outside(seen: Seen) -> Finding:
    words = {Kind.REFUSED: "nothing listens there", Kind.TIMEOUT: "no answer came in time"}
    whom = seen.called.text
    if not whom:
        return Finding(
            why=words.get(seen.kind, "there is no route to it"),
            explanation="The log does not say whom it called.",
            fix="See whom it calls (its settings name it), and whether that runs and is ready.",
        )
    return Finding(
        why=words.get(seen.kind, "there is no route to it"),
        explanation=OUTSIDE,
        fix=CHECK_OUTSIDE.format(whom=whom),
    )


def _of_object(backing: Backing, field: str, text: str) -> EvidenceLine:
    return EvidenceLine("object", f"Service/{backing.name}", field, text)


def _at(backing: Backing, namespace: str) -> str:
    return f"{_quote(backing.name)} -n {_quote(namespace)}"


_quote = shlex.quote
