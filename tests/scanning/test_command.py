"""`kure scan` on files: refusals first, then what it finds, where, and its exit codes."""

from pathlib import Path
from typing import Any

import pytest

from kure.domain.security.catalogue import CATALOGUE
from tests import case_files
from tests.scanning.scans import PRIVILEGED, SECRET, SHOP, refusal, report_of, scan, write

TEXTS = case_files.read("scans/texts.yaml")
REFUSED = [case for case in TEXTS if "refused" in case]
READ = [case for case in TEXTS if "refused" not in case]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-n", ""), "--namespace needs a name"),
        (("-f", ""), "--file needs a file"),
        (("-f", SHOP, "--context", "here"), "--context is for a cluster"),
        (("-f", SHOP, "--only-new"), "--only-new needs something to compare with"),
        (("-f", SHOP, "--check", "KURE-POD-999"), "There is no check KURE-POD-999"),
        (("-f", SHOP, "--skip", "POD"), "There is no check POD"),
        (
            ("-f", SHOP, "--check", "KURE-POD-001", "--skip", "KURE-POD-001"),
            "No check is left",
        ),
        (("-f", SHOP, "--pss-version", "1.18"), "There is no version '1.18'"),
        (("-f", SHOP, "--pss-version", "2.30"), "There is no version '2.30'"),
        (("-f", SHOP, "--pss-version", "1.²"), "There is no version '1.²'"),
        (("-f", SHOP, "--baseline", "none"), "Cannot read the baseline none: No such file"),
        (("-f", SHOP, "--fail-on", "awful"), "'awful' is not one of"),
        (("-f", SHOP, "-o", "pdf"), "'pdf' is not one of"),
        (("-f", "none.yaml"), "Cannot read none.yaml: No such file or directory"),
        (("-f", "."), "no Kubernetes object is there"),
        (("--context", "there"), "no context 'there'"),
        ((), "http://127.0.0.1:1 does not answer"),
    ],
)
def test_where_it_cannot_look_it_says_why_in_one_sentence(
    words: tuple[str, ...], said: str
) -> None:
    assert said in refusal(*words)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case["name"])
def test_what_is_no_manifest_is_refused(case: dict[str, Any]) -> None:
    assert case["refused"] in refusal("-f", "-", stdin=case["text"])


def test_what_is_nested_without_end_is_refused() -> None:
    assert "is nested deeper" in refusal("-f", "-", stdin="[" * 100_000)
    assert "is nested deeper" in refusal("-f", "-", stdin="- " * 100_000)


def test_what_is_no_text_is_refused(home: Path) -> None:
    (home / "a.yaml").write_bytes(b"\xff\xfe\x00")
    assert "it is no UTF-8 text" in refusal("-f", "a.yaml")
    assert "it is no UTF-8 text" in refusal("-f", ".")


@pytest.mark.parametrize("case", READ, ids=lambda case: case["name"])
def test_findings_are_told_with_their_lines(case: dict[str, Any]) -> None:
    report = report_of("-f", "-", stdin=case["text"])
    assert report.objects == case["objects"]
    found = {
        (each.check, each.path): each.location.line for each in report.findings if each.location
    }
    assert all(each.location for each in report.findings)
    if case["lines"]:
        assert {(check, path): line for check, path, line in case["lines"]}.items() <= found.items()
    else:
        assert found == {}


def test_of_a_folder_what_is_no_manifest_is_left_out_and_said(home: Path) -> None:
    write(home / "app" / "deep" / "web.yml", PRIVILEGED, {"replicas": 2})
    write(home / "app" / "values.yaml", {"replicas": 2})
    write(home / "app" / ".hidden" / "web.yaml", PRIVILEGED)
    (home / "app" / "notes.txt").write_text("kind: [")
    (home / "app" / "template.yaml").write_text("a: {{ .Values.a }}: b")
    report = report_of("-f", "app")
    assert report.objects == 1
    assert [each.what for each in report.unread] == [
        "app/deep/web.yml, line 3",
        "app/template.yaml",
        "app/values.yaml, line 1",
    ]
    (home / "app" / "broken.yaml").write_text("a: [")
    assert "app/broken.yaml is neither YAML nor JSON" in refusal("-f", "app")


def test_a_secret_is_in_no_output() -> None:
    for form in ("text", "json", "sarif", "junit", "csv", "html"):
        result = scan("-f", SHOP, "-o", form)
        assert result.exit_code == 0
        assert "KURE-SEC-001" in result.output
        assert SECRET not in result.output


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 0),
        (("--fail-on", "critical"), 1),
        (("--fail-on", "low"), 1),
        (("--fail-on", "critical", "--check", "KURE-POD-002"), 0),
        (("--fail-on", "high", "--check", "KURE-POD-002"), 1),
        (("--fail-on", "critical", "-n", "bank"), 0),
    ],
)
def test_the_exit_code_is_1_where_something_is_as_bad(words: tuple[str, ...], code: int) -> None:
    assert scan("-f", SHOP, *words).exit_code == code


def test_checks_are_chosen_and_left_out() -> None:
    only = report_of("-f", SHOP, "--check", "kure-pod-001", "--check", "KURE-IMG-002")
    assert [each.id for each in only.checks] == ["KURE-POD-001", "KURE-IMG-002"]
    assert {each.check for each in only.findings} == {"KURE-POD-001", "KURE-IMG-002"}
    without = report_of("-f", SHOP, "--skip", "KURE-POD-001")
    assert "KURE-POD-001" not in {each.check for each in without.findings}
    assert not CATALOGUE["KURE-IMG-002"].on
    assert "KURE-IMG-002" not in {each.id for each in without.checks}


def test_the_version_of_the_policy_is_chosen() -> None:
    old, new = (
        report_of("-f", SHOP, "--check", "KURE-POD-019", "--pss-version", version)
        for version in ("1.19", "latest")
    )
    assert (old.policy_version, new.policy_version) == ("1.19", "1.37")


def test_a_namespace_is_taken_as_kubectl_does(home: Path) -> None:
    service: Any = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    service |= {"spec": {"type": "NodePort", "selector": {"app": "web"}}}
    role: Any = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
    role |= {"metadata": {"name": "all"}, "rules": [{"verbs": ["*"], "resources": ["*"]}]}
    write(home / "a.yaml", PRIVILEGED, service, role)
    found = report_of("-f", "a.yaml", "-n", "bank").findings
    assert {(each.object.kind, each.object.namespace) for each in found} == {("Service", "bank")}


def test_what_files_do_not_hold_is_not_evaluated() -> None:
    report = report_of("-f", "-", stdin='{"apiVersion": "v1", "kind": "Pod"}')
    lacks = {each.check: each for each in report.not_evaluated}
    assert lacks["KURE-NET-001"].missing == ["NetworkPolicy"]
    assert not lacks["KURE-NET-001"].partly
    assert lacks["KURE-RBAC-001"].kinds


def test_a_safe_fix_is_a_patch() -> None:
    report = report_of("-f", SHOP, "--check", "KURE-POD-002")
    (found,) = report.findings
    assert [step["op"] for step in found.patch] == ["test", "remove"]
    assert found.patch[-1]["path"] == "/spec/template/spec/hostPID"
