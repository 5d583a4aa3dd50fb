"""Keeps children running: starts again what ends or goes silent, and stops all of it in order."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kure.demo.child import Child
from kure.demo.process import bound_log
from kure.errors import KureError


class State(StrEnum):
    """How a child is, in the words that people see."""

    STARTING = "starting"
    RUNNING = "running"
    SILENT = "not answering"
    DOWN = "down"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Pace:
    """How fast a supervisor acts, in seconds."""

    backoff: tuple[float, ...] = (0.5, 1, 2, 5, 10, 30)
    """The waits before a child is started again; the last one repeats."""
    steady: float = 30
    """A child that ran this long begins with the first wait again."""
    probe: float = 5
    """Between two questions whether it answers."""
    silence: float = 60
    """One that gave no answer for so long is killed and started again."""
    farewell: float = 8
    """So long all of it may take to stop in order; what still runs then is killed."""


Report = Callable[[str, State, str], None]


class Supervisor:
    """Runs children in stages: those of a stage start and stop side by side, and stop before the
    stages that started before them. `report(name, state, detail)` is told of every change."""

    def __init__(self, report: Report, pace: Pace | None = None) -> None:
        self._report = report
        self._pace = pace or Pace()
        self._stages: list[Mapping[str, Child]] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._hurry = asyncio.Event()

    async def start(self, stage: Mapping[str, Child], *, required: bool) -> None:
        """Start a stage, and keep its children running from then on.

        A required child that cannot be started raises its KureError; any other is reported and
        tried again."""
        for child in stage.values():
            bound_log(child.log, 0)
        self._stages.append(dict(stage))  # the caller's may grow
        if required:
            first = [self._start(name, child) for name, child in stage.items()]
            for failure in await asyncio.gather(*first, return_exceptions=True):
                if failure:
                    raise failure
        for name, child in stage.items():
            keeper = self._keep(name, child, started=required)
            self._keepers.append(asyncio.create_task(keeper))

    async def run(self) -> None:
        """Keep everything running until cancelled."""
        await asyncio.gather(*self._keepers)

    async def stop(self) -> None:
        """Stop everything, the last stage first, in `Pace.farewell` seconds or little more."""
        deadline = asyncio.get_running_loop().call_later(self._pace.farewell, self.hurry)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for stage in reversed(self._stages):
            await asyncio.gather(*(self._stop(name, child) for name, child in stage.items()))
        deadline.cancel()

    def hurry(self) -> None:
        """Kill what `stop` still waits for."""
        self._hurry.set()

    async def _start(self, name: str, child: Child) -> None:
        self._report(name, State.STARTING, "")
        await child.start()
        self._report(name, State.RUNNING, "")

    async def _keep(self, name: str, child: Child, *, started: bool) -> None:
        backoff, failures = self._pace.backoff, 0
        while True:
            since = time.monotonic()
            try:
                if not started:
                    await self._start(name, child)
                why = await self._watch(name, child)
            except (KureError, OSError) as error:
                why = str(error)
            started = False
            if time.monotonic() - since > self._pace.steady:
                failures = 0
            delay = backoff[min(failures, len(backoff) - 1)]
            failures += 1
            self._report(name, State.DOWN, f"{why}; starts again in {delay:g} s")
            await asyncio.sleep(delay)

    async def _watch(self, name: str, child: Child) -> str:
        """Probe it until it ends, or was silent for too long and is killed. Returns what
        happened."""
        ended = asyncio.create_task(child.wait())
        silent_since: float | None = None
        try:
            while not (await asyncio.wait([ended], timeout=self._pace.probe))[0]:
                bound_log(child.log)
                if await child.answers():
                    if silent_since is not None:
                        self._report(name, State.RUNNING, "")
                    silent_since = None
                elif silent_since is None:
                    silent_since = time.monotonic()
                    self._report(name, State.SILENT, "")
                elif time.monotonic() - silent_since > self._pace.silence:
                    await child.kill()
                    return f"it gave no answer for {self._pace.silence:g} s"
            return ended.result()
        finally:
            ended.cancel()

    async def _stop(self, name: str, child: Child) -> None:
        """Stop it, or kill it as soon as there is a hurry."""
        stopping = asyncio.create_task(child.stop())
        hurry = asyncio.create_task(self._hurry.wait())
        await asyncio.wait([stopping, hurry], return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        stopping.cancel()
        await asyncio.gather(stopping, hurry, return_exceptions=True)
        if self._hurry.is_set():
            await child.kill()
        self._report(name, State.STOPPED, "")
