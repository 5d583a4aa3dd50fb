"""The newest part of a log, in whole lines."""

from collections import deque

from kure.ports import LogText

MOST_KEPT = 256 * 1024

# The kubelet's `limitBytes` stops at the oldest of the wanted lines, and the newest are lost. So
# it only guards against gigabytes: where a log is cut off by it, fewer lines are asked for.
MOST_READ = 8 * 1024 * 1024
FEWER_LINES = (1000, 100, 10, 1)


class Tail:
    """Takes a log in pieces and remembers its newest 256 KiB."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self.bytes_seen = 0

    def feed(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        self.bytes_seen += len(piece)
        while self._size - len(self._pieces[0]) > self._most:
            self._size -= len(self._pieces.popleft())

    def text(self, most_lines: int) -> LogText:
        """The newest lines. Lines are never cut: half a line may hold a secret without the word
        that tells so. A line that is too long by itself is replaced by a remark."""
        kept = b"".join(self._pieces)
        truncated = self.bytes_seen > self._most
        if truncated:
            # One byte more, so that a line which just fits is known to be whole.
            _, newline, kept = kept[-self._most - 1 :].partition(b"\n")
            if not newline or not kept:
                kept = b"(a line longer than 256 KiB was left out)\n"
        lines = kept.decode(errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
        split = lines.split("\n")
        last = 1 if split[-1] == "" else 0
        if len(split) - last > most_lines:
            split, truncated = split[-most_lines - last :], True
        return LogText("\n".join(split), truncated)
