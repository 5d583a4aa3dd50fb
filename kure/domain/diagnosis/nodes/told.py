"""How causes of this family are put together."""

import shlex
from collections.abc import Iterable, Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest


def of_node(
    case: Case,
    rule: str,
    title: str,
    explanation: str,
    fix: str,
    evidence: Iterable[EvidenceLine],
    *,
    confidence: Confidence = Confidence.LIKELY,
    commands: tuple[str, ...] = (),
    blames: Blamed | None = None,
) -> Cause:
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(title, 200),
        explanation=explanation,
        confidence=confidence,
        evidence=tuple(evidence),
        fix=fix,
        commands=(describe(case), *commands),
        blames=blames,
    )


def pods_on(case: Case) -> Want:
    return Want("Pod", "", f"spec.nodeName={case.name}")


def wanted_pods(case: Case) -> Iterator[Want]:
    if case.name:
        yield pods_on(case)


def from_condition(case: Case, found: Manifest) -> EvidenceLine:
    told = (manifests.text(found.get(key)) for key in ("status", "reason", "message"))
    kind = manifests.text(found.get("type"))
    return case.from_pod(f"status.conditions[type={kind}]", " ".join(told).strip())


def describe(case: Case) -> str:
    return f"kubectl describe node {shlex.quote(case.name)}"


def drain(case: Case) -> str:
    """Moves its pods elsewhere, as far as their owners and PodDisruptionBudgets allow."""
    return f"kubectl drain {shlex.quote(case.name)} --ignore-daemonsets --delete-emptydir-data"


def list_pods(case: Case) -> str:
    return f"kubectl get pods -A -o wide --field-selector spec.nodeName={shlex.quote(case.name)}"


def since_of(found: Manifest) -> str:
    """` since 20:17:31 UTC on 2026-11-23`, or nothing."""
    since = manifests.time_of(found.get("lastTransitionTime"))
    return f" since {since:%H:%M:%S} UTC on {since:%Y-%m-%d}" if since else ""
