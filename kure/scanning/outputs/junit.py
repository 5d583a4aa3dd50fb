"""A report as JUnit XML, as CI servers read it: a suite for each family of checks, a failure for
each finding, and for checks that found nothing a test that passed, or was skipped where they were
not evaluated.

https://github.com/testmoapp/junitxml describes what readers have in common.
"""

from xml.etree import ElementTree as xml

from kure.demo.view import printable
from kure.scanning.outputs.wording import lacking, named, placed
from kure.scanning.report import CheckView, Finding, Report


def junit_of(report: Report) -> str:
    root = xml.Element("testsuites", name="kure scan")
    found: dict[str, list[Finding]] = {}
    for each in report.findings:
        found.setdefault(each.check, []).append(each)
    lacks = {each.check: lacking(each) for each in report.not_evaluated}
    suites: dict[str, xml.Element] = {}
    for check in report.checks:
        if check.family not in suites:
            stamp = f"{report.at:%Y-%m-%dT%H:%M:%S}"
            suites[check.family] = xml.SubElement(
                root, "testsuite", name=check.family, timestamp=stamp
            )
        _check(suites[check.family], check, found.get(check.id, []), lacks.get(check.id, ""))
    for element in (*suites.values(), root):
        element.set("tests", str(len(element.findall(".//testcase"))))
        element.set("failures", str(len(element.findall(".//failure"))))
        element.set("skipped", str(len(element.findall(".//skipped"))))
        element.set("errors", "0")
    xml.indent(root)
    return xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _check(suite: xml.Element, check: CheckView, found: list[Finding], lacks: str) -> None:
    for finding in found:
        case = _case(suite, check, f"{check.title}: {named(finding.object)} {finding.path}")
        if finding.location:
            case.set("file", printable(finding.location.file))
            case.set("line", str(finding.location.line))
        failure = xml.SubElement(
            case, "failure", type=finding.severity.value, message=printable(finding.message)
        )
        place = placed(finding)
        failure.text = printable(
            f"{finding.severity.upper()} {check.id} {named(finding.object)} {finding.path}"
            f"{f' ({place})' if place else ''}. {check.why} {check.fix}"
        )
    if lacks:
        case = _case(suite, check, f"{check.title}: what was not read")
        xml.SubElement(case, "skipped", message=lacks)
    elif not found:
        _case(suite, check, check.title)


def _case(suite: xml.Element, check: CheckView, name: str) -> xml.Element:
    """XML has no place for control characters, not even escaped."""
    return xml.SubElement(suite, "testcase", classname=check.id, name=printable(name))
