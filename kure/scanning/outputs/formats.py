"""The forms in which a report is told."""

from collections.abc import Callable
from enum import StrEnum

from kure.scanning.outputs.csv import csv_of
from kure.scanning.outputs.html import html_of
from kure.scanning.outputs.junit import junit_of
from kure.scanning.outputs.sarif import sarif_of
from kure.scanning.report import Report


class Format(StrEnum):
    """For people, for programs, for code hosts, for CI servers, for spreadsheets, for browsers."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    CSV = "csv"
    HTML = "html"


def _json_of(report: Report) -> str:
    return report.model_dump_json(indent=2) + "\n"


WRITERS: dict[Format, Callable[[Report], str]] = {
    Format.JSON: _json_of,
    Format.SARIF: sarif_of,
    Format.JUNIT: junit_of,
    Format.CSV: csv_of,
    Format.HTML: html_of,
}
"""Of all but the text, which the terminal has a say in."""
