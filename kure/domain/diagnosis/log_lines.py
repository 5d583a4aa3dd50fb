"""Finding the lines of a log that say why a program ended."""

import re

# Words in which programs complain. Checked on lower-case text.
COMPLAINT = re.compile(
    r"error|exception|fatal|panic|fail|cannot|can't|could not|couldn't|unable to|denied|refused"
    r"|not found|no such|invalid|missing|undefined|unexpected|traceback|critical|abort|timed out"
    r"|timeout|unhandled|segmentation fault|unrecognized|illegal|must be|required|killed"
)
# "0 errors", "no error", "errors=0", "failed: 0": a count of nothing is no complaint.
NOTHING = re.compile(
    r"\b(?:0|no) (?:error|failure|exception|fail)|(?:errors?|failed|failures?)[=: ]+0\b"
)

# A frame of a stack trace names a place, not a reason.
FRAME = re.compile(r'\s+(?:at\s|File "|from\s)|\s*\.\.\. \d+ more')

# How far up the reason may stand, and how many lines of it are shown.
NEWEST = 200
SHOWN = 3


def last_complaints(text: str) -> list[tuple[int, str]]:
    """The last lines that complain, oldest first, each with its number counted from 1."""
    return [(number, line) for number, line in _newest(text) if _complains(line)][-SHOWN:]


def last_line(text: str) -> list[tuple[int, str]]:
    """The last line that is not empty, with its number; nothing where there is none."""
    return _newest(text.rstrip())[-1:]


def line_number(text: str, position: int) -> int:
    """The number of the line that holds the character at `position`, counted from 1."""
    return text.count("\n", 0, position) + 1


def _newest(text: str) -> list[tuple[int, str]]:
    lines = text.split("\n")
    first = max(0, len(lines) - NEWEST)
    return [(number, line) for number, line in enumerate(lines[first:], first + 1) if line.strip()]


def _complains(line: str) -> bool:
    low = line.lower()
    return bool(COMPLAINT.search(low)) and not NOTHING.search(low) and not FRAME.match(line)
