"""Workloads that make no pods because they were told to: scaled to zero, or a rollout on hold.

Whoever explains a Service without endpoints or a rollout that does not move asks these of the
workload behind it.
"""

import shlex

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.manifests import Manifest


def is_scaled_to_zero(workload: Manifest) -> bool:
    return manifests.number(manifests.spec(workload).get("replicas")) == 0


def is_paused(workload: Manifest) -> bool:
    return manifests.spec(workload).get("paused") is True


def scaled_to_zero(case: Case, workload: Manifest, replicas: int = 1) -> Cause:
    """H15, of a workload with its kind; `replicas` is how many to propose, where that is known."""
    which = f'{workload.get("kind")} "{manifests.name(workload)}"'
    return Cause(
        rule="H15",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f"{which} is scaled to zero", 200),
        explanation=f"{which} is told to have no pods (spec.replicas is 0), so that none is made "
        "and nobody answers for it.",
        confidence=Confidence.DEFINITIVE,
        evidence=(_line(case, workload, "spec.replicas", "0"),),
        fix=f"If {which} is meant to run, scale it up again; what scaled it down (a person, an "
        "autoscaler, a pipeline) may do it again.",
        commands=(f"kubectl scale {_subject(case, workload)} --replicas={replicas}",),
        patch=patch_of(
            workload,
            *put(workload, ("spec", "replicas"), replicas),
            note="How many there were before is not known." if replicas == 1 else "",
        ),
        blames=_other(case, workload),
    )


def paused(case: Case, workload: Manifest) -> Cause:
    """H16, of a Deployment with its kind."""
    which = f'{workload.get("kind")} "{manifests.name(workload)}"'
    return Cause(
        rule="H16",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f"The rollout of {which} is paused", 200),
        explanation=f"{which} has spec.paused, so that changes of its pod template make no new "
        "pods until somebody resumes it.",
        confidence=Confidence.DEFINITIVE,
        evidence=(_line(case, workload, "spec.paused", "true"),),
        fix="Resume it when its changes are complete (`kubectl rollout resume`).",
        commands=(f"kubectl rollout resume {_subject(case, workload)}",),
        patch=patch_of(
            workload,
            *put(workload, ("spec", "paused"), False),
            note="All changes since it was paused are then rolled out.",
        ),
        blames=_other(case, workload),
    )


def _subject(case: Case, workload: Manifest) -> str:
    """As kubectl takes it: `deployment/web -n shop`."""
    namespace = manifests.namespace(workload) or case.namespace
    where = f" -n {shlex.quote(namespace)}" if namespace else ""
    kind = manifests.text(workload.get("kind")).lower()
    return f"{shlex.quote(f'{kind}/{manifests.name(workload)}')}{where}"


def _line(case: Case, workload: Manifest, field: str, text: str) -> EvidenceLine:
    subject = f"{workload.get('kind')}/{manifests.name(workload)}"
    if subject == case.subject:
        return case.from_pod(field, text)
    return EvidenceLine("object", subject, field, text)


def _other(case: Case, workload: Manifest) -> Blamed | None:
    """The workload, where something else than it is what fails."""
    kind, name = manifests.text(workload.get("kind")), manifests.name(workload)
    if f"{kind}/{name}" == case.subject or not (kind and name):
        return None
    return Blamed(manifests.namespace(workload) or case.namespace, kind, name)
