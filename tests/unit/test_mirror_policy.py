"""No mirror has more rights than its original, whoever asks; what has no more runs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from kure.domain.access.roles import Role
from kure.domain.mirrors.asked import Asked, Origin
from kure.domain.mirrors.policy import refusals
from tests.case_files import files_of, read
from tests.unit.mirrors_asked import NOTHING, POLICY, asked_by


def cases(*files: str) -> Iterator[Any]:
    for file in files:
        for case in read(file):
            yield pytest.param(case, id=case["name"])


ESCALATIONS = list(cases(*files_of("mirrors/escalations")))
BY_HAND = list(cases("mirrors/by_hand.yaml"))
ALLOWED = list(cases("mirrors/allowed.yaml"))


def refused(asked: Asked) -> tuple[str, ...]:
    return refusals(asked, NOTHING, POLICY)


def assert_says(found: tuple[str, ...], says: str | list[str]) -> None:
    """Each text in a refusal of its own, and no refusal beside."""
    texts = [says] if isinstance(says, str) else says
    assert found, "it was not refused"
    assert [text for text in texts if not any(text in each for each in found)] == [], found
    assert [each for each in found if not any(text in each for text in texts)] == []


@pytest.mark.parametrize("case", ESCALATIONS)
def test_even_an_admin_gets_no_more_rights_by_an_edit(case: dict[str, Any]) -> None:
    assert_says(refused(asked_by(case)), case["says"])


@pytest.mark.parametrize("case", ESCALATIONS)
def test_a_stored_fix_gives_no_more_rights(case: dict[str, Any]) -> None:
    for role in (Role.WRITE, Role.ADMIN):
        by_model = asked_by(case, role=role, origin=Origin.MODEL, validated=True)
        assert_says(refused(by_model), case["says"])
        by_rules = asked_by(case, role=role, origin=Origin.RULES, validated=True)
        if case.get("rules") == "allowed":
            assert refused(by_rules) == ()


@pytest.mark.parametrize("case", BY_HAND)
def test_what_an_admin_may_edit_is_refused_to_write(case: dict[str, Any]) -> None:
    fields = case["says"] if isinstance(case["says"], list) else [case["says"]]
    says = [f"{field} was edited by hand" for field in fields]
    assert_says(refused(asked_by(case, role=Role.WRITE)), says)


@pytest.mark.parametrize("case", BY_HAND)
def test_an_admin_and_a_validated_fix_may_change_it(case: dict[str, Any]) -> None:
    assert refused(asked_by(case)) == ()
    for origin in (Origin.RULES, Origin.MODEL):
        assert refused(asked_by(case, role=Role.WRITE, origin=origin, validated=True)) == ()


@pytest.mark.parametrize("case", ALLOWED)
def test_what_gives_no_more_runs(case: dict[str, Any]) -> None:
    assert refused(asked_by(case)) == ()
    assert refused(asked_by(case, role=Role.ADMIN, origin=Origin.MODEL, validated=True)) == ()


def test_the_cases_are_as_many_as_they_should_be() -> None:
    assert len(ESCALATIONS) >= 80
    assert len(BY_HAND) >= 20


def test_a_fix_by_rules_may_go_back_to_what_an_earlier_revision_names_and_nobody_else() -> None:
    def app(*env: dict[str, Any]) -> dict[str, Any]:
        return {"spec": {"containers": [{"name": "app", "image": "app:1", "env": [*env]}]}}

    key = {"name": "PSP_KEY", "valueFrom": {"secretKeyRef": {"name": "psp", "key": "key"}}}
    by_rules = {"origin": Origin.RULES, "validated": True}
    asked = asked_by({}, original=app(), wanted=app(key), **by_rules)
    says = 'names the Secret "psp", which the original does not'
    assert_says(refused(asked), says)
    assert refused(replace(asked, earlier=(app(key),))) == ()
    for origin in (Origin.MODEL, Origin.EDITED):
        assert_says(refused(replace(asked, earlier=(app(key),), origin=origin)), says)
