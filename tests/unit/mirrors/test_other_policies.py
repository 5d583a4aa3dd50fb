"""Which policies of Cilium, Calico and Istio a mirror runs without, against
tests/cases/mirrors/other_policies.yaml. Add a case there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kure.domain.mirrors.calico_selectors import parse
from kure.domain.mirrors.names import ID_LABEL, LABEL
from kure.domain.mirrors.other_policies import KINDS, lost
from kure.errors import InvalidInput
from tests.case_files import read

OWN = {"app": "web", "tier": "front"}
MIRROR = {LABEL: "true", ID_LABEL: "019ad000-1111-7222-8333-444455556666"}

CASES = [
    pytest.param(case, id=f"{case['kind']}: {case['name']}")
    for case in read("mirrors/other_policies.yaml")
]


@pytest.mark.parametrize("case", CASES)
def test_a_policy_is_lost_where_the_case_says_so(case: dict[str, Any]) -> None:
    kind = next(kind for kind in KINDS if kind.kind == case["kind"])
    policy = {"metadata": {"name": "p"}} | {k: case[k] for k in ("spec", "specs") if k in case}
    found = [one.said for one in lost(OWN, MIRROR, {kind: (policy,)})]
    said = f"{kind.kind} p selects the original; the mirror runs without it"
    assert found == ([said] if case["lost"] else [])


@given(st.text(alphabet="ab='\"!()&|{}, hasinot", max_size=60))
def test_a_selector_is_understood_or_refused(text: str) -> None:
    try:
        holds = parse(text)
    except InvalidInput:
        return
    assert holds(OWN, True) in (True, False)


def test_a_selector_that_is_too_deep_is_refused() -> None:
    with pytest.raises(InvalidInput):
        parse("!" * 5000 + "has(app)")
