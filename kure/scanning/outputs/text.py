"""A report as people read it in a terminal: by object, the worst first.

All of it may come from a cluster, so it is shown as text and nothing else. Without a terminal there
is no colour and no line is broken.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kure.demo.view import printable
from kure.domain.security.model import Severity
from kure.scanning.outputs.wording import gone, named, placed
from kure.scanning.report import CheckView, Comparison, Finding, Report

COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
SEVERITY_WIDTH = len("CRITICAL")
WITHIN, DETAIL = 2, 12


class Printer:
    """Prints reports to one console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._wraps = console.is_terminal

    def report(self, report: Report) -> None:
        """All of it: each object with what is wrong, how to fix it, what could not be evaluated,
        and how much there was."""
        checks = {each.id: each for each in report.checks}
        told: set[str] = set()
        for name, findings in by_object(report.findings).items():
            self._heading(name, findings)
            for finding in findings:
                self._finding(finding, checks[finding.check], told)
            self._console.print()
        self._unread(report)
        if report.comparison:
            self._comparison(report.comparison)
        self._say(0, Text(summary(report), "bold" if report.findings else "bold green"))

    def _heading(self, name: str, findings: list[Finding]) -> None:
        by = findings[0].managed_by
        made = f"  (made by {printable(by)})" if by else ""
        self._say(0, Text.assemble((printable(name), "bold"), (made, "dim")))

    def _finding(self, finding: Finding, check: CheckView, told: set[str]) -> None:
        severity = finding.severity
        new = (" new", "bold") if finding.state == "new" else ""
        self._say(
            WITHIN,
            Text.assemble(
                (severity.upper().ljust(SEVERITY_WIDTH), COLOURS[severity]),
                f"  {printable(finding.message)}",
                (f"  [{finding.check}]", "dim"),
                new,
            ),
        )
        where = " ".join(filter(None, (placed(finding), finding.path)))
        seen = f" (seen on {finding.seen_on})" if finding.seen_on else ""
        self._say(DETAIL, Text(printable(f"{where}{seen}"), "dim"))
        if finding.check not in told:  # once is enough
            told.add(finding.check)
            self._say(DETAIL, Text.assemble(("To do: ", "bold"), check.fix))

    def _unread(self, report: Report) -> None:
        if report.unread:
            self._say(0, Text("Not read:", "bold"))
            self._bullets(f"{each.what}: {each.why}" for each in report.unread)
            self._console.print()
        missing = [each for each in report.not_evaluated if not each.partly]
        if missing:
            lists = sorted({kind for each in missing for kind in each.missing})
            count = len({each.check for each in missing})
            title = f"{count} checks were not evaluated, or not of all kinds: no pass. They lack:"
            if report.source.kind == "files":
                title = "Not in the files, so of these nothing is said:"
            self._say(0, Text(title, "bold"))
            self._bullets([", ".join(lists)])
            self._console.print()

    def _comparison(self, comparison: Comparison) -> None:
        since = f"{comparison.baseline_at:%Y-%m-%d %H:%M} UTC"
        for title, found in (
            (f"Fixed since the baseline of {since}:", comparison.fixed),
            ("In the baseline, and not looked for by this scan:", comparison.undecided),
        ):
            if found:
                self._say(0, Text(title, "bold"))
                self._bullets(gone(each) for each in found)
                self._console.print()

    def _bullets(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._say(WITHIN, Text(f"- {printable(line)}", "dim"))

    def _say(self, indent: int, text: Text) -> None:
        if self._wraps:
            self._console.print(Padding(text, (0, 0, 0, indent)))
        else:
            self._console.print(Text(" " * indent) + text, soft_wrap=True)


def by_object(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """In the order of the worst of each."""
    found: dict[str, list[Finding]] = {}
    for each in findings:
        found.setdefault(named(each.object), []).append(each)
    return found


def summary(report: Report) -> str:
    """`3 findings: 1 critical, 2 low. Looked at 12 objects (all), Pod Security Standards 1.34.`"""
    told = ", ".join(f"{report.counts[one]} {one}" for one in Severity if report.counts.get(one))
    count = len(report.findings)
    new = " new" if report.comparison and report.comparison.only_new else ""
    found = f"{count}{new} finding{'s' * (count != 1)}: {told}." if count else f"No{new} findings."
    hidden = report.comparison.hidden if report.comparison else 0
    known = f" {hidden} known ones are not shown." if hidden else ""
    looked = f"{report.objects} object{'s' * (report.objects != 1)}"
    return (
        f"{found}{known} Looked at {looked} ({printable(report.scope)}), "
        f"Pod Security Standards {report.policy_version}."
    )
