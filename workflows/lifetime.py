"""How long something may live: a durable end that may be moved, or come at once."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import ActivityError

T = TypeVar("T")

_NONE = timedelta(0)


class Lifetime:
    """`ends_at` is None until it is known; `ended` says why it was ended before, '' where it was
    not. `farewell` is how long it takes to be gone: so much before its end it is over."""

    def __init__(self, farewell: timedelta = timedelta(0)) -> None:
        self.ends_at: datetime | None = None
        self.ended = ""
        self._farewell = farewell

    def end(self, why: str) -> None:
        """It is over now; the first reason stands."""
        self.ended = self.ended or why

    @property
    def is_over(self) -> bool:
        return bool(self.ended) or (self.ends_at is not None and self._rest(self.ends_at) <= _NONE)

    def _rest(self, ends_at: datetime) -> timedelta:
        return ends_at - self._farewell - workflow.now()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds, but no longer than this life."""
        while not (holds() or self.is_over):
            known = self.ends_at
            rest = None if known is None else self._rest(known)
            try:
                await workflow.wait_condition(
                    lambda: holds() or bool(self.ended) or self.ends_at != known,  # noqa: B023
                    timeout=rest,
                )
            except TimeoutError:
                continue

    async def during(
        self, work: Coroutine[Any, Any, T], cut_off: Callable[[], bool] = lambda: False
    ) -> T | None:
        """What the work gives; None where this life ended first, or `cut_off` came to hold: then
        the work is cancelled."""
        working = asyncio.create_task(work)
        await self.until(lambda: working.done() or cut_off())
        cut = not working.done()
        if cut:
            working.cancel()
        try:
            return await working
        except (asyncio.CancelledError, ActivityError):
            if not cut:
                raise
            return None
