"""Of whom findings are told, what is not evaluated, and what a change brings."""

from typing import Any

import pytest

from kure.domain.diagnosis.fixes import applied
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.changes import patch
from kure.domain.security.difference import new_findings, refused
from kure.domain.security.kinds import LIVE
from kure.domain.security.model import Severity
from kure.domain.security.scan import findings_of, not_evaluated, scan
from kure.domain.security.settings import Settings
from kure.domain.security.snapshot import Snapshot
from tests.case_files import read

CASES = read("security/scan.yaml")


def deployment(**container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "app", "image": "web:1"} | container]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": {"spec": spec}},
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_finding_is_told_of_the_top_owner_once(case: dict[str, Any]) -> None:
    report = scan(case["objects"], Snapshot.of(case["objects"]), cluster="prod")
    found = [each for each in report.findings if each.check.id == case["only"]]
    told = []
    for each, wanted in zip(found, case["told"], strict=False):
        told.append({key: _plain(getattr(each, key)) for key in wanted})
    assert told == case["told"]
    assert len(found) == len(case["told"])
    assert report.objects == len(case["objects"])


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_order_and_repetition_of_objects_change_nothing(case: dict[str, Any]) -> None:
    objects = case["objects"]
    once = sorted(each.key for each in scan(objects, Snapshot.of(objects)).findings)
    again = [*reversed(objects), *objects]
    assert sorted(each.key for each in scan(again, Snapshot.of(again)).findings) == once


def test_a_list_that_was_not_read_is_not_an_empty_one() -> None:
    told = {each.check: each for each in not_evaluated(Snapshot({"Namespace": []}))}
    assert told["KURE-NET-001"].missing == ("NetworkPolicy", "Pod")
    assert not told["KURE-NET-001"].partly
    assert told["KURE-NS-001"].partly
    assert told["KURE-POD-001"].kinds == tuple(sorted(CATALOGUE["KURE-POD-001"].kinds))


def test_a_check_that_did_without_a_list_says_so() -> None:
    lists: dict[str, list[Any]] = {
        kind: [] for kind in (*CATALOGUE["KURE-WRK-001"].kinds, "ConfigMap")
    }
    told = {each.check: each for each in not_evaluated(Snapshot(lists))}
    assert told["KURE-WRK-001"].missing == ("LimitRange",)
    assert told["KURE-WRK-001"].partly
    assert told["KURE-SEC-007"].missing == ("Secret",)
    assert "KURE-POD-001" not in told


def test_a_check_without_its_lists_says_nothing() -> None:
    namespace = {"kind": "Namespace", "metadata": {"name": "shop"}}
    pod = {"kind": "Pod", "metadata": {"name": "a", "namespace": "shop"}, "spec": {}}
    unread = scan([namespace], Snapshot({"Namespace": [namespace], "Pod": [pod]}))
    assert "KURE-NET-001" in {each.check for each in unread.not_evaluated}
    assert "KURE-NET-001" not in {each.check.id for each in unread.findings}
    lists = {"Namespace": [namespace], "Pod": [pod], "NetworkPolicy": []}
    assert "KURE-NET-001" in {f.check.id for f in scan([namespace], Snapshot(lists)).findings}


def test_files_are_not_all_that_there_is() -> None:
    around = Snapshot.of([deployment()], live=False)
    told = {each.check: each.missing for each in not_evaluated(around)}
    assert LIVE in told["KURE-SA-006"]
    assert not around.has("Cluster")


def test_checks_are_switched_on_and_off() -> None:
    settings = Settings(on=frozenset({"KURE-IMG-002"}), off=frozenset({"KURE-POD-016"}))
    ids = {each.check.id for each in findings_of(deployment(), settings=settings)}
    assert "KURE-IMG-002" in ids
    assert "KURE-POD-016" not in ids
    assert "KURE-IMG-002" not in {each.check.id for each in findings_of(deployment())}


def test_all_fixes_of_an_object_can_be_applied_one_after_another() -> None:
    current = deployment(securityContext={"privileged": True, "procMount": "Unmasked"})
    for _ in range(20):
        made = [each for each in findings_of(current) if each.changes]
        if not made:
            break
        found = patch(current, made[0].changes)
        assert found is not None
        current = applied(current, found.operations)
    assert not [each for each in findings_of(current) if each.changes]
    assert "securityContext" in current["spec"]["template"]["spec"]


def test_a_change_that_opens_a_door_is_refused() -> None:
    before = deployment()
    assert new_findings(before, before) == ()
    found = new_findings(before, deployment(securityContext={"privileged": True}))
    assert [each.check.id for each in refused(found)] == ["KURE-POD-001"]
    assert found[0].severity is Severity.CRITICAL


def test_a_change_for_the_better_brings_nothing() -> None:
    before = deployment(securityContext={"privileged": True})
    assert new_findings(before, deployment()) == ()


def test_a_finding_that_gets_worse_is_new() -> None:
    def with_tag(tag: str) -> dict[str, Any]:
        capabilities = {"capabilities": {"add": [tag]}}
        return deployment(securityContext=capabilities)

    found = new_findings(with_tag("NET_RAW"), with_tag("SYS_ADMIN"))
    assert {"KURE-POD-034", "KURE-POD-007"} == {each.check.id for each in refused(found)}


def test_everything_of_a_new_object_is_new() -> None:
    after = deployment()
    assert len(new_findings({}, after)) == len(findings_of(after, Snapshot(live=False)))
