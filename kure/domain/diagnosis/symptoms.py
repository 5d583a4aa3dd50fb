"""What is told where no rule knows why: the words that were found, what they mean, what to do."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.symptom_rules import SYMPTOMS, Symptom
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest

# A class without a row of its own.
UNKNOWN = Symptom(
    rule="Z00",
    title="{label}{reason}",
    means="Nothing that could be read tells why.",
    fix="Look at {subject} (`kubectl describe`) while it fails.",
)

# What pods that fail, or cannot be made, look like from their owner.
CONSEQUENCES = (FailureClass.FAILED_CREATE, FailureClass.JOB_FAILED, FailureClass.ROLLOUT_STUCK)
BY_PODS = "What fails in its pods is told apart, and is to be mended first."


def symptom(case: Case) -> Iterator[Cause]:
    """One cause, always: the row of the class with what Kubernetes says."""
    row = SYMPTOMS.get(case.failure.failure_class, UNKNOWN)
    message, evidence = _words(case)
    reason = case.failure.reason or str(case.failure.failure_class)
    values = _values(case, reason)
    says = f"{reason}: {case.quote(message, 600)}" if message else reason
    means = BY_PODS if follows_pods(case) else row.means.format_map(values)
    named = re.search(row.telling, message, re.IGNORECASE) is not None
    yield Cause(
        rule=row.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(row.title.format_map(values), 200),
        explanation=f"{_ended(says)} {means}",
        confidence=Confidence.DEFINITIVE if named else Confidence.SYMPTOM,
        evidence=evidence,
        fix=row.fix.format_map(values),
    )


def follows_pods(case: Case) -> bool:
    """Whether an owner only tells what its pods, which fail too, show themselves."""
    told_by_owner = not case.is_pod and case.failure.failure_class in CONSEQUENCES
    return told_by_owner and any(pod.failures for pod in case.facts.pods)


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "…", "!", "?")) else f"{sentence}."


def _words(case: Case) -> tuple[str, tuple[EvidenceLine, ...]]:
    """Kubernetes' message and where it stands: the failure's own, and the newest warning where
    that says something else. Where the failure has none, the warning's."""
    failure = case.failure
    said = failure.message.strip()
    warnings = [event for event in case.newest_events if event.get("type") == "Warning"]
    same = next((event for event in warnings if said and _message(event) == said), None)
    own = case.from_pod(failure.field, f"{failure.reason} {said}".strip() or "it fails")
    lines = [case.from_event(same) if same else own]
    other = next((event for event in warnings if _message(event) not in ("", said)), None)
    if other is not None:
        lines.append(case.from_event(other))
    return said or (_message(other) if other else ""), tuple(lines)


def _message(event: Manifest) -> str:
    return manifests.text(event.get("message")).strip()


def _values(case: Case, reason: str) -> dict[str, str]:
    label = case.container_label if case.failure.container else f'{case.about.kind} "{case.name}"'
    return {
        "what": label,
        "label": f"{label}: " if case.failure.container else "",
        "subject": case.subject,
        "name": case.name,
        "reason": reason,
        "node": manifests.node_name(case.pod) or "(none)",
    }
