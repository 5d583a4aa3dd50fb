"""The time as Temporal's server has it.

Whether a mirror's time is up, how long it has held and what a sweep deletes must not hang on the
clock of the machine that a worker happens to run on.
"""

import time
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from kure.adapters.clock import utc_now

# Of so many attempts the one that came here quickest tells the time: each was on its way a while.
# Few enough that a server whose clock is set is believed soon.
ATTEMPTS = 32


class ServerClock:
    """Learns the time from each attempt of an activity, which says when the server gave it out, and
    counts on from there; until the first one came it is this machine's."""

    def __init__(self) -> None:
        self._starts: deque[datetime] = deque(maxlen=ATTEMPTS)

    def __call__(self) -> datetime:
        return max(self._starts) + _since_start() if self._starts else utc_now()

    def learn(self, given_out: datetime) -> None:
        """An attempt has just come here that the server gave out at that time."""
        self._starts.append(given_out.astimezone(UTC) - _since_start())


def _since_start() -> timedelta:
    """A count of seconds that nobody sets."""
    return timedelta(seconds=time.monotonic())


class ClockInterceptor(Interceptor):
    """Lets a clock learn from every attempt; to stand before all that asks it."""

    def __init__(self, clock: ServerClock) -> None:
        self._clock = clock

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._clock)


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, clock: ServerClock) -> None:
        super().__init__(next)
        self._clock = clock

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        info = activity.info()
        if not info.is_local:  # the server knows nothing of those
            self._clock.learn(info.started_time)
        return await super().execute_activity(input)
