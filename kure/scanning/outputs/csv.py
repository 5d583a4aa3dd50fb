"""A report as CSV (RFC 4180), a finding a row."""

import csv
import io

from kure.scanning.report import Finding, Report

COLUMNS = (
    *("severity", "check", "title", "namespace", "kind", "name", "container", "path", "message"),
    *("fix", "file", "line", "managed_by", "state", "id"),
)

# What spreadsheets take for the begin of a formula.
# https://owasp.org/www-community/attacks/CSV_Injection
# The last four are the wide forms of the first.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_of(report: Report) -> str:
    """With a line of column names; they are as stable as those of the JSON."""
    checks = {each.id: each for each in report.checks}
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for each in report.findings:
        check = checks[each.check]
        writer.writerow([_cell(value) for value in _row(each, check.title, check.fix)])
    return out.getvalue()


def _row(finding: Finding, title: str, fix: str) -> list[str]:
    of, at = finding.object, finding.location
    return [
        *(finding.severity, finding.check, title, of.namespace, of.kind, of.name),
        *(finding.container, finding.path, finding.message, fix),
        *(at.file if at else "", str(at.line) if at else ""),
        *(finding.managed_by, finding.state, finding.id),
    ]


def _cell(value: str) -> str:
    """A formula is shown as text."""
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA) else value
