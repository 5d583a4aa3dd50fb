"""How many live streams there may be: of one session, and of one API process."""

from collections import Counter

from kure.errors import TooOften, Unavailable

MOST, MOST_EACH = 1200, 5
RETRY_SECONDS = 15


class Places:
    """Counts the streams that are open."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def take(self, session: str) -> None:
        """Open one. TooOften where the session has too many, Unavailable where all have."""
        if self._taken[session] >= MOST_EACH:
            raise TooOften(
                f"This session has {MOST_EACH} live streams open already, the most there may be. "
                "Close one, or ask for the lists meanwhile.",
                RETRY_SECONDS,
            )
        if self.taken >= MOST:
            raise Unavailable(
                f"All {MOST} live streams of this API process are taken; ask for the lists "
                "meanwhile, or run another replica."
            )
        self._taken[session] += 1

    def leave(self, session: str) -> None:
        """Close one."""
        self._taken[session] -= 1
        if not self._taken[session]:
            del self._taken[session]

    @property
    def taken(self) -> int:
        return self._taken.total()
