"""A report as people read it."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from kure.contracts.incidents import CauseView
from kure.diagnosing.report import Finding, Report, Source, WorkloadView
from kure.diagnosing.text import Printer, summary
from kure.domain.diagnosis.fixes import Operation, Patch
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine, Severity

LONG = "a sentence of several words that goes on and on " * 5
COMMAND = f"kubectl set image deployment cart app=registry.example.com/{'x' * 100}  --flag 'a  b'"


def cause() -> CauseView:
    path = "/spec/replicas"
    patch = Patch("apps/v1", "Deployment", "shop", "cart", (Operation("replace", path, 2),))
    made = Cause(
        rule="A01",
        failure_class="ImagePullBackOff",
        container="app",
        title="Image cart:2 does not exist",
        explanation=LONG,
        confidence=Confidence.DEFINITIVE,
        evidence=(EvidenceLine("log", "Pod/cart-1/app/previous", "12", "ERROR no \x1b[31mred"),),
        fix="Correct it.",
        commands=(COMMAND, "echo \x1b]0;title\x07"),
        patch=patch,
        blames=Blamed("data", "Deployment", "redis"),
    )
    return CauseView.of(made, {})


def report(*severities: Severity) -> Report:
    findings = [
        Finding(
            workload=WorkloadView(namespace="shop", kind="Deployment", name=f"cart-{number}"),
            severity=severity,
            failing=3,
            causes=[cause()],
            unavailable=["No log of it"],
        )
        for number, severity in enumerate(severities)
    ]
    return Report(
        source=Source(kind="cluster", name="here"),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        scope="namespace shop",
        looked_at={"Pod": 1, "Service": 2},
        findings=findings,
        unavailable=["Cannot list nodes: 403"],
    )


def printed(found: Report, *, terminal: bool) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        width=80,
        highlight=False,
        markup=False,
        emoji=False,
    )
    Printer(console).report(found)
    return file.getvalue()


def test_nothing_from_a_cluster_steers_the_terminal() -> None:
    text = printed(report(Severity.HIGH), terminal=False)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "title" not in text, "a command that was changed could do something else"


@pytest.mark.parametrize("terminal", [True, False])
def test_what_can_be_pasted_stays_whole(*, terminal: bool) -> None:
    text = printed(report(Severity.HIGH), terminal=terminal)
    assert f"$ {COMMAND}" in text
    assert "kubectl patch deployment cart -n shop --type=json" in text


def test_a_terminal_has_colour_and_lines_that_fit() -> None:
    text = printed(report(Severity.CRITICAL), terminal=True)
    assert "\x1b[1;31mCRITICAL" in text
    assert LONG not in text


def test_a_pipe_has_a_line_for_each_thing() -> None:
    lines = printed(report(Severity.HIGH), terminal=False).splitlines()
    assert lines[0] == "HIGH  Deployment shop/cart-0  (3 objects of it fail)"
    assert f"     Why: {LONG.strip()}" in lines
    assert "     [1] log Pod/cart-1/app/previous 12: ERROR no �[31mred" in lines
    assert "     Mend first: Deployment data/redis" in lines
    assert "     Patch: not tried" in lines
    assert "     - No log of it" in lines
    assert "  - Cannot list nodes: 403" in lines


@pytest.mark.parametrize(
    ("severities", "said"),
    [
        ((), "Nothing fails. Looked at 1 pod and 2 other objects (namespace shop)."),
        ((Severity.LOW,), "1 workload fails: 1 low. "),
        (
            (Severity.HIGH, Severity.CRITICAL, Severity.HIGH),
            "3 workloads fail: 1 critical, 2 high. ",
        ),
    ],
)
def test_the_counts_are_at_the_end(severities: tuple[Severity, ...], said: str) -> None:
    assert summary(report(*severities)).startswith(said)
