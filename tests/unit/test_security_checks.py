"""Each check against tests/cases/security/checks. Add a case there, not a test here."""

from dataclasses import replace
from typing import Any

import pytest

from kure.domain.diagnosis.fixes import applied
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.changes import patch
from kure.domain.security.difference import new_findings
from kure.domain.security.kinds import LIVE
from kure.domain.security.model import Violation
from kure.domain.security.scan import inspect
from kure.domain.security.settings import Settings
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject
from tests.case_files import files_of, read

ROWS = [row for file in files_of("security/checks") for row in read(file)]
Case = dict[str, Any]


def cases(which: str) -> list[Any]:
    return [
        pytest.param(row["check"], case, id=f"{row['check']} {which} {number}")
        for row in ROWS
        for number, case in enumerate(row[which])
    ]


def object_of(case: Case) -> dict[str, Any]:
    if "object" in case:
        found: dict[str, Any] = {"metadata": {"namespace": "shop"}} | case["object"]
        return found | {"metadata": {"name": "web"} | found["metadata"]}
    spec = case["pod"] if "pod" in case else {"containers": [{"name": "app"} | case["container"]]}
    spec = {"containers": [{"name": "app"}]} | spec
    return {"kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec}


def subject_of(id: str, case: Case) -> Subject:
    unread = case.get("unread", ())
    needs = CATALOGUE[id].needs - {LIVE}
    empty = [kind for kind in (*needs, *case.get("lists", ())) if kind not in unread]
    obj = object_of(case)
    around = [obj, *case.get("around", ())]
    given: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in case.get("settings", {}).items()
    }
    settings = replace(Settings(on=frozenset(CATALOGUE)), **given)
    return Subject(obj, Snapshot.of(around, empty=empty, live=case.get("live", True)), settings)


def told(id: str, subject: Subject) -> list[Violation]:
    return [seen for check, seen in inspect(subject) if check.id == id]


@pytest.mark.parametrize(("id", "case"), cases("fail"))
def test_it_fires(id: str, case: Case) -> None:
    found = told(id, subject_of(id, case))
    assert found, "it says nothing"
    if "paths" in case:
        assert [each.path for each in found] == case["paths"]
    severities = {(each.severity or CATALOGUE[id].severity).value for each in found}
    if "severity" in case:
        assert severities == {case["severity"]}
    assert case.get("says", "") in " ".join(each.message for each in found)


@pytest.mark.parametrize(("id", "case"), cases("pass"))
def test_it_does_not_fire(id: str, case: Case) -> None:
    assert told(id, subject_of(id, case)) == []


@pytest.mark.parametrize(("id", "case"), cases("fail"))
def test_its_patch_takes_it_away_and_brings_nothing_new(id: str, case: Case) -> None:
    subject = subject_of(id, case)
    for seen in told(id, subject):
        if not seen.changes:
            continue
        made = patch(subject.obj, seen.changes)
        assert made is not None
        after = applied(subject.obj, made.operations)
        again = Subject(after, subject.around, subject.settings)
        assert seen.path not in [each.path for each in told(id, again)]
        assert new_findings(subject.obj, after, subject.settings) == ()


@pytest.mark.parametrize("id", CATALOGUE)
def test_every_check_has_cases_for_and_against_it(id: str) -> None:
    rows = [row for row in ROWS if row["check"] == id]
    assert len(rows) == 1
    assert rows[0]["fail"]
    assert rows[0]["pass"]


@pytest.mark.parametrize("id", CATALOGUE)
def test_every_check_says_why_and_what_to_do(id: str) -> None:
    check = CATALOGUE[id]
    assert check.why.endswith((".", "!"))
    assert check.fix.endswith(".")
    assert check.kinds


@pytest.mark.parametrize(("id", "case"), cases("fail"))
def test_its_message_quotes_no_secret(id: str, case: Case) -> None:
    for secret in case.get("secrets", ()):
        for seen in told(id, subject_of(id, case)):
            assert secret not in f"{seen.path} {seen.message} {seen.value} {seen.changes}"
