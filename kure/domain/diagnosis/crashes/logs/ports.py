"""A port that a program cannot have: taken already (C17), or only for root (C18)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.crashes.logs import spec
from kure.domain.diagnosis.crashes.logs.row import Detail, Groups, LogRow, reads, wants_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch
from kure.domain.diagnosis.log_signals import Signal
from kure.domain.diagnosis.model import Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

PORT = re.compile(
    r"(?:\bport[ =:]{1,3}|[\d\]*\w.]:|\s:|:::|\bhttps?://\S{1,60}:|['\"], ?)(?P<port>\d{1,5})\b",
    re.IGNORECASE,
)
BELOW = re.compile(r"^\s*port: (?P<port>\d{1,5})\b")
UNPRIVILEGED = 1024
START = "net.ipv4.ip_unprivileged_port_start"


def port_in(signal: Signal) -> int | None:
    found = [match["port"] for match in PORT.finditer(signal.text)]
    found += [match["port"] for line in signal.below if (match := BELOW.match(line))]
    above = [line for line in signal.above if "EADDRINUSE" in line or "already in use" in line]
    found += [match["port"] for line in above for match in PORT.finditer(line)]
    ports = [int(port) for port in found if 0 < int(port) < 65536]
    return ports[0] if ports else None


def _told_port(case: Case, signal: Signal) -> int | None:
    """Where the line does not name it (Python, C): the only port that the container has by its
    command or by what it declares."""
    container = spec.spec_of(case)
    declared = (p.get("containerPort") for p in manifests.mappings(container.get("ports")))
    words = (int(w) for _, w in spec.words(case) if w.isascii() and w.isdigit() and len(w) < 6)
    found = [port for port in (*words, *map(manifests.number, declared)) if port]
    ports = {port for port in found if 0 < port < 65536}
    return port_in(signal) or (ports.pop() if len(ports) == 1 else None)


def _taken(case: Case, signal: Signal, groups: Groups) -> Detail:
    port = _told_port(case, signal)
    if port is None:
        return Detail(values={"port": "its port"})
    values = {"port": f"port {port}"}
    other = _other_container(case, port)
    if other is not None:
        return _of_pod(case, port, other, values)
    if manifests.spec(case.pod).get("hostNetwork") is True:
        return _of_node(case, port, values)
    return Detail(values=values, says="No other container of the pod declares that port.", fix="")


def _other_container(case: Case, port: int) -> tuple[str, str, str] | None:
    """Another container of the pod that has the port: its name, the field that says so, its text.
    What it declares counts more than a number in its command or environment."""
    words = []
    for field in ("initContainers", "containers"):
        for index, each in enumerate(manifests.mappings(manifests.spec(case.pod).get(field))):
            name = manifests.text(each.get("name"))
            if name == case.failure.container:
                continue
            path = f"spec.{field}[{index}]"
            for at, declared in enumerate(manifests.mappings(each.get("ports"))):
                if declared.get("containerPort") == port:
                    return name, f"{path}.ports[{at}].containerPort", str(port)
            words += [(name, place, text) for place, text in _said(each, path)]
    number = re.compile(rf"(?<![\w.]){port}(?![\w.])")
    return next(((n, place, text) for n, place, text in words if number.search(text)), None)


def _said(container: Manifest, path: str) -> Iterator[tuple[str, str]]:
    for key in ("command", "args"):
        given = container.get(key)
        for index, word in enumerate(given if isinstance(given, list) else []):
            if isinstance(word, str):
                yield f"{path}.{key}[{index}]", word
    for index, variable in enumerate(manifests.mappings(container.get("env"))):
        if "PORT" in manifests.text(variable.get("name")).upper():
            yield f"{path}.env[{index}].value", manifests.text(variable.get("value"))


def _of_pod(
    case: Case, port: int, other: tuple[str, str, str], values: Groups
) -> Detail:  # fmt: skip
    name, field, text = other
    free = _free_port(case, port)
    moved = spec.reworded(case, str(port), str(free))
    template, patch = case.template, None
    if moved and moved[2] and template:
        patch = template.patch(
            *moved[2],
            *_declared(case, port, free),
            note=f"Services and probes that mean this container must ask port {free} then.",
        )
    return Detail(
        says=f'Container "{name}" of the same pod has port {port}, and all containers of a pod '
        "share one network.",
        fix=f'Let container "{case.failure.container}" listen on another port (such as {free}), '
        f'or "{name}".',
        evidence=(case.from_pod(field, text),),
        patch=patch,
        values=values,
        confidence=Confidence.DEFINITIVE,
    )


def _free_port(case: Case, port: int) -> int:
    """The next port that no container of the pod speaks of."""
    told = str([manifests.spec(case.pod).get(key) for key in ("containers", "initContainers")])
    return next(free for free in range(port + 1, port + 1000) if str(free) not in told)


def _declared(case: Case, port: int, free: int) -> tuple[Operation, ...]:
    declared = spec.spec_of(case).get("ports")
    for index, each in enumerate(declared if isinstance(declared, list) else []):
        if manifests.mapping(each).get("containerPort") == port:
            return spec.put(case, ("ports", index, "containerPort"), free)
    return ()


def _of_node(case: Case, port: int, values: Groups) -> Detail:
    """hostNetwork: the port is the node's."""
    node = manifests.node_name(case.pod)
    says = f"With hostNetwork its ports are those of node {node or '(unknown)'}."
    fix = (
        "Use another port, do without hostNetwork, or see what on the node has the port "
        "(`ss -ltnp`); two pods of the same workload cannot share a node then."
    )
    for pod in case.facts.nearby.read(Want("Pod", "", f"spec.nodeName={node}")) or ():
        if manifests.uid(pod) != manifests.uid(case.pod) and _has_port(pod, port):
            other = f"{manifests.namespace(pod)}/{manifests.name(pod)}"
            return Detail(
                says=f"{says} Pod {other} on the same node has port {port}, too.",
                fix=fix,
                evidence=(
                    case.from_pod("spec.hostNetwork", "true"),
                    EvidenceLine(
                        "object", f"Pod/{manifests.name(pod)}", "spec.hostNetwork", "true"
                    ),
                ),
                values=values,
            )
    return Detail(
        says=says, fix=fix, evidence=(case.from_pod("spec.hostNetwork", "true"),), values=values
    )


def _has_port(pod: Manifest, port: int) -> bool:
    host = manifests.spec(pod).get("hostNetwork") is True
    if manifests.phase(pod) not in ("Running", "Pending") or not host:
        return False
    return any(
        port in (declared.get("containerPort"), declared.get("hostPort"))
        for container in manifests.mappings(manifests.spec(pod).get("containers"))
        for declared in manifests.mappings(container.get("ports"))
    )


def _host_pods(case: Case, groups: Groups) -> Iterator[Want]:
    node = manifests.node_name(case.pod)
    if node and manifests.spec(case.pod).get("hostNetwork") is True:
        yield Want("Pod", "", f"spec.nodeName={node}")


def _low(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    port = port_in(signal)
    if port is not None and port >= UNPRIVILEGED:
        return None
    user = spec.security(case, "runAsUser")
    dropped = manifests.mapping(spec.security(case, "capabilities")).get("drop")
    facts = [f"runAsUser is {user}." if user is not None else ""]
    facts.append(f"Dropped capabilities: {dropped}." if dropped else "")
    path = f"{case.spec_path}.securityContext"
    evidence = [case.from_pod(f"{path}.runAsUser", str(user))] if user is not None else []
    evidence += [case.from_pod(f"{path}.capabilities.drop", str(dropped))] if dropped else []
    return Detail(
        says=" ".join(filter(None, facts)),
        evidence=tuple(evidence),
        patch=_sysctl(case),
        values={"port": f"port {port}" if port else "its port"},
    )


def _sysctl(case: Case) -> Patch | None:
    """The pod's own network lets every user have low ports; a sysctl that is safe since 1.22."""
    template = case.template
    pod = manifests.spec(template.pod) if template else {}
    if template is None or pod.get("hostNetwork") is True:
        return None
    sysctls = manifests.mappings(manifests.mapping(pod.get("securityContext")).get("sysctls"))
    if any(each.get("name") == START for each in sysctls):
        return None
    value = [*sysctls, {"name": START, "value": "0"}]
    return template.patch(*template.put(("spec", "securityContext", "sysctls"), value))


def _low_by_frames(case: Case, signal: Signal, groups: Groups) -> Detail | None:
    """Python says no more than that it is denied; its frames say what was tried."""
    if not any("bind(" in line or ".listen(" in line for line in signal.above):
        return None
    declared = manifests.mappings(spec.spec_of(case).get("ports"))
    ports = [manifests.number(each.get("containerPort")) for each in declared]
    words = [int(word) for _, word in spec.words(case) if word.isascii() and word.isdigit()]
    low = [port for port in (*words, *ports) if port and port < UNPRIVILEGED]
    found = _low(case, signal, groups)
    if found is None or not low:
        return found
    return replace(found, values={"port": f"port {low[0]}"})


TAKEN = LogRow(
    rule="C17",
    hints=("in use", "eaddrinuse", "errno 98", "(98", "only one usage", "already allocated"),
    pattern=r"address (?:is )?(?:already )?in use|\bEADDRINUSE\b|\[errno 98\]|\(98: "
    r"|port \S{0,12} ?(?:is |was )?already (?:in use|allocated)|port is already in use"
    r"|only one usage of each socket address",
    title="{container} cannot listen: {port} is in use",
    explanation="Another process has the port already.",
    fix="Find what else listens on it: another container of the pod, or a second process of the "
    "same one (a server that is started twice, or is started anew before the old one ended).",
    detail=_taken,
    wants=_host_pods,
)

LOW = LogRow(
    rule="C18",
    hints=("permission denied", "eacces", "not permitted"),
    pattern=r"^(?=.{0,2000}(?:\bbind\b|bind\(|listen|make_sock|binding|socket))"
    r".{0,2000}?(?:permission denied|\bEACCES\b|operation not permitted)",
    title="{container} may not listen on {port}",
    explanation="Ports below 1024 are kept for root, or for who has the capability "
    "NET_BIND_SERVICE.",
    fix="Let the program listen on a port from 1024 on (a Service can still show port 80), or "
    "allow low ports to the pod with the sysctl net.ipv4.ip_unprivileged_port_start=0.",
    detail=_low,
)

LOW_IN_PYTHON = replace(
    LOW,
    hints=("permissionerror",),
    pattern=r"PermissionError: \[Errno 13\] Permission denied$",
    detail=_low_by_frames,
)

RULE = reads(TAKEN, LOW, LOW_IN_PYTHON)
WANTS = wants_of(TAKEN, LOW)
