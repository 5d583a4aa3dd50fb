"""All containers are ready, and something outside has not said that the pod is (E12)."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, Confidence

GATES = "ReadinessGatesNotReady"

# Who sets well-known conditions, by a part of their name.
SETTERS = (
    ("target-health.elbv2.k8s.aws", "the AWS Load Balancer Controller"),
    ("target-health.alb.ingress.k8s.aws", "the AWS Load Balancer Controller"),
    ("cloud.google.com/load-balancer-neg-ready", "GKE's controller of network endpoint groups"),
    ("apps.kruise.io", "OpenKruise"),
)


def readiness_gate(case: Case) -> Iterator[Cause]:
    """One cause for each gate whose condition is not True."""
    if case.failure.reason != GATES:
        return
    for gate in manifests.mappings(manifests.spec(case.pod).get("readinessGates")):
        kind = manifests.text(gate.get("conditionType"))
        found = manifests.condition(case.pod, kind)
        if kind and found.get("status") != "True":
            yield _gate(case, kind, found)


def _gate(case: Case, kind: str, found: manifests.Manifest) -> Cause:
    setter = next((who for part, who in SETTERS if part in kind), "")
    who = setter or "the controller that sets it"
    said = " ".join(manifests.text(found.get(key)) for key in ("reason", "message")).strip()
    if found:
        state = f"is {found.get('status')}{f': {said}' if said else ''}"
        why = f"It was last set to {found.get('status')}."
        fix = f"Mend what the condition says, or see why {who} does not set it to True."
    else:
        state = "is not set"
        why = f"Nobody has set the condition: {who} does not run, or does not know the pod."
        fix = f"See that {who} runs and knows the pod, or take the gate out of the pod template."
    return Cause(
        rule="E12",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(f'Readiness gate "{kind}" of Pod "{case.name}" {state}', 200),
        explanation=f"All containers are ready; the pod is not, since its readinessGates want the "
        f"condition {kind} to be True. {why} No Service sends it anything until then.",
        confidence=Confidence.DEFINITIVE,
        evidence=(
            case.from_pod("spec.readinessGates", kind),
            case.from_pod(
                f"status.conditions[type={kind}]", f"{found.get('status', 'absent')} {said}"
            ),
        ),
        fix=fix,
        patch=None if found else _without(case, kind),
    )


def _without(case: Case, kind: str) -> Patch | None:
    """The template without a gate that nobody passes. Gates that an admission webhook adds are not
    in it."""
    template = case.template
    gates = manifests.spec(template.pod).get("readinessGates") if template else None
    if template is None or not isinstance(gates, list):
        return None
    for index, gate in enumerate(gates):
        if manifests.mapping(gate).get("conditionType") == kind:
            place = (
                ("spec", "readinessGates", index) if len(gates) > 1 else ("spec", "readinessGates")
            )
            return template.patch(
                *template.drop(place),
                note="Only where nothing is meant to set this condition.",
            )
    return None
