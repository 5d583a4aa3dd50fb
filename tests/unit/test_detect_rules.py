"""Each rule against tests/cases/failures/<rule>.yaml. Add a case there, not a test here."""

from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kure.domain import manifests
from kure.domain.failures.detect import RULES
from kure.domain.failures.model import Graces
from tests.case_files import files_of, read

NAMES = [Path(file).stem for file in files_of("failures")]
TIMES = ("since", "begins", "ends")
OF_MATCH = ("begins", "ends", "needs_events")


def read_cases(rule_name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = read(f"failures/{rule_name}.yaml")
    return cases


def all_cases() -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['name']}")
        for name in NAMES
        for case in read_cases(name)
    ]


def found_by(rule_name: str, case: dict[str, Any]) -> list[dict[str, Any]]:
    rule = getattr(import_module(f"kure.domain.failures.rules.{rule_name}"), rule_name)
    matches = rule(case["pod"], case.get("events", []), Graces())
    return [
        asdict(match.failure) | {field: getattr(match, field) for field in OF_MATCH}
        for match in matches
    ]


@pytest.mark.parametrize(("rule_name", "case"), all_cases())
def test_rule(rule_name: str, case: dict[str, Any]) -> None:
    expected = [
        {key: manifests.time_of(value) if key in TIMES else value for key, value in one.items()}
        for one in case["expect"] or []
    ]
    found = found_by(rule_name, case)
    assert len(found) == len(expected)
    picked = [{key: one[key] for key in want} for one, want in zip(found, expected, strict=True)]
    assert picked == expected


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_rule_has_its_file_with_cases_for_and_against_it(rule: Any) -> None:
    assert rule.__module__.endswith(f".rules.{rule.__name__}")
    expected = [case["expect"] for case in read_cases(rule.__name__)]
    assert sum(bool(one) for one in expected) >= 1
    assert sum(one is None for one in expected) >= 3


def test_every_file_of_cases_belongs_to_a_rule() -> None:
    assert {*NAMES} == {rule.__name__ for rule in RULES}
