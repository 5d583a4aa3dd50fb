"""A process that can be started again after it has ended, and what every such process shares."""

import signal
from abc import ABC, abstractmethod
from asyncio.subprocess import Process
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from kure.demo.process import stop, stop_stranger, wait_until

STOP_SECONDS = 4.0


class Child(ABC):
    """One of the processes that make up Kure on one machine."""

    farewells: ClassVar[tuple[signal.Signals, ...]] = (signal.SIGTERM,)
    """What asks it to end, mildest first; SIGKILL follows by itself."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """None when it does not run."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    @abstractmethod
    async def start(self) -> str:
        """Return where it can be reached, once it answers. A KureError says why it does not."""

    @abstractmethod
    async def answers(self) -> bool:
        """Whether it answers now."""

    async def wait(self) -> str:
        """Return when it has ended, with how."""
        if self._process is None:  # adopted: the system tells its end to its own parent only
            await wait_until(lambda: self.pid is None, float("inf"))
            return "it ended"
        code = await self._process.wait()
        return f"it ended with {signal.Signals(-code).name if code < 0 else f'code {code}'}"

    async def stop(self) -> None:
        """End it in order, then by force."""
        await self._end(*self.farewells)

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        await self._end(signal.SIGKILL)

    async def _end(self, *signals: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            await stop(self._process, signals=signals, seconds=STOP_SECONDS)
        elif pid := self.pid:
            await stop_stranger(pid, signals=signals, seconds=STOP_SECONDS)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
