"""The kinds that rules may want to see: each is known, and each is wanted by some rule."""

from kure.domain.diagnosis.diagnose import wanted
from kure.domain.diagnosis.readable import NEARBY
from tests.unit.test_diagnosis_rules import facts_of, load


def test_rules_want_what_can_be_read_and_nothing_that_can_be_is_wanted_by_nobody() -> None:
    facts = [facts_of(param.values[0]) for param in load()]
    kinds = {want.kind for each in facts for want in (*wanted(each), *each.nearby.lists)}
    assert kinds == set(NEARBY)


def test_nobody_wants_secrets() -> None:
    assert "Secret" not in NEARBY
