"""The forms of a report, as those read them for whom they are made."""

import csv
import io
import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as xml

import jsonschema_rs
import pytest

from kure.scanning.report import Report
from tests.case_files import CASES
from tests.scanning.scans import PRIVILEGED, SHOP, report_of, scan, write

# A bracket without its partner stands in two patterns, which this validator's regular expressions
# want escaped.
SCHEMA = (CASES / "scans" / "sarif" / "sarif-2.1.0-rtm.5.json").read_text()
SARIF = jsonschema_rs.validator_for(json.loads(SCHEMA.replace("{2}]?$", r"{2}\\]?$")))


def sarif(*words: str) -> Any:
    log = json.loads(scan(*words, "-o", "sarif").stdout)
    assert [f"{error.instance_path}: {error.message}" for error in SARIF.iter_errors(log)] == []
    return log["runs"][0]


def test_the_schema_refuses_what_is_no_sarif() -> None:
    assert not SARIF.is_valid({"version": "2.1.0"})
    assert not SARIF.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


def test_sarif_is_as_its_schema_says_and_names_lines() -> None:
    run = sarif("-f", SHOP)
    (found,) = [each for each in run["results"] if each["ruleId"] == "KURE-POD-001"]
    rule = run["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert (rule["id"], found["level"]) == ("KURE-POD-001", "error")
    assert rule["properties"]["security-severity"] == "9.5"
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == (Path(SHOP) / "web.yaml").as_uri()
    assert place["region"] == {"startLine": 22}
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert any("KURE-NET-001 of Namespace" in note["message"]["text"] for note in notes)


def test_sarif_names_files_from_where_it_was_called(home: Path) -> None:
    write(home / "a folder" / "web #1.yaml", PRIVILEGED)
    (found,) = sarif("-f", "a folder", "--check", "KURE-POD-001")["results"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20folder/web%20%231.yaml"


def test_sarif_has_results_where_nothing_is_found() -> None:
    assert sarif("-f", SHOP, "--check", "KURE-POD-003")["results"] == []


def test_sarif_says_what_is_new_and_what_is_gone(home: Path) -> None:
    write(home / "old.yaml", PRIVILEGED | {"spec": {"hostPID": True, "hostIPC": True}})
    (home / "base.json").write_text(scan("-f", "old.yaml", "-o", "json").stdout)
    write(home / "new.yaml", PRIVILEGED | {"spec": {"hostPID": True, "hostNetwork": True}})
    chosen = [f"--check=KURE-POD-00{number}" for number in (2, 3, 4)]
    results = sarif("-f", "new.yaml", "--baseline", "base.json", *chosen)["results"]
    assert {each["ruleId"]: each["baselineState"] for each in results} == {
        "KURE-POD-002": "unchanged",
        "KURE-POD-003": "absent",
        "KURE-POD-004": "new",
    }


def test_json_is_read_back_as_it_was() -> None:
    text = scan("-f", SHOP, "-o", "json").stdout
    report = Report.model_validate_json(text)
    assert report.model_dump_json(indent=2) + "\n" == text
    assert sum(report.counts.values()) == len(report.findings)
    ranks = [each.severity.rank for each in report.findings]
    assert ranks == sorted(ranks)
    assert len({each.id for each in report.findings}) == len(report.findings)


def test_junit_has_failures_passes_and_what_was_skipped() -> None:
    report = report_of("-f", SHOP)
    root = xml.fromstring(scan("-f", SHOP, "-o", "junit").stdout)
    assert root.get("failures") == str(len(report.findings))
    states: dict[str, Counter[str]] = {}
    for case in root.iter("testcase"):
        state = next((child.tag for child in case), "passed")
        states.setdefault(case.get("classname", ""), Counter())[state] += 1
    assert states["KURE-POD-001"]["failure"] == 1
    assert states["KURE-RBAC-001"] == {"skipped": 1}
    for each in report.not_evaluated:
        assert not states[each.check]["passed"]
    assert set(states) == {each.id for each in report.checks}


def test_junit_has_no_character_that_xml_has_not(home: Path) -> None:
    write(home / "a.yaml", PRIVILEGED | {"metadata": {"name": "a\u0001\u001b[31m\ufffe"}})
    root = xml.fromstring(scan("-f", "a.yaml", "-o", "junit").stdout)
    assert root.findall(".//failure")


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", " =1"])
def test_csv_holds_no_formula(home: Path, name: str) -> None:
    write(home / "a.yaml", PRIVILEGED | {"metadata": {"name": name, "namespace": 'a,"b'}})
    rows = list(csv.DictReader(io.StringIO(scan("-f", "a.yaml", "-o", "csv").stdout)))
    assert len(rows) > 1
    for row in rows:
        assert row["name"] == f"'{name}"
        assert row["namespace"] == 'a,"b'
        assert not any(cell.strip(" ")[:1] in {*"=+-@\t\r"} for cell in row.values() if cell)


class Page(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [f"{key}={value}" for key, value in attrs if key in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_page_that_nobody_writes_into(home: Path) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    write(home / "a.yaml", PRIVILEGED | {"metadata": {"name": evil, "namespace": "</style>"}})
    page = Page(scan("-f", "a.yaml", "-o", "html").stdout)
    assert evil in page.text
    assert (page.tags["script"], page.tags["img"], page.tags["style"]) == (0, 0, 1)
    assert page.links == []
    assert "prefers-color-scheme: dark" in page.text


def test_text_is_grouped_and_cannot_steer_the_terminal(home: Path) -> None:
    write(home / "a.yaml", PRIVILEGED | {"metadata": {"name": "a\u001b[31m\nb"}})
    lines = scan("-f", "a.yaml", "--check", "KURE-POD-001").output.splitlines()
    assert lines[0] == "Pod a�[31m b"
    assert lines[1] == "  CRITICAL  Container app is privileged  [KURE-POD-001]"
    assert lines[2].strip() == "a.yaml:1 spec.containers[app].securityContext.privileged"
    assert lines[3].strip().startswith("To do: Remove `securityContext.privileged`")
    assert lines[-1] == (
        "1 finding: 1 critical. Looked at 1 object (all), Pod Security Standards 1.37."
    )
