"""A controller that cannot make its pods, for a reason in words that no rule knows (K02)."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.creation.refusal import AGAIN, message_of
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.telling import whole


def replica_failure(case: Case) -> Iterator[Cause]:
    """By the condition ReplicaFailure of the Deployment or ReplicaSet."""
    found = manifests.condition(case.pod, "ReplicaFailure")
    if found.get("status") != "True":
        return
    told, line = message_of(case)
    said = manifests.text(found.get("message")) or told
    yield whole(
        case,
        "K02",
        f'{case.about.kind} "{case.name}" cannot make its pods'
        + (f": {case.quote(said, 120)}" if said else ""),
        "Its controller asked the API server for pods, and was refused"
        + (f": {case.quote(said, 600)}." if said else ", and it is not said why.")
        + " Kure does not know these words.",
        f"Mend what the message names.{AGAIN}",
        confidence=Confidence.SYMPTOM,
        evidence=(line,),
    )
