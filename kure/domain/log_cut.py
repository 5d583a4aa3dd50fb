"""A long log cut to what tells most: the start of its last crash, and its newest lines.

A panic of two thousand goroutines, or a trace of many causes, pushes its own first line out of the
newest thousand, and that line says what happened.
"""

import re
from collections import deque

MOST_LINES = 1000
MOST_BYTES = 256 * 1024

# Of the start of a crash; never more than a quarter of the whole.
CRASH_LINES = 100
CRASH_BYTES = 64 * 1024

# A line may stand in a node's file in pieces as small as this, which `tailLines` counts as lines.
PIECE = 4096

TOO_LONG = b"(a line that is too long was left out)\n"
LONGEST_REMARK = 64
REMARK = re.compile(rb"\((\d+) lines were left out here\)\n?")

# Lines that begin the report of a crash: the runtimes of Go, Python, Java, Node, .NET, Rust, Ruby
# and PHP, C's abort and segmentation fault, and what loggers call fatal.
BEGINS = re.compile(
    rb"^panic: |^fatal error: |^SIG[A-Z]+: |^\[?signal SIG|^runtime: out of memory"
    rb"|Traceback \(most recent call last\)|^Fatal Python error"
    rb"|Exception in thread |OutOfMemoryError|A fatal error has been detected by the Java"
    rb"|Uncaught |[Uu]ncaught[ A-Z]?[Ee]xception|FATAL ERROR: "
    rb"|^node:\S+:\d+$|^/\S+\.[cm]?[jt]s:\d+$"
    rb"|Unhandled ?[Ee]xception|[Uu]nhandled(?: ?[Pp]romise)? ?[Rr]ejection"
    rb"|^thread '.*' (?:\(\d+\) )?panicked at|^\S+\.rb:\d+:in .*\((?:\w|::)+\)$"
    rb"|PHP Fatal error: |^Fatal error: "
    rb"|[Ss]egmentation fault|^terminate called|^\*\*\* |^==\d+==ERROR: |[Oo]ut of memory"
    rb"|\bFATAL\b|level\"?[=:] ?\"?(?:fatal|panic)|^F\d{4} "
)

# Words of which each of these has one: to look for them first costs a tenth.
HINTS = (
    *(b"panic", b"fatal", b"Fatal", b"FATAL", b"SIG", b"Traceback", b"in thread", b"thread '"),
    *(b"OutOfMemory", b"ncaught", b"nhandled", b"node:", b"js:", b"ts:", b".rb:", b"*** "),
    *(b"tation fault", b"terminate called", b"==ERROR: ", b"ut of memory", b"\nF"),
)

# The line before the first frame of a Java, JavaScript or .NET stack begins one, whatever it says.
FRAME = re.compile(rb"(?:\t| {2,})at \S")
FRAME_HINTS = (b"\tat ", b"  at ")

# What a report goes on with: its frames and causes, and in Go's the other goroutines.
GOES_ON = re.compile(
    rb"\s|at |Caused by|Suppressed|During handling|The above exception|Traceback|goroutine |created"
    rb"|\[signal|File \"|from |stack backtrace|note: |---|#\d|[\w.:]*(?:Error|Exception)\b"
    rb"|[\w./*()\[\]{}-]+\(.*\)$"
)


class Cut:
    """Takes a log in pieces, oldest first, and holds no more of it than it will give back."""

    def __init__(self, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> None:
        self.most_lines = most_lines
        self.most_bytes = most_bytes
        self.pieces_seen = 0
        self._rest = b""
        self._is_too_long = self._has_overlong = False
        self._number = self._held = self._size = 0
        self._newest: deque[bytes] = deque()
        self._start: Start | None = None
        self._is_in_report = False
        self._before = b""

    def feed(self, piece: bytes) -> None:
        """The next bytes of the log."""
        whole, newline, rest = piece.rpartition(b"\n")
        if not newline:
            self._hold(rest)
            return
        first, newline, others = (whole + newline).partition(b"\n")
        self._hold(first)
        self._take(self._rest + newline, may_begin=True)
        self._rest, self._is_too_long = b"", False
        may_begin = self._is_in_report or any(hint in piece for hint in (*HINTS, *FRAME_HINTS))
        for line in others.split(b"\n")[:-1]:
            self._take(line + b"\n", may_begin=may_begin)
        self._hold(rest)

    def text(self, asked_lines: int | None = None) -> tuple[str, bool]:
        """What is kept, and whether anything was left out. Lines are never cut: half a line may
        hold a secret without the word that tells so. `asked_lines` is how many lines the log was
        asked for: where it gave as many, its first line may be half of one."""
        if self._rest or self._is_too_long:
            self._take(self._rest, may_begin=True)
            self._rest, self._is_too_long = b"", False
        is_half = asked_lines is not None and self.pieces_seen >= asked_lines
        if is_half and self._held == self._number:
            self._let_go()
        if is_half and self._start and self._start.number == 0:
            self._start = None
        kept = b"".join([*self._crash(), *self._newest])
        shown = kept.decode(errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
        return shown, is_half or self._has_overlong or self._held < self._number

    def _crash(self) -> list[bytes]:
        """The crash's first lines where they are not among the newest, which give way to them."""
        if not self._start or not self._start.lines:
            return []
        if self._start.number >= self._number - self._held:
            return []
        lines = self._start.lines
        size = sum(map(len, lines)) + LONGEST_REMARK
        while self._newest and (
            len(lines) + 1 + len(self._newest) > self.most_lines
            or size + self._size > self.most_bytes
        ):
            self._let_go()
        first = self._number - self._held
        between = first - self._start.number - len(lines)
        if between <= 0:
            return lines[: first - self._start.number]
        return [*lines, b"(%d lines were left out here)\n" % between]

    def _hold(self, more: bytes) -> None:
        """The beginning of a line. One that is too long is not remembered."""
        self._is_too_long = self._is_too_long or len(self._rest) + len(more) >= self.most_bytes
        self._rest = b"" if self._is_too_long else self._rest + more

    def _take(self, line: bytes, *, may_begin: bool) -> None:
        if self._is_too_long or len(line) > self.most_bytes:
            self._has_overlong, line = True, TOO_LONG
            self.pieces_seen += self.most_bytes // PIECE
        self.pieces_seen += 1 + len(line) // PIECE
        if may_begin:
            self._look_for_a_crash(line)
        elif self._start:
            self._start.take(line)
        self._before = line
        self._number += _count(line)
        self._held += _count(line)
        self._size += len(line)
        self._newest.append(line)
        while len(self._newest) > self.most_lines or self._size > self.most_bytes:
            self._let_go()

    def _let_go(self) -> None:
        oldest = self._newest.popleft()
        self._held -= _count(oldest)
        self._size -= len(oldest)

    def _look_for_a_crash(self, line: bytes) -> None:
        if self._is_in_report and GOES_ON.match(line):
            pass
        elif FRAME.match(line) and self._before:
            self._is_in_report = True
            self._start = Start(self._number - 1, self.most_bytes // 4)
            self._start.take(self._before)
        elif any(hint in b"\n" + line for hint in HINTS) and BEGINS.search(line):
            self._is_in_report = True
            self._start = Start(self._number, self.most_bytes // 4)
        else:
            self._is_in_report = False
        if self._start:
            self._start.take(line)


class Start:
    """The first lines of a crash's report; `number` counts the lines before it."""

    def __init__(self, number: int, most_bytes: int) -> None:
        self.number = number
        self.lines: list[bytes] = []
        self._room = min(most_bytes, CRASH_BYTES)

    def take(self, line: bytes) -> None:
        if len(self.lines) == CRASH_LINES or len(line) > self._room or REMARK.fullmatch(line):
            self._room = 0
            return
        self._room -= len(line)
        self.lines.append(line)


def _count(line: bytes) -> int:
    """How many lines of the log this one stands for: a log that was cut before says how many."""
    remark = REMARK.fullmatch(line) if line.startswith(b"(") else None
    return int(remark[1]) if remark else 1
