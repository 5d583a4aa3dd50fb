"""A report as people read it in a terminal.

All of it may come from a cluster, so it is shown as text and nothing else. Without a terminal there
is no colour and no line is broken; what can be pasted is never broken.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kure.contracts.incidents import CauseView, PatchView
from kure.demo.view import printable
from kure.diagnosing.report import Finding, Report
from kure.domain.diagnosis.model import Severity

COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
}
CAUSE, DETAIL = 2, 5


class Printer:
    """Prints reports to one console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._wraps = console.is_terminal

    def report(self, report: Report) -> None:
        """All of it: each workload, what could not be seen, and how much there was."""
        for finding in report.findings:
            self._finding(finding)
        if report.unavailable:
            self._say(0, Text("Could not be looked at:", "bold"))
            self._bullets(CAUSE, report.unavailable)
            self._console.print()
        self._say(0, Text(summary(report), "bold" if report.findings else "bold green"))

    def _finding(self, finding: Finding) -> None:
        of = finding.workload
        where = f"{of.namespace}/{of.name}" if of.namespace else of.name
        more = f"  ({finding.failing} objects of it fail)" if finding.failing > 1 else ""
        self._say(
            0,
            Text.assemble(
                (finding.severity.upper(), COLOURS[finding.severity]),
                "  ",
                (printable(f"{of.kind} {where}"), "bold"),
                (more, "dim"),
            ),
        )
        for number, cause in enumerate(finding.causes, 1):
            self._cause(number, cause)
        if finding.unavailable:
            self._say(CAUSE, Text("Could not be seen:", "dim"))
            self._bullets(DETAIL, finding.unavailable)
        self._console.print()

    def _cause(self, number: int, cause: CauseView) -> None:
        known = f"  [{cause.rule}, {cause.confidence}]"
        title = Text.assemble((printable(cause.title), "bold"), (known, "dim"))
        self._say(CAUSE, Text(f"{number}. ") + title)
        self._labelled("Why", cause.explanation)
        for index, line in enumerate(cause.evidence, 1):
            place = printable(f"{line.source} {line.subject} {line.field}".strip())
            quoted = Text.assemble((f"[{index}] {place}: ", "dim"), printable(line.text))
            self._say(DETAIL, quoted)
        if cause.blames:
            blamed = cause.blames
            where = "" if blamed.namespace == "_" else f"{blamed.namespace}/"
            self._labelled("Mend first", f"{blamed.kind} {where}{blamed.name}")
        self._labelled("To do", cause.fix)
        self._commands(cause.commands)
        if cause.patch:
            self._patch(cause.patch)

    def _patch(self, patch: PatchView) -> None:
        about = "; ".join(filter(None, (patch.checked, patch.note)))
        self._labelled("Patch", about or "not tried")
        self._commands([patch.command])

    def _labelled(self, label: str, text: str) -> None:
        if text:
            self._say(DETAIL, Text.assemble((f"{label}: ", "bold"), printable(text)))

    def _commands(self, lines: Iterable[str]) -> None:
        """Whole, so that they can be copied. What could steer the terminal is left out."""
        for line in lines:
            if all(part.isprintable() for part in line.split("\n")):
                self._console.print(Text(f"{' ' * DETAIL}$ {line}", "green"), soft_wrap=True)

    def _bullets(self, indent: int, lines: Sequence[str]) -> None:
        for line in lines:
            self._say(indent, Text(f"- {printable(line)}", "dim"))

    def _say(self, indent: int, text: Text) -> None:
        if self._wraps:
            self._console.print(Padding(text, (0, 0, 0, indent)))
        else:
            self._console.print(Text(" " * indent) + text, soft_wrap=True)


def summary(report: Report) -> str:
    """`2 workloads fail: 1 critical, 1 high. Looked at 7 pods and 12 other objects of …`"""
    found = report.findings
    counts = Counter(finding.severity for finding in found)
    told = ", ".join(f"{counts[one]} {one}" for one in Severity if counts[one])
    fails = "1 workload fails" if len(found) == 1 else f"{len(found)} workloads fail"
    said = f"{fails}: {told}." if found else "Nothing fails."
    pods = report.looked_at.get("Pod", 0)
    others = sum(report.looked_at.values()) - pods
    looked = " and ".join(
        _count(number, one, many)
        for number, one, many in ((pods, "pod", "pods"), (others, *_other(pods)))
        if number
    )
    return f"{said} Looked at {looked or 'nothing: there is nothing'} ({printable(report.scope)})."


def _other(pods: int) -> tuple[str, str]:
    return ("other object", "other objects") if pods else ("object", "objects")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
