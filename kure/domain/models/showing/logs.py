"""The lines of a log that a model gets to see."""

from itertools import pairwise

from kure.domain.capture import Stream
from kure.domain.models.choosing import gap, preferred_of_log
from kure.domain.models.showing.text import MOST_BYTES, REMARK_BYTES, Shown, short_line, size

# How many lines around each one that has the text.
AROUND = 5
LONGEST_REMARK = 40


def log(pod: str, container: str, stream: Stream, text: str, containing: str) -> Shown | None:
    """Of a log, redacted whole, the most telling lines; or the newest that have a text, with those
    around them. None where no line has it."""
    lines = text.rstrip("\n").split("\n")
    if containing:
        wanted = containing.lower()
        having = [at for at, line in enumerate(lines) if wanted in line.lower()]
        if not having:
            return None
        order = [at + off for off in _outwards() for at in reversed(having)]
    else:
        order = list(preferred_of_log(container, stream, text, lines))
    shown = _chosen(lines, order)
    told = list(_with_gaps(lines, shown))
    return Shown(f"Pod/{pod}", "\n".join(told), len(shown) < len(lines), container, stream)


def _outwards() -> list[int]:
    return [0, *(sign * off for off in range(1, AROUND + 1) for sign in (-1, 1))]


def _chosen(lines: list[str], order: list[int]) -> list[int]:
    """As many as may be shown, each with room for a remark on what is left out before it."""
    room, chosen = MOST_BYTES - REMARK_BYTES, set[int]()
    for at in order:
        if at in chosen or not 0 <= at < len(lines):
            continue
        neighbours = {at - 1, at + 1} & chosen
        room -= size(short_line(lines[at])) + (0 if neighbours else LONGEST_REMARK)
        if room < 0:
            break
        chosen.add(at)
    return sorted(chosen)


def _with_gaps(lines: list[str], chosen: list[int]) -> list[str]:
    told: list[str] = []
    for before, at in pairwise([-1, *chosen, len(lines)]):
        if left_out := at - before - 1:
            told.append(gap(left_out))
        if at < len(lines):
            told.append(short_line(lines[at]))
    return told
