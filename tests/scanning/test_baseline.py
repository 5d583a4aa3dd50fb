"""Comparing with an earlier scan: refusals first, then what is new, known, fixed or unknown."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.scanning.scans import PRIVILEGED, refusal, report_of, scan, write


def pod(name: str = "web", **spec: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "shop"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def keep(home: Path, *objects: Any, words: tuple[str, ...] = ()) -> None:
    """A baseline of the objects, in base.json."""
    write(home / "old.yaml", *objects)
    (home / "base.json").write_text(scan("-f", "old.yaml", "-o", "json", *words).stdout)


def against(home: Path, *objects: Any, words: tuple[str, ...] = ()) -> Any:
    write(home / "new.yaml", *objects)
    return report_of("-f", "new.yaml", "--baseline", "base.json", *words)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "base.json is no baseline"),
        ("[]", "base.json is no baseline"),
        ('{"version": 2}', "base.json is no baseline"),
        ('{"findings": [{"value": "plover-tangent"}]}', "base.json is no baseline"),
    ],
)
def test_what_is_no_report_is_refused_and_not_quoted(home: Path, text: str, said: str) -> None:
    (home / "base.json").write_text(text)
    told = refusal("-f", write(home / "a.yaml", PRIVILEGED), "--baseline", "base.json")
    assert said in told
    assert "plover" not in told


def test_a_baseline_of_new_findings_only_is_refused(home: Path) -> None:
    keep(home, PRIVILEGED)
    words = ("-f", "old.yaml", "--baseline", "base.json", "--only-new", "-o", "json")
    (home / "next.json").write_text(scan(*words).stdout)
    assert "made with --only-new" in refusal("-f", "old.yaml", "--baseline", "next.json")


def test_the_same_objects_have_nothing_new(home: Path) -> None:
    keep(home, pod(hostPID=True))
    report = against(home, pod(hostPID=True), words=("--only-new",))
    assert report.findings == []
    assert report.comparison.hidden > 0
    assert (report.comparison.fixed, report.comparison.undecided) == ([], [])


def test_another_object_is_not_taken_for_a_known_one(home: Path) -> None:
    keep(home, pod("a", hostPID=True))
    report = against(home, pod("a", hostPID=True), pod("b", hostPID=True), words=("--only-new",))
    assert {each.object.name for each in report.findings} == {"b"}


def test_only_what_is_told_decides_the_exit_code(home: Path) -> None:
    keep(home, pod(hostPID=True))
    write(home / "new.yaml", pod(hostPID=True))
    words = ("-f", "new.yaml", "--baseline", "base.json", "--fail-on", "high")
    assert scan(*words).exit_code == 1
    assert scan(*words, "--only-new").exit_code == 0


def test_what_became_worse_is_new(home: Path) -> None:
    keep(home, PRIVILEGED)
    base = json.loads((home / "base.json").read_text())
    for each in base["findings"]:
        each["severity"] = "low"
    (home / "base.json").write_text(json.dumps(base))
    states = {each.check: each.state for each in against(home, PRIVILEGED).findings}
    assert states["KURE-POD-001"] == "new"
    assert states["KURE-WRK-009"] == "known"


def test_what_is_gone_is_fixed(home: Path) -> None:
    keep(home, pod(hostPID=True, hostIPC=True))
    report = against(home, pod(hostPID=True))
    assert [each.check for each in report.comparison.fixed] == ["KURE-POD-003"]
    assert report.comparison.undecided == []


@pytest.mark.parametrize("words", [("--skip", "KURE-POD-003"), ("-n", "bank")])
def test_what_was_not_looked_for_is_not_fixed(home: Path, words: tuple[str, ...]) -> None:
    keep(home, pod(hostIPC=True))
    report = against(home, pod(), words=words)
    assert report.comparison.fixed == []
    assert "KURE-POD-003" in {each.check for each in report.comparison.undecided}


def test_without_the_lists_that_it_takes_it_is_not_fixed(home: Path) -> None:
    """A namespace is held by no policy; then nobody knows of policies any more."""
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    policy: Any = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    policy |= {"metadata": {"name": "a", "namespace": "bank"}, "spec": {"podSelector": {}}}
    keep(home, space, policy, pod())
    report = against(home, space, pod())
    assert "KURE-NET-001" in {each.check for each in report.comparison.undecided}
    assert "KURE-NET-001" not in {each.check for each in report.comparison.fixed}


def test_findings_keep_their_ids_when_containers_move(home: Path) -> None:
    app = PRIVILEGED["spec"]["containers"][0]
    keep(home, pod(containers=[app]))
    report = against(home, pod(containers=[{"name": "first"}, app]), words=("--only-new",))
    assert {each.container for each in report.findings if each.container} == {"first"}
