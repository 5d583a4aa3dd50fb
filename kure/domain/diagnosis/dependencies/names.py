"""Why a name of the cluster is not found: C20, L05, J08."""

import shlex

from kure.domain import manifests
from kure.domain.diagnosis.dependencies import told
from kure.domain.diagnosis.dependencies.backing import Backing
from kure.domain.diagnosis.dependencies.dns import dns_trouble
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.hosts import Meaning
from kure.domain.diagnosis.dependencies.reach import nobody_ready
from kure.domain.diagnosis.dependencies.resolving import Resolved
from kure.domain.diagnosis.dependencies.seen import Seen
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want, did_you_mean

# In more namespaces than this a name says nothing of which is meant.
FEW = 3


def why_unresolved(case: Case, seen: Seen, found: Resolved) -> Finding:
    known = dns_trouble(case, seen, found)
    if known is not None:
        return known
    if found.absent and found.meaning:
        return no_service(case, found, found.meaning)
    if found.backing:
        return _there(case, found, found.backing)
    return _nobody_knows(case, seen, found)


def no_service(case: Case, found: Resolved, meaning: Meaning) -> Finding:
    """The name is one of a Service that is not there."""
    near = case.facts.nearby.nearest(Want("Service", meaning.namespace), meaning.service)
    if near:
        return _near(case, found, meaning, near)
    if 0 < len(found.elsewhere) <= FEW:
        return _in_other_namespace(case, found, meaning)
    return _deleted(case, found, meaning)


def _missing(meaning: Meaning) -> str:
    return f'there is no Service "{meaning.service}" in namespace {meaning.namespace}'


def _near(case: Case, found: Resolved, meaning: Meaning, near: str) -> Finding:
    want = Want("Service", meaning.namespace)
    service = case.facts.nearby.named(want, near) or {}
    ports = Backing(service, None, None).numbers
    fits = found.called.port is None or not ports or found.called.port in ports
    host = _with(found.called.host, meaning, near, meaning.namespace)
    template = case.template
    steps = told.renamed(case, found.called.host, host) if fits and not found.elsewhere else ()
    also = f" Namespace {found.elsewhere[0]} has one of that name." if found.elsewhere else ""
    has = f"port {', '.join(map(str, ports))}" if ports else "no ports"
    return Finding(
        rule="C20",
        why=_missing(meaning),
        explanation=f"The name means a Service of namespace {meaning.namespace}, which has none of "
        f"that name.{did_you_mean('Service', near)}{also}",
        fix=f'Call Service "{near}" ({host}), or make a Service "{meaning.service}".',
        evidence=(EvidenceLine("object", f"Service/{near}", "metadata.name", f"{near}, {has}"),),
        commands=(f"kubectl get services -n {shlex.quote(meaning.namespace)}",),
        patch=template.patch(*steps) if template and steps else None,
    )


def _in_other_namespace(case: Case, found: Resolved, meaning: Meaning) -> Finding:
    others = found.elsewhere
    host = _with(found.called.host, meaning, meaning.service, others[0])
    template = case.template
    steps = told.renamed(case, found.called.host, host) if len(others) == 1 else ()
    where = " and ".join(others)
    return Finding(
        rule="J08",
        why=f'Service "{meaning.service}" is in namespace {where}, not in {meaning.namespace}',
        explanation=f"The name is looked for in namespace {meaning.namespace}. The Service of that "
        f"name is in namespace {where}, from where it is called {host}.",
        fix=f"Call it {host}.",
        evidence=tuple(
            EvidenceLine("object", f"Service/{meaning.service}", "metadata.namespace", other)
            for other in others
        ),
        commands=(
            f"kubectl get services -A --field-selector "
            f"metadata.name={shlex.quote(meaning.service)}",
        ),
        patch=template.patch(*steps) if template and steps else None,
    )


def _deleted(case: Case, found: Resolved, meaning: Meaning) -> Finding:
    namespace = shlex.quote(meaning.namespace)
    look = f"kubectl get services -n {namespace}"
    behind = _workload(case, meaning)
    port = found.called.port
    make: tuple[str, ...] = ()
    near = ""
    if behind:
        kind, name = behind
        near = f" {kind} {name} is there, without a Service of that name."
        if port and kind == "Deployment":
            called = "" if name == meaning.service else f" --name={shlex.quote(meaning.service)}"
            make = (
                f"kubectl expose deployment {shlex.quote(name)} -n {namespace} "
                f"--port={port}{called}",
            )
    lists = case.facts.nearby.read(Want("Namespace", "", f"metadata.name={meaning.namespace}"))
    gone = meaning.namespace != case.namespace and lists is not None and not lists
    return Finding(
        rule="L05",
        why=f"there is no namespace {meaning.namespace}" if gone else _missing(meaning),
        explanation=f"The name means a Service of namespace {meaning.namespace}, which has none of "
        f"that name, and none that is alike.{near}",
        fix=f'Make Service "{meaning.service}" (again), or call what is meant instead.',
        commands=(look, *make),
    )


def _workload(case: Case, meaning: Meaning) -> tuple[str, str] | None:
    for kind in ("Deployment", "StatefulSet"):
        want = Want(kind, meaning.namespace)
        if case.facts.nearby.named(want, meaning.service):
            return kind, meaning.service
    return None


def _with(host: str, meaning: Meaning, service: str, namespace: str) -> str:
    """The same name with another Service and, where it needs to be said, its namespace."""
    parts = host.split(".")
    at = 1 if meaning.pod else 0
    parts[at] = service
    if len(parts) > at + 1:
        parts[at + 1] = namespace
    elif namespace != meaning.namespace:
        parts.append(namespace)
    return ".".join(parts)


def _there(case: Case, found: Resolved, backing: Backing) -> Finding:
    """The Service is there. A headless one has a name only while somebody is behind it; of any
    other that has to be mended as well."""
    nobody = nobody_ready(case, found, backing)
    if nobody:
        return nobody
    if backing.external_name:
        return Finding(
            why=f'Service "{backing.name}" stands for {backing.external_name}, which is not known',
            explanation=f'Service "{backing.name}" is only another name for '
            f"{backing.external_name}, and that name cannot be resolved.",
            fix=f'Correct the externalName of Service "{backing.name}".',
            evidence=(
                EvidenceLine(
                    *("object", f"Service/{backing.name}", "spec.externalName"),
                    backing.external_name,
                ),
            ),
            commands=(
                f"kubectl get service {shlex.quote(backing.name)} "
                f"-n {shlex.quote(found.namespace)} -o yaml",
            ),
        )
    made = manifests.created_at(backing.service)
    when = f", made at {made:%H:%M:%S} UTC on {made:%Y-%m-%d}" if made else ""
    return Finding(
        why=f'Service "{backing.name}" is there, but its name was not found',
        explanation=f'Service "{backing.name}" of namespace {found.namespace} is there{when}, so '
        f"the "
        "cluster's DNS should know it.",
        fix="If the Service is newer than this run, the next one finds it. Else look the name up "
        "from within the pod, and see the log of the cluster's DNS.",
        commands=(
            f"kubectl exec -n {shlex.quote(case.namespace)} {shlex.quote(case.name)} "
            f"-c {shlex.quote(case.failure.container)} -- cat /etc/resolv.conf",
            "kubectl logs -n kube-system -l k8s-app=kube-dns --tail=50",
        ),
    )


def _nobody_knows(case: Case, seen: Seen, found: Resolved) -> Finding:
    host = seen.called.host
    if not host:
        return Finding(
            why="the name is not known",
            explanation="The log does not say which name it looked up.",
            fix="See whom it calls (its settings name it), and whether that name is right.",
        )
    if found.meaning is None:
        return Finding(
            why="no DNS server knows the name",
            explanation=f"{host} is no name of a Service, so it is outside of the cluster's view.",
            fix=f"See whether {host} is written right, and whether the cluster may ask DNS servers "
            "outside for it.",
            commands=(f"nslookup {shlex.quote(host)}",),
        )
    return Finding(
        why="the name is not known",
        explanation=f"The name means a Service of namespace {found.namespace}. Which Services are "
        "there could not be read.",
        fix=f"See whether Service {found.meaning.service} is in namespace {found.namespace}.",
        commands=(f"kubectl get services -n {shlex.quote(found.namespace)}",),
    )
