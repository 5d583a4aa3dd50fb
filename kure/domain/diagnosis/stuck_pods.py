"""Pods that a patch of their template does not reach: they must be deleted after it.

With podManagementPolicy OrderedReady a StatefulSet waits for a pod that is not ready before it
replaces it; with the update strategy OnDelete nobody replaces pods.
https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.model import Cause
from kure.domain.manifests import Manifest

# How many pods are named.
NAMED = 5
WAITS = "With podManagementPolicy OrderedReady its controller waits for a pod that fails"
ON_DELETE = "Its update strategy OnDelete replaces no pod"


def with_stuck_pods(facts: Facts, causes: Iterable[Cause]) -> Iterator[Cause]:
    """The causes; where one's patch is of such a template, with the pods to delete after it."""
    why = _why(facts.owner or {})
    pods = [each.pod for each in facts.pods if not each.gone]
    names = list(dict.fromkeys(filter(None, map(manifests.name, pods))))[:NAMED]
    for cause in causes:
        yield _told(facts, cause, why, names) if why and names else cause


def _why(owner: Manifest) -> str:
    """Why pods of it are not replaced; '' where they are."""
    spec = manifests.spec(owner)
    kind, strategy = owner.get("kind"), manifests.mapping(spec.get("updateStrategy"))
    if kind in ("StatefulSet", "DaemonSet") and strategy.get("type") == "OnDelete":
        return ON_DELETE
    ordered = spec.get("podManagementPolicy", "OrderedReady") == "OrderedReady"
    return WAITS if kind == "StatefulSet" and ordered else ""


def _told(facts: Facts, cause: Cause, why: str, names: list[str]) -> Cause:
    patch, owner = cause.patch, facts.owner or {}
    subject = (owner.get("kind"), manifests.name(owner))
    if patch is None or (patch.kind, patch.name) != subject:
        return cause
    if not any(step.path.startswith("/spec/template") for step in patch.operations):
        return cause
    those = f"pod {names[0]}" if len(names) == 1 else f"pods {', '.join(names)}"
    note = f"{why}: delete {those} after it."
    named = " ".join(map(shlex.quote, names))
    command = f"kubectl delete pod {named} -n {shlex.quote(manifests.namespace(owner))}"
    return replace(
        cause,
        fix=f"{cause.fix} Then delete {those}, which would wait for ever.",
        commands=tuple(dict.fromkeys((*cause.commands, command))),
        patch=replace(patch, note=f"{patch.note} {note}".strip()),
    )
