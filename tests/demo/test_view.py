"""What the terminal shows of texts that come from a cluster."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from kure.contracts.incidents import IncidentRow
from kure.demo.follow import Story
from kure.demo.supervisor import State
from kure.demo.view import Lines, Screen, Terminal, printable, show_age, view

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def row(**changes: object) -> dict[str, object]:
    """An incident's row as the stream carries it."""
    return {
        "id": "1",
        "cluster": "local",
        "namespace": "shop",
        "kind": "Deployment",
        "name": "cart",
        "status": "open",
        "severity": "high",
        "classes": ["ImagePull"],
        "summary": "The image does not exist",
        "pods_failing": 1,
        "pods_seen": 1,
        "regressions": 0,
        "diagnosing": False,
        "first_seen": NOW.isoformat(),
        "last_seen": NOW.isoformat(),
        "version": 1,
        **changes,
    }


def step(**changes: object) -> dict[str, object]:
    """A run's step as the stream carries it."""
    made = {
        "step": "1",
        "name": "gather",
        "attempt": 1,
        "state": "done",
        "summary": "Read the pod",
        "started_at": NOW.isoformat(),
        **changes,
    }
    return {"run_id": "r", "incident_id": "1", "step": made}


def shown(text: str) -> str:
    output = io.StringIO()
    Lines(Console(file=output, width=40), lambda: NOW).tell(text)
    return output.getvalue()


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[2Jb\x07c\u202ed") == "a�[2Jb�c�d"


def test_line_breaks_become_spaces() -> None:
    assert printable("one\r\n two\tthree") == "one two three"


def test_markup_is_text() -> None:
    assert shown("[red]x[/red] :smile:") == "03:04:05  [red]x[/red] :smile:\n"


def test_a_long_line_stays_one_line() -> None:
    assert shown("word " * 40).count("\n") == 1


def test_a_reader_that_went_away_stops_nothing() -> None:
    class Gone(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError

    lines = Lines(Terminal(Gone()), lambda: NOW)
    lines.part("api", State.STOPPED)
    lines.tell("on it goes")


def test_a_terminal_gets_a_screen_with_every_part_in_words() -> None:
    output = io.StringIO()
    made = view(Console(file=output, force_terminal=True, width=200), lambda: NOW)
    assert isinstance(made, Screen)
    with made:
        made.place("Kure", "http://127.0.0.1:8080/#code=T")
        made.part("api", State.RUNNING)
        made.part("agent", State.DOWN, "it ended with SIGKILL")
    text = output.getvalue()
    for expected in ("api running", "agent down", "it ended with SIGKILL", "8080/#code=T"):
        assert expected in text


def test_an_incident_is_told_with_its_workload_and_why() -> None:
    line = Story().tell("incident.created", {"summary": row()})
    assert line == "shop/Deployment/cart open: The image does not exist"


def test_an_update_that_people_cannot_see_is_not_told() -> None:
    story = Story()
    story.begin(IncidentRow.model_validate(row()))
    assert story.tell("incident.updated", {"summary": row(version=2, pods_seen=2)}) is None


def test_a_resolved_incident_says_how() -> None:
    summary = row(status="resolved", resolution="recovered")
    line = Story().tell("incident.updated", {"summary": summary})
    assert line == "shop/Deployment/cart resolved (recovered)"


def test_a_step_is_told_when_it_is_over_with_the_incident_it_is_for() -> None:
    story = Story()
    story.tell("incident.created", {"summary": row()})
    assert story.tell("run.step", step(state="running")) is None
    assert story.tell("run.step", step()) == "  shop/Deployment/cart Read the pod: done"
    failed = step(state="failed", error="no answer")
    assert (
        story.tell("run.step", failed) == "  shop/Deployment/cart Read the pod: failed: no answer"
    )


def test_a_step_that_is_tried_again_for_the_same_reason_is_told_once() -> None:
    story = Story()
    assert story.tell("run.step", step(state="retrying", error="no answer"))
    assert not story.tell("run.step", step(state="retrying", error="no answer", attempt=2))
    assert story.tell("run.step", step(state="retrying", error="not found", attempt=3))


def test_an_event_of_a_newer_release_is_said_to_be_one() -> None:
    line = Story().tell("incident.created", {"summary": {"id": "1"}})
    assert line == "an event that this release cannot read: incident.created"


def test_heartbeats_are_not_told() -> None:
    assert Story().tell("hb", {"now": NOW.isoformat(), "seq": 1}) is None


def screen(*rows: dict[str, object], height: int = 30, width: int = 80) -> str:
    """What the screen shows of these incidents, a minute after they began."""
    console = Console(file=io.StringIO(), width=width, height=height)
    shown = Screen(console, lambda: NOW + timedelta(minutes=1))
    shown.incidents(map(IncidentRow.model_validate, rows))
    with console.capture() as captured:
        console.print(shown._render())
    return captured.get()


def test_the_screen_shows_what_fails_with_its_age_and_cause() -> None:
    lines = screen(row(), row(id="2", name="well", status="resolved")).splitlines()
    assert "1 failing" in lines[1]
    assert [part.strip() for part in lines[2].split("  ") if part.strip()] == [
        *("1m", "shop/cart"),
        "The image does not exist",
    ]
    assert not any("well" in line for line in lines)


def test_more_than_fits_is_counted() -> None:
    many = [row(id=str(number), name=f"w{number}") for number in range(40)]
    assert "and 30 more" in screen(*many)


def test_a_long_cause_stays_on_its_line() -> None:
    lines = screen(row(summary="x" * 500), width=60).splitlines()
    assert len([line for line in lines if "xx" in line]) == 1


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (7200, "2h"), (9e5, "10d")],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, shown: str) -> None:
    assert show_age(timedelta(seconds=seconds)) == shown


def test_plain_lines_are_for_those_who_say_so() -> None:
    terminal = Console(file=io.StringIO(), force_terminal=True)
    assert isinstance(view(terminal, lambda: NOW, plain=True), Lines)
    assert isinstance(view(terminal, lambda: NOW), Screen)
