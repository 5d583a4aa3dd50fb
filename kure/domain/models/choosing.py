"""Which lines of a captured text tell most, where not all of them can be told."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, zip_longest

from kure.domain.diagnosis.facts import Log
from kure.domain.diagnosis.log_signals import signals_of
from kure.domain.models.quoting import shown_line
from kure.domain.models.subject import Item
from kure.domain.models.tokens import tokens

# Of how many logs it is asked why they end, the most telling ones: it takes 10 ms for 256 KiB. Of
# the others complaints are told, the start and the newest lines.
MOST_ASKED = 6
# Of how many telling lines of a log the surroundings are told, and how much of these.
MOST_SIGNALS = 12
ABOVE, BELOW, BELOW_REPORT = 3, 6, 20
# Signals but for crashes are looked for among the newest lines; these words anywhere. How many such
# lines are told.
LOUD = ("ERROR", "FATAL", "CRITICAL", "PANIC", "Error:", "Exception", "panic:", "fatal", '"error"',
        "=error", "[error]")  # fmt: skip
MOST_LOUD = 20
# A log that was cut begins with the start of its last crash.
FIRST_LINES = 12

# What an event says, in the order of its YAML; the rest is identity.
TELLING_FIELDS = re.compile(r"-|  (?:reason|message|count|lastTimestamp|eventTime):")
SECTION = re.compile(r"(?P<key>[A-Za-z]\w*):")

TOKENS_OF_GAP = 12


def gap(left_out: int) -> str:
    """What stands for lines that are not told."""
    return f"({left_out} lines left out)"


def mark(number: int, line: int) -> str:
    """What a quoted line of evidence begins with; `line` counts from 1."""
    return f"E{number}:{line}"


def cost(number: int, line: int, text: str) -> int:
    """Tokens of the line as it is quoted."""
    return tokens(f"{mark(number, line)}| {shown_line(text)}\n")


def kept(number: int, item: Item, most_tokens: int) -> list[int]:
    """The lines to tell, counted from 0, in their order: the most telling ones that fit, with what
    is said of those left out between them; all where all do."""
    lines, chosen, left = item.lines, set[int](), most_tokens - TOKENS_OF_GAP
    if _fit(number, lines, most_tokens):
        return [*range(len(lines))]
    for index in _preferred(item, lines, is_asked=number <= MOST_ASKED):
        if index in chosen or not 0 <= index < len(lines):
            continue
        left -= cost(number, index + 1, lines[index])
        left -= 0 if {index - 1, index + 1} & chosen else TOKENS_OF_GAP
        if left < 0:
            break
        chosen.add(index)
    return sorted(chosen)


def _fit(number: int, lines: list[str], most_tokens: int) -> bool:
    for index, line in enumerate(lines, 1):
        most_tokens -= cost(number, index, line)
        if most_tokens < 0:
            return False
    return True


def _preferred(item: Item, lines: list[str], *, is_asked: bool) -> Iterable[int]:
    """Lines, the most telling first; may name one twice."""
    is_log = item.kind == "log" or bool(item.stream)
    if is_log and is_asked:
        return preferred_of_log(item.container, item.stream, item.text, lines)
    if is_log:
        return _loud_and_newest(lines)
    if item.kind == "events":
        telling = (index for index, line in enumerate(lines) if TELLING_FIELDS.match(line))
        return chain(telling, range(len(lines)))
    return _of_object(lines)


def preferred_of_log(container: str, stream: str, text: str, lines: list[str]) -> Iterator[int]:
    """The lines of a log, counted from 0: those that tell why it ended, what is around them,
    other complaints, the start, and the newest. May name one twice, or one that is not there."""
    found = signals_of(Log(container, stream, text))[:MOST_SIGNALS]
    yield from (signal.number - 1 for signal in found)
    for signal in found:
        at = signal.number - 1
        below = BELOW_REPORT if signal.report else BELOW
        yield from range(at - 1, at - 1 - ABOVE, -1)
        yield from range(at + 1, at + 1 + below)
    yield from _loud_and_newest(lines)


def _loud_and_newest(lines: list[str]) -> Iterator[int]:
    loud = (at for at in range(len(lines) - 1, -1, -1) if any(w in lines[at] for w in LOUD))
    yield from islice(loud, MOST_LOUD)
    yield from range(min(FIRST_LINES, len(lines)))
    yield from range(len(lines) - 1, -1, -1)


def _of_object(lines: list[str]) -> Iterator[int]:
    """Of a manifest what is wanted and what is, in turn; who it is comes last."""
    sections: dict[str, list[int]] = {}
    key = ""
    for index, line in enumerate(lines):
        if found := SECTION.match(line):
            key = found["key"]
        sections.setdefault(key, []).append(index)
    turns = zip_longest(sections.pop("status", []), sections.pop("spec", []))
    yield from (index for pair in turns for index in pair if index is not None)
    metadata = sections.pop("metadata", [])
    yield from chain.from_iterable(sections.values())
    yield from metadata
