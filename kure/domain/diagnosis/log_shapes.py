"""How programs write that something is wrong: levels, structured lines, reports of a crash.

Everything here looks at one line, or walks forward over lines once: a log is up to 256 KiB and
hostile at worst.
"""

import json
import re
from collections.abc import Iterator
from enum import IntEnum
from typing import Any


class Level(IntEnum):
    """How urgent a line is; NONE: it does not complain."""

    NONE = 0
    INFO = 1
    WARNING = 2
    ERROR = 3
    FATAL = 4


LEVELS: dict[str, Level] = {
    **dict.fromkeys(("trace", "debug", "verbose", "info", "information", "notice", "log", "hint",
                     "detail", "statement", "i", "d"), Level.INFO),
    **dict.fromkeys(("warn", "warning", "w"), Level.WARNING),
    **dict.fromkeys(("error", "err", "severe", "e", "eror"), Level.ERROR),
    **dict.fromkeys(("fatal", "panic", "critical", "crit", "emerg", "emergency", "alert", "f",
                     "dpanic", "ftl"), Level.FATAL),
}  # fmt: skip

# Words in which programs complain. Checked on lower-case text.
COMPLAINT = re.compile(
    r"error|exception|fatal|panic|fail|cannot|can't|could not|couldn't|unable to|denied|refus"
    r"|not found|no such|invalid|missing|undefined|unexpected|traceback|critical|abort|timed out"
    r"|timeout|unhandled|segmentation fault|unrecognized|illegal|must |required|killed|not set"
    r"|not defined|unset|in use|expired|forbidden|exceeded|out of memory|no space|exhausted"
    r"|unknown|not allowed|not permitted|read-only|unsupported|usage:|too many|unavailable"
    r"|does not exist|doesn't exist|not exist|\beacces|enoent|emerg|is empty|unreachable|violates"
    r"|not installed|unresolved|unauthorized|no module|not support|insufficient|not enough"
)
# "0 errors", "no error", "errors=0", "failed: 0": a count of nothing is no complaint.
NOTHING = re.compile(
    r"\b(?:0|no) (?:error|failure|exception|fail)|(?:errors?|failed|failures?)[=: ]+0\b"
)
# A frame of a stack trace names a place, not a reason.
FRAME = re.compile(r'^(?:\s+(?:at\s|File "|from\s)|\s*\.\.\. \d+ more|\s{2,}\^|\s*--- End of)')

# A level as a word of its own near the start of a line, or as key=value.
LEVEL = re.compile(
    r"\b(?:level|lvl|severity|loglevel)[\"']?[=:] ?[\"']?(?P<keyed>[A-Za-z]+)"
    r"|(?<![\w./-])(?P<word>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|CRIT|FATAL"
    r"|PANIC|EMERG|ALERT|LOG|HINT|DETAIL|STATEMENT)(?=[\]:>|) \t-]|$)"
    r"|\[(?P<low>debug|info|notice|warn|warning|error|crit|alert|emerg)\]"
    r"|^(?P<glog>[IWEF])\d{4} \d\d:"
)
PINO = ((60, Level.FATAL), (50, Level.ERROR), (40, Level.WARNING), (0, Level.INFO))

# Where structured lines keep what they say.
LEVEL_KEYS = ("level", "severity", "lvl", "log.level", "loglevel", "levelname", "LogLevel",
              "@level", "Level", "@l", "priority")  # fmt: skip
MESSAGE_KEYS = ("msg", "message", "@message", "Message", "event", "text", "log", "@m", "@mt",
                "short_message", "textPayload")  # fmt: skip
ERROR_KEYS = ("error", "err", "exception", "Exception", "cause", "reason", "exc_info",
              "error.message", "stack_trace", "stack", "@x", "details")  # fmt: skip
MOST_JSON = 64 * 1024

LOGFMT = re.compile(r"(?:^|\s)(?:level|lvl|severity)=\"?\w")
PAIR = re.compile(
    r'(?:^|\s)(?P<key>[\w.]{1,40})=(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s"]+))'
)

# What stands before the words in the lines of many loggers.
STAMP = re.compile(
    r"^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d[\d.,]{0,10}"
    r"(?:Z| ?[+-]\d\d:?\d\d| UTC)?\]?:?\s{1,4}"
)


def structured(line: str) -> dict[str, Any] | None:
    """The fields of a line that is a JSON object, None where it is none."""
    line = line.strip()
    if not (line.startswith("{") and line.endswith("}")) or len(line) > MOST_JSON:
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def said(line: str) -> str:
    """The words of a line: message and error of a structured one, else without its time."""
    fields = structured(line)
    if fields is None and LOGFMT.search(line):
        fields = {
            pair["key"]: pair["quoted"] if pair["quoted"] is not None else pair["bare"]
            for pair in PAIR.finditer(line)
        }
    if fields is not None:
        parts = [_first(fields, MESSAGE_KEYS), _first(fields, ERROR_KEYS)]
        words = ": ".join(dict.fromkeys(part for part in parts if part))
        if words:
            return words
    return STAMP.sub("", line, count=1).strip()


def level_of(line: str) -> Level:
    """How urgent the line is. Without a level of its own, words that complain make it an error;
    where it is indented it belongs to another line, and counts little."""
    fields = structured(line)
    if fields is not None:
        return _level_of_fields(fields)
    if FRAME.match(line):
        return Level.NONE
    found = LEVEL.search(line[:160])
    level = LEVELS.get((found[found.lastgroup or 0] or "").lower()) if found else None
    if level is Level.FATAL or level is Level.ERROR:
        return Level.NONE if _counts_nothing(line) else level
    if not _complains(line):
        return Level.NONE
    if level is not None:
        return level
    return Level.WARNING if line[:1].isspace() else Level.ERROR


def _level_of_fields(fields: dict[str, Any]) -> Level:
    value = next((fields[key] for key in LEVEL_KEYS if key in fields), None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        level = next((level for least, level in PINO if value >= least), Level.INFO)
    else:
        level = LEVELS.get(str(value).lower(), Level.ERROR)
    words = " ".join((_first(fields, MESSAGE_KEYS), _first(fields, ERROR_KEYS)))
    return level if level >= Level.ERROR or _complains(words) else Level.NONE


def _first(fields: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = fields.get(key)
        if isinstance(value, dict):
            value = next((v for k in (*MESSAGE_KEYS, "stack") if (v := value.get(k))), "")
        if isinstance(value, str) and value.strip():
            return _headline(value)
    return ""


def _headline(text: str) -> str:
    """Of a trace inside one field, the exception's own line."""
    lines = text.strip().split("\n")
    if lines[0].startswith("Traceback (most"):
        return lines[-1]
    return lines[0]


def _complains(line: str) -> bool:
    low = line.lower()
    return bool(COMPLAINT.search(low)) and not NOTHING.search(low)


def _counts_nothing(line: str) -> bool:
    return bool(NOTHING.search(line.lower()))


# --- reports of a crash

TRACEBACK = "Traceback (most recent call last):"
EXCEPTION = re.compile(r"[\w.<>]+(?::.*)?\r?$")
CHAINED = re.compile(r"During handling of the above|The above exception was the direct")
# How a stack of Java, JavaScript or .NET goes on.
AT = re.compile(r"\s+at \S")
NAMED = re.compile(
    r"^(?:(?:Caused by: |Suppressed: |Uncaught |Unhandled exception\.? ?|Exception in thread "
    r"|\s*---> )"
    r"|\s*(?:\[[^\]]{0,60}\] )?[\w.$/]{1,200}(?:Error|Exception|Rejection)\b)"
)
ALONE = re.compile(
    r"panic: |fatal error: |Unhandled exception|Exception in thread |Caused by: "
    r"|thread '[^']*' (?:\(\d+\) )?panicked at|PHP Fatal error: |(?:PHP )?Fatal error: "
    r"|FATAL ERROR: |Fatal Python error|\S{1,200}\.rb:\d+:in .*\([\w:]+\)$|runtime: out of memory"
)
# Go's stacks: what follows a panic, until the end.
GOROUTINE = re.compile(r"goroutine \d+ |\[signal |\t|exit status \d|created by |[\w./*()]{1,300}\(")
# A source line that Node shows above its error: its file, the line, a mark under it.
EXCERPT = re.compile(r"(?:node:|file:///|/)\S{1,400}:\d+$")

# How far above its first frame a stack's headline may stand, and how long a traceback may be.
ABOVE = 8
LONGEST_TRACEBACK = 1000


def reports(lines: list[str]) -> tuple[list[int], frozenset[int]]:
    """The numbers, counted from 1, of the lines that name an exception, and those of the lines
    that only belong to such a report."""
    heads: set[int] = set()
    body: set[int] = set()
    for index, line in enumerate(lines):
        if TRACEBACK in line or CHAINED.match(line):
            body.add(index + 1)
        if TRACEBACK in line:
            heads.update(_traceback(lines, index, body))
        elif ALONE.match(line):
            heads.add(_alone(lines, index) + 1)
            body.add(index + 1)
        elif AT.match(line):
            body.add(index + 1)
            if index and not AT.match(lines[index - 1]):
                heads.update(_headline_above(lines, index, body))
        elif line.startswith(("goroutine ", "[signal ")):
            body.update([*_goroutines(lines, index, body)])
        elif EXCERPT.match(line):
            body.update(range(index + 1, index + 4))
    return sorted(heads), frozenset(body - heads)


def _traceback(lines: list[str], index: int, body: set[int]) -> Iterator[int]:
    """Of Python: after the frames, among which lines of standard output may stand (the runtime
    mixes both), the first line that is an exception."""
    indent = len(lines[index]) - len(lines[index].lstrip())
    for at in range(index + 1, min(len(lines), index + LONGEST_TRACEBACK)):
        if TRACEBACK in lines[at]:
            return
        if EXCEPTION.match(lines[at][indent:]):
            yield at + 1
            return
        if lines[at][:1].isspace():
            body.add(at + 1)


def _alone(lines: list[str], index: int) -> int:
    """Rust writes its message below the place."""
    below = index + 1
    if "panicked at" in lines[index] and lines[index].endswith(":") and below < len(lines):
        return below
    return index


def _headline_above(lines: list[str], index: int, body: set[int]) -> Iterator[int]:
    for at in range(index - 1, max(-1, index - ABOVE), -1):
        if AT.match(lines[at]):
            return
        if NAMED.match(lines[at]):
            body.update(range(at + 2, index + 1))
            yield at + 1
            return


def _goroutines(lines: list[str], index: int, body: set[int]) -> Iterator[int]:
    for at in range(index, min(len(lines), index + LONGEST_TRACEBACK)):
        if at + 1 in body:
            return
        if lines[at] and not GOROUTINE.match(lines[at]):
            return
        yield at + 1
