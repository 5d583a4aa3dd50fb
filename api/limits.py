"""How much one caller may ask for in a minute: a bucket of tokens each, in memory."""

import math
from collections.abc import Callable
from time import monotonic

from kure.errors import TooOften

MOST_CALLERS = 10_000


class Limit:
    """So many in a minute, all at once or evenly: a bucket that fills up steadily."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, caller: str) -> None:
        """Count one. TooOften where the caller has none left."""
        now = self._clock()
        left, at = self._buckets.pop(caller, (self._most, now))
        left = min(self._most, left + (now - at) * self._most / 60)
        if len(self._buckets) >= MOST_CALLERS:
            # The one that has asked for nothing longest: its bucket is the fullest.
            del self._buckets[next(iter(self._buckets))]
        self._buckets[caller] = (left - 1 if left >= 1 else left, now)
        if left < 1:
            wait = math.ceil((1 - left) * 60 / self._most)
            raise TooOften(
                f"This token has used up its {self._most:.0f} reports a minute "
                f"(KURE_REPORTS_PER_MINUTE); there is room again in {wait} s.",
                wait,
            )
