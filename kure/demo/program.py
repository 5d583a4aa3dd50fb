"""Kure's own processes as children: the API, the workers, the agent."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import httpx2

from kure.demo.child import Child
from kure.demo.process import POLL_SECONDS, log_tail, spawn, wait_until
from kure.errors import Unavailable

START_SECONDS = 60.0  # a first import on a busy machine
PROBE_SECONDS = 2.0
SETTLE_SECONDS = 2.0

Probe = Callable[[], Awaitable[bool]]


class Program(Child):
    """`python -m <module> <words>` with its own environment.

    `probe` asks whether it answers; without one, a program that still runs after `settle` seconds
    is taken to."""

    def __init__(
        self,
        module: str,
        log: Path,
        env: Mapping[str, str],
        probe: Probe | None = None,
        settle: float = SETTLE_SECONDS,
        words: Sequence[str] = (),
    ) -> None:
        super().__init__(log)
        self._settle = settle
        self._module = module
        self._words = words
        self._env = env
        self._probe = probe

    async def start(self) -> str:
        """Start it and return its module's name once it answers."""
        deadline = time.monotonic() + START_SECONDS
        # -P: a folder `api` where we were started must not be taken for ours
        command = [sys.executable, "-P", "-m", self._module, *self._words]
        self._process = await spawn(command, self.log, env=self._env)
        if self._probe is None:
            await wait_until(lambda: self.pid is None, self._settle)
        while not await self.answers():
            if self.pid is None:
                raise Unavailable(f"Cannot start {self._module}: {await self.wait()}")
            if time.monotonic() > deadline:
                await self.kill()
                raise Unavailable(
                    f"Cannot start {self._module}: it gave no answer in {START_SECONDS:.0f} s; "
                    f"see {self.log}"
                )
            await asyncio.sleep(POLL_SECONDS)
        return self._module

    async def answers(self) -> bool:
        """Whether it runs and, if there is a way to ask, answers."""
        return self.pid is not None and (self._probe is None or await self._probe())

    async def wait(self) -> str:
        """Return when it has ended, with how, and its last words."""
        how = await super().wait()
        words = await asyncio.to_thread(log_tail, self.log, 1)
        return f"{how}: {words}" if words else how


def http_probe(url: str) -> Probe:
    """A probe of a plain HTTP address that takes any answer below 500 for a yes."""

    async def probe() -> bool:
        try:
            async with httpx2.AsyncClient(
                timeout=PROBE_SECONDS,
                trust_env=False,
                verify=False,  # no TLS here; loading the certificates takes longer than the call
            ) as client:
                return (await client.get(url)).status_code < httpx2.codes.INTERNAL_SERVER_ERROR
        except httpx2.HTTPError:
            return False

    return probe
