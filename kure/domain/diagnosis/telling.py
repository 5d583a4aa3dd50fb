"""How a cause is put together that is not about one container."""

from collections.abc import Iterable
from functools import partial

from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine


def whole(
    case: Case,
    rule: str,
    title: str,
    explanation: str,
    fix: str,
    *,
    confidence: Confidence = Confidence.LIKELY,
    evidence: Iterable[EvidenceLine] = (),
    commands: tuple[str, ...] = (),
    patch: Patch | None = None,
    blames: Blamed | None = None,
    container: str = "",
) -> Cause:
    """A cause of what befalls an object as a whole, with Kubernetes' own words as its first
    evidence."""
    said = f"{case.failure.reason} {case.failure.message}".strip() or "it fails"
    return Cause(
        rule=rule,
        failure_class=case.failure.failure_class,
        container=container or case.failure.container,
        title=case.quote(title, 200),
        explanation=explanation.strip(),
        confidence=confidence,
        evidence=(case.from_pod(case.failure.field, said), *evidence),
        fix=fix,
        commands=commands,
        patch=patch,
        blames=blames,
    )


# The same, where the evidence leaves no other cause.
certain = partial(whole, confidence=Confidence.DEFINITIVE)
