"""Comparing a report with an earlier one: what is new, what is gone, and of what nobody knows."""

from pathlib import Path

from pydantic import ValidationError

from kure.domain.security.model import Severity
from kure.errors import InvalidInput
from kure.scanning.report import Comparison, Earlier, Finding, NotEvaluated, Report


def read_baseline(file: Path) -> Report:
    """Raises InvalidInput where the file is no report that could be compared with."""
    try:
        report = Report.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InvalidInput(f"Cannot read the baseline {file}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        raise InvalidInput(
            f"{file} is no baseline ({where}: {first['msg']}); make one with "
            f"`kure scan … -o json > {file}`"
        ) from None
    if report.comparison is not None and report.comparison.only_new:
        raise InvalidInput(
            f"{file} was made with --only-new, so it lacks what was known then; make a baseline "
            "without it"
        )
    return report


def compare(report: Report, baseline: Report, *, only_new: bool) -> Report:
    """The report with the state of each finding; with `only_new` without the known ones.

    What has become worse is new. What is gone counts as fixed only where it was looked for."""
    before = {each.id: each for each in baseline.findings}
    marked = [
        each.model_copy(update={"state": "known" if _is_known(each, before) else "new"})
        for each in report.findings
    ]
    now = {each.id for each in report.findings}
    gone = [each for each in baseline.findings if each.id not in now]
    told = [each for each in marked if each.state == "new"] if only_new else marked
    comparison = Comparison(
        baseline_at=baseline.at,
        only_new=only_new,
        fixed=[_earlier(each) for each in gone if _is_decided(each, report, baseline)],
        undecided=[_earlier(each) for each in gone if not _is_decided(each, report, baseline)],
        hidden=len(marked) - len(told),
    )
    counts = {severity: sum(each.severity is severity for each in told) for severity in Severity}
    return report.model_copy(update={"findings": told, "counts": counts, "comparison": comparison})


def _is_known(finding: Finding, before: dict[str, Finding]) -> bool:
    known = before.get(finding.id)
    return known is not None and known.severity.rank <= finding.severity.rank


def _is_decided(earlier: Finding, report: Report, baseline: Report) -> bool:
    """Whether this scan would have found it again: it looked there, with all that the earlier one
    had."""
    of = earlier.object
    if report.scope != "all":
        home = of.name if of.kind == "Namespace" else of.namespace
        if report.scope != f"namespace {home}":
            return False
    if all(check.id != earlier.check for check in report.checks):
        return False
    lacked = [each for each in baseline.not_evaluated if each.partly]
    return not any(
        _leaves_open(each, earlier) and each not in lacked for each in report.not_evaluated
    )


def _leaves_open(each: NotEvaluated, earlier: Finding) -> bool:
    return each.check == earlier.check and earlier.object.kind in each.kinds


def _earlier(finding: Finding) -> Earlier:
    return Earlier(
        id=finding.id,
        check=finding.check,
        severity=finding.severity,
        object=finding.object,
        path=finding.path,
    )
