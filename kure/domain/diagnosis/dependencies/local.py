"""A program that calls its own pod: localhost."""

import shlex

from kure.domain import manifests
from kure.domain.diagnosis.dependencies import told
from kure.domain.diagnosis.dependencies.backing import Backing, told_state
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.seen import Seen
from kure.domain.diagnosis.facts import Case
from kure.domain.manifests import Container


def on_localhost(case: Case, seen: Seen) -> Finding:
    port = seen.called.port
    beside = _beside(case, port)
    if beside is not None:
        return Finding(
            why=f'container "{beside.name}" beside it does not listen there',
            explanation=f'Container "{beside.name}" of the same pod declares port {port}: '
            f"{told_state(case.pod)}.",
            fix=f'See why "{beside.name}" does not listen. What must run before the others can be '
            "an init container with restartPolicy Always, with a startup probe.",
            commands=(
                f"kubectl logs {shlex.quote(case.name)} -n {shlex.quote(case.namespace)} "
                f"-c {shlex.quote(beside.name)}",
            ),
        )
    meant = _services(case, port)
    one = meant[0] if len(meant) == 1 else ""
    template = case.template
    steps = told.renamed(case, seen.called.host, one) if one else ()
    near = f' Service "{one}" of its namespace has this port: is it meant?' if one else ""
    return Finding(
        why=f"no other container of its pod listens on port {port}" if port else "nobody is there",
        explanation="localhost is the pod itself, in which nothing else declares this port: what "
        f"runs in other pods is called by the name of its Service.{near}",
        fix="Call what is meant by the name of its Service instead of localhost.",
        commands=(f"kubectl get services -n {shlex.quote(case.namespace)}",),
        patch=template.patch(*steps) if template and steps else None,
    )


def _beside(case: Case, port: int | None) -> Container | None:
    for container in manifests.containers(case.pod):
        ports = manifests.mappings(container.spec.get("ports"))
        declares = any(found.get("containerPort") == port for found in ports)
        if port and declares and container.name != case.failure.container:
            return container
    return None


def _services(case: Case, port: int | None) -> list[str]:
    found = case.facts.nearby.read(case.want("Service")) or ()
    return [
        manifests.name(service)
        for service in found
        if port and port in Backing(service, None, None).numbers
    ]
