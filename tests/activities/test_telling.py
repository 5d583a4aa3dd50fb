"""What leaves after a diagnosis knows no secret, of neighbours either."""

import pytest

from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.model import Cause, Confidence, Diagnosis, EvidenceLine, Severity
from kure.domain.diagnosis.nearby import Nearby, Want
from kure.domain.redact import Redactor
from kure.gathering import telling
from tests.activities.cart import SECRET, pod


async def test_a_neighbour_that_is_quoted_gives_no_secret_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = EvidenceLine("object", "Pod/cart-1-a", "spec", f"it says {SECRET} aloud")
    cause = Cause("X01", "Failed", "", "", "", Confidence.LIKELY, (line,), "")
    made = Diagnosis((cause,), (), Severity.HIGH)
    monkeypatch.setattr(telling, "diagnose", lambda facts: made)
    facts = Facts((), nearby=Nearby({Want("Pod", "shop"): (pod(),)}))
    told = await telling.tell(facts, Redactor(b"k" * 32), None)
    assert SECRET not in told.diagnosis.causes[0].evidence[0].text
    assert told.diagnosis.causes[0].evidence[0].text.startswith("it says [redacted:")
