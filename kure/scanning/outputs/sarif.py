"""A report as SARIF 2.1.0, as code hosts read it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; of what GitHub makes of it:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning
"""

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from kure import __version__
from kure.adapters.dump.text import STDIN
from kure.domain.security.model import Severity
from kure.scanning.outputs.wording import gone, lacking, named
from kure.scanning.report import CheckView, Earlier, Finding, Location, Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# GitHub's own words for these begin at 9, 7, 4 and 0.1.
SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
FINGERPRINT = "kureFinding/v1"


def sarif_of(report: Report) -> str:
    driver = {
        "name": "Kure",
        "semanticVersion": __version__,
        "rules": [_rule(each) for each in report.checks],
    }
    index = {each.id: number for number, each in enumerate(report.checks)}
    fixed = report.comparison.fixed if report.comparison else []
    run = {
        "tool": {"driver": driver},
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": f"{report.at:%Y-%m-%dT%H:%M:%SZ}",
                "toolExecutionNotifications": _notes(report, index),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(each, index[each.check]) for each in report.findings),
            *(_absent(each, index[each.check]) for each in fixed),
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(check: CheckView) -> dict[str, Any]:
    frameworks = [f"{each.benchmark} {each.version} {each.number}" for each in check.frameworks]
    return {
        "id": check.id,
        "name": "".join(word.capitalize() for word in check.title.split()),
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {"text": f"{check.why} {check.fix}"},
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {
            "security-severity": SCORES[check.severity],
            "tags": ["security", check.family, *dict.fromkeys(frameworks)],
        },
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    of = finding.object
    location: dict[str, Any] = {
        "logicalLocations": [
            {"fullyQualifiedName": f"{named(of)} {finding.path}", "name": of.name, "kind": "object"}
        ]
    }
    if finding.location:
        location["physicalLocation"] = _physical(finding.location)
    result = {
        "ruleId": finding.check,
        "ruleIndex": index,
        "level": LEVELS[finding.severity],
        "message": {"text": f"{named(of)}: {finding.message}"},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": {"severity": finding.severity, "path": finding.path},
    }
    if finding.state:
        result["baselineState"] = "new" if finding.state == "new" else "unchanged"
    return result


def _absent(earlier: Earlier, index: int) -> dict[str, Any]:
    """What the baseline had and is fixed."""
    return {
        "ruleId": earlier.check,
        "ruleIndex": index,
        "level": "none",
        "kind": "pass",
        "message": {"text": f"Fixed: {gone(earlier)}"},
        "partialFingerprints": {FINGERPRINT: earlier.id},
        "baselineState": "absent",
    }


def _physical(location: Location) -> dict[str, Any]:
    path = PurePath(location.file)
    if location.file == STDIN:
        uri = "stdin"
    else:
        uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    return {"artifactLocation": {"uri": uri}, "region": {"startLine": location.line}}


def _notes(report: Report, index: dict[str, int]) -> list[dict[str, Any]]:
    """What was not read, and the checks that say nothing for that."""
    unread = [
        {"level": "warning", "message": {"text": f"{each.what} was not read: {each.why}"}}
        for each in report.unread
    ]
    lacks = [
        {
            "level": "note",
            "message": {"text": f"{each.check} of {', '.join(each.kinds)}: {lacking(each)}"},
            "associatedRule": {"id": each.check, "index": index[each.check]},
        }
        for each in report.not_evaluated
    ]
    return unread + lacks
