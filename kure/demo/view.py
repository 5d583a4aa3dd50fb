"""What the terminal shows: where Kure is, how its parts are, and what happens.

Whatever is told may come from a cluster, so it is shown as text and nothing else: no markup, no
control characters.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import IO, Protocol, Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from kure.contracts.incidents import IncidentRow, Status
from kure.demo.supervisor import State

LOOKS = {
    State.STARTING: ("◌", "yellow"),
    State.RUNNING: ("●", "green"),
    State.SILENT: ("◑", "yellow"),
    State.DOWN: ("✖", "red"),
    State.STOPPED: ("○", "dim"),
}
REFRESHES_PER_SECOND = 4
FAILING = (Status.OPEN, Status.REGRESSED)
COLOURS = {Status.OPEN: "red", Status.REGRESSED: "magenta"}
FEWEST = 3


class Terminal(Console):
    """Standard output. Where its reader goes away (`kure demo | head`) we go on in silence, so that
    stopping still works; rich would end the process."""

    def __init__(self, file: IO[str] | None = None) -> None:
        super().__init__(file=file, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        self.quiet = True


class View(Protocol):
    """Where the demo says things."""

    def place(self, name: str, where: str) -> None:
        """Where something is to be found: an address, a folder."""
        ...

    def part(self, name: str, state: State, detail: str = "") -> None:
        """A part of Kure has changed."""
        ...

    def tell(self, text: str) -> None:
        """Something has happened."""
        ...

    def incidents(self, rows: Iterable[IncidentRow]) -> None:
        """All incidents that are known, as they are now."""
        ...


class Lines(AbstractContextManager["Lines"]):
    """One line for each thing: for logs, pipes and small terminals."""

    def __init__(self, console: Console, clock: Callable[[], datetime]) -> None:
        self._console = console
        self._clock = clock

    def place(self, name: str, where: str) -> None:
        self._line(Text(f"{name:<12} {where}"))

    def part(self, name: str, state: State, detail: str = "") -> None:
        text = f"{name}: {state}"
        self.tell(f"{text}: {detail}" if detail else text)

    def tell(self, text: str) -> None:
        self._line(Text(f"{self._clock():%H:%M:%S}  {printable(text)}"))

    def incidents(self, rows: Iterable[IncidentRow]) -> None:
        """Each has been told when it changed."""

    def _line(self, text: Text) -> None:
        with suppress(OSError):  # whoever read it is gone; stopping must still work
            self._console.print(text, soft_wrap=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None


class Screen(AbstractContextManager["Screen"]):
    """Addresses and parts stay at the bottom; what happens scrolls by above them and can be
    scrolled back to."""

    def __init__(self, console: Console, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._places: dict[str, str] = {}
        self._parts: dict[str, tuple[State, str]] = {}
        self._failing: list[IncidentRow] = []
        self._console = console
        self._exit = ExitStack()
        self._live = Live(
            console=console,
            get_renderable=self._render,
            refresh_per_second=REFRESHES_PER_SECOND,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._exit.enter_context(self._live)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):
            self._exit.close()

    def place(self, name: str, where: str) -> None:
        self._places[name] = where

    def part(self, name: str, state: State, detail: str = "") -> None:
        self._parts[name] = (state, detail)
        if state is State.DOWN:
            self.tell(f"{name}: {detail}")

    def tell(self, text: str) -> None:
        moment = Text(f"{self._clock():%H:%M:%S}  ", style="dim")
        with suppress(OSError):
            self._console.print(moment.append(printable(text), style="default"), soft_wrap=True)

    def incidents(self, rows: Iterable[IncidentRow]) -> None:
        failing = [row for row in rows if row.status in FAILING]
        self._failing = sorted(failing, key=lambda row: row.last_seen, reverse=True)

    def _render(self) -> Group:
        places = Table.grid(padding=(0, 2))
        for name, where in self._places.items():
            places.add_row(Text(name, style="dim"), Text(where, overflow="fold"))
        parts = Text("  ").join(
            Text(f"{LOOKS[state][0]} {name} {state}", style=LOOKS[state][1])
            for name, (state, _) in self._parts.items()
        )
        stop = Text("Ctrl-C stops it.", style="dim")
        return Group(Text(), *self._incidents(), parts, places, stop)

    def _incidents(self) -> list[Table | Text]:
        """The newest that fail, one line each, in at most a third of the screen."""
        if not self._failing:
            return []
        room = max(self._console.height // 3, FEWEST)
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True, style="dim", justify="right")
        table.add_column(no_wrap=True, max_width=self._console.width // 3, overflow="ellipsis")
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for row in self._failing[:room]:
            name = Text(printable(f"{row.namespace}/{row.name}"), style=COLOURS.get(row.status, ""))
            age = show_age(self._clock() - row.first_seen)
            table.add_row(age, name, Text(printable(row.summary)))
        further = len(self._failing) - room
        told: list[Table | Text] = [Text(f"{len(self._failing)} failing", style="bold"), table]
        if further > 0:
            told.append(Text(f"and {further} more, at the address below", style="dim"))
        return [*told, Text()]


def show_age(age: timedelta) -> str:
    """The largest unit that fits: 42s, 7m, 3h, 12d."""
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def printable(text: str) -> str:
    """The text without what could steer a terminal: every control or format character becomes a
    replacement character, line breaks a space."""
    flat = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "�" for letter in flat)


def view(console: Console, clock: Callable[[], datetime], *, plain: bool = False) -> Lines | Screen:
    """A screen where there is a terminal and none said `plain`, else lines."""
    is_screen = console.is_terminal and not plain
    return Screen(console, clock) if is_screen else Lines(console, clock)
