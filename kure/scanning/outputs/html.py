"""A report as one HTML page that needs nothing else: no script, no font, no request."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from kure.demo.view import printable
from kure.scanning.outputs.text import by_object, summary
from kure.scanning.outputs.wording import gone, lacking, placed
from kure.scanning.report import CheckView, Finding, Report

STYLE = (Path(__file__).parent / "page.css").read_text()

# Nothing of what a cluster says could be run or fetched, even if it got through.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_of(report: Report) -> str:
    checks = {each.id: each for each in report.checks}
    source = ", ".join(report.source.names)
    title = f"Security scan of {source}"
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{_text(title)}</title><style>{STYLE}</style></head>",
        f"<body><h1>{_text(title)}</h1>",
        f"<p>{_text(summary(report))} {report.at:%Y-%m-%d %H:%M} UTC.</p>",
        *(_object(name, findings, checks) for name, findings in by_object(report.findings).items()),
        *_lists(report),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _object(name: str, findings: list[Finding], checks: dict[str, CheckView]) -> str:
    by = findings[0].managed_by
    made = f' <span class="dim">made by {_text(by)}</span>' if by else ""
    rows = "\n".join(_row(each, checks[each.check]) for each in findings)
    return (
        f"<h2>{_text(name)}{made}</h2>\n<table><thead><tr><th scope=col>Severity</th>"
        "<th scope=col>What is wrong</th><th scope=col>To do</th></tr></thead>\n"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(finding: Finding, check: CheckView) -> str:
    new = " · new" if finding.state == "new" else ""
    place = f"{_text(placed(finding))}<br>" if finding.location else ""
    seen = f"<br>seen on {_text(finding.seen_on)}" if finding.seen_on else ""
    return (
        f'<tr><td class="{finding.severity}">{finding.severity}{new}</td>'
        f'<td>{_text(finding.message)}<br><span class="dim">{place}'
        f"<code>{_text(finding.path)}</code>{seen}</span></td>"
        f'<td>{_text(check.fix)}<br><span class="dim">{check.id}: {_text(check.why)}</span>'
        "</td></tr>"
    )


def _lists(report: Report) -> Iterable[str]:
    """What else there is to say: what is fixed, what nobody knows."""
    comparison = report.comparison
    if comparison:
        yield _list("Fixed since the baseline", map(gone, comparison.fixed))
        yield _list("In the baseline, and not looked for", map(gone, comparison.undecided))
    yield _list("Not read", (f"{each.what}: {each.why}" for each in report.unread))
    yield _list(
        "Not evaluated, or not with all that it takes: no pass",
        (
            f"{each.check} of {', '.join(each.kinds)}: {lacking(each)}"
            for each in report.not_evaluated
        ),
    )


def _list(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f"<h2>{_text(title)}</h2>\n<ul>{items}</ul>" if items else ""


def _text(said: str) -> str:
    return escape(printable(said))
