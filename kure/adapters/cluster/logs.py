"""How much of a log is asked for, and how much of that is kept."""

from kure.domain.log_cut import Cut
from kure.ports import LogText

# The kubelet's `limitBytes` stops at the oldest of the wanted lines, and the newest are lost. So
# it only guards against gigabytes: where a log is cut off by it, fewer lines are asked for. Far
# more are read than kept: a crash may have begun long before the newest thousand lines.
MOST_READ = 8 * 1024 * 1024
FEWER_LINES = (10_000, 1000, 100, 10, 1)


class Tail:
    """Takes a log in pieces and remembers its newest 1,000 lines and 256 KiB, and the start of its
    last crash."""

    def __init__(self) -> None:
        self._cut = Cut()
        self.bytes_seen = 0

    def feed(self, piece: bytes) -> None:
        self.bytes_seen += len(piece)
        self._cut.feed(piece)

    def text(self, most_lines: int) -> LogText:
        """What is worth keeping of a log that was asked for one line more than `most_lines`."""
        text, truncated = self._cut.text(most_lines + 1)
        return LogText(text, truncated)
