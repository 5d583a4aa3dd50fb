"""Every rule is documented and shown by cases: one that fires, one near miss that must not."""

from collections.abc import Iterator
from typing import Any

from kure.domain.diagnosis.catalogue import CATALOGUE, FAMILIES
from tests.case_files import files_of, read

# Each message there has one rule: those of the other rules are its near misses.
TABLES = (
    *("image_messages", "scheduling_messages", "log_words", "dependency_words", "crash_words"),
)

# Ids of what is left over in a family: there is nothing that they could be taken for.
OF_THE_REST = {"A00", "B00", "F00"}

# What is told beside another cause, by its words.
BESIDE = {"C36"}


def _cases(file: str) -> Iterator[dict[str, Any]]:
    found = read(file)
    if isinstance(found, dict):  # by rule
        yield from ({"rule": rule} for rule in found)
    else:
        yield from found


def _named(case: dict[str, Any]) -> set[str]:
    """The ids that a case expects, in whichever form its file has them."""
    causes = [*(case.get("expect") or ()), *case.get("has", ())]
    found = {cause["rule"] for cause in causes if isinstance(cause, dict) and "rule" in cause}
    found |= {rule for rule, *_ in case.get("clauses", ())}
    return found | ({case["rule"]} if "rule" in case else set())


FILES = files_of("diagnosis")
FIRING = {
    rule for file in FILES for case in _cases(file) for rule in _named(case) if rule[0] in FAMILIES
}
NEAR_MISSES = {rule for file in FILES for case in _cases(file) for rule in case.get("never", ())}
IN_TABLES = {
    rule for name in TABLES for case in _cases(f"diagnosis/{name}.yaml") for rule in _named(case)
}


def test_every_rule_that_speaks_is_documented() -> None:
    assert FIRING - {*CATALOGUE} == set()


def test_every_documented_rule_has_a_case_that_fires() -> None:
    assert {*CATALOGUE} - FIRING - BESIDE == set()


def test_every_documented_rule_has_a_near_miss_that_must_not_fire() -> None:
    assert {*CATALOGUE} - NEAR_MISSES - IN_TABLES - OF_THE_REST - BESIDE == set()


def test_what_is_written_for_people_is_sentences() -> None:
    for known in CATALOGUE.values():
        for text in (known.means, known.looks_at, known.fix):
            assert text.strip().endswith((".", "`", "?")), known.rule
            assert "\n" not in text, known.rule
