"""How much of a text is shown to a model at its wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# Of one wish, and of one line of it.
MOST_BYTES = 16 * 1024
LONGEST_LINE = 2000
# Room for the remark that something is missing.
REMARK_BYTES = 100


@dataclass(frozen=True)
class Shown:
    """What is shown: `subject` is the object (`Pod/web-0`), for logs with `container` and `stream`;
    `truncated` where there was more."""

    subject: str
    text: str
    truncated: bool = False
    container: str = ""
    stream: Literal["", "current", "previous"] = ""


def bounded(subject: str, text: str) -> Shown:
    """Whole lines from the start, as many as may be shown; how many are left out is said."""
    lines = [short_line(line) for line in text.rstrip("\n").split("\n")]
    shown = fitting(lines, MOST_BYTES - REMARK_BYTES)
    missing = len(lines) - len(shown)
    remark = [f"({missing} more lines are not shown)"] if missing else []
    return Shown(subject, "\n".join([*shown, *remark]), truncated=bool(missing))


def fitting(lines: Iterable[str], most_bytes: int) -> list[str]:
    found: list[str] = []
    for line in lines:
        most_bytes -= size(line)
        if most_bytes < 0:
            break
        found.append(line)
    return found


def short_line(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    return f"{line[:LONGEST_LINE]} (… {len(line) - LONGEST_LINE} more characters)"


def size(line: str) -> int:
    return len(line.encode(errors="replace")) + 1
