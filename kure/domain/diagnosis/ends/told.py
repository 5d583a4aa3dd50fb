"""How causes of this family are put together."""

import shlex

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case


def node_commands(case: Case) -> tuple[str, ...]:
    """What to look at on the pod's node."""
    node = manifests.node_name(case.pod)
    return (f"kubectl describe node {shlex.quote(node)}",) if node else ()


def pod_flags(case: Case) -> str:
    """The pod, as kubectl takes it."""
    return f"{shlex.quote(case.name)} -n {shlex.quote(case.namespace or 'default')}"
