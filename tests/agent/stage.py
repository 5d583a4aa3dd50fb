"""The whole agent between a scripted API server and a recording API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agent.main import run
from kure.settings import Settings
from tests.agent.api_server import FakeApiServer
from tests.agent.recording_api import RecordingApi, Told

PATIENCE = 15


@dataclass
class Stage:
    """A cluster that plays a script, Kure's API, and settings that lead an agent to both."""

    cluster: FakeApiServer
    api: RecordingApi
    settings: Settings

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[None]:
        stop = asyncio.Event()
        running = asyncio.create_task(run(self.settings, stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(running, PATIENCE)

    async def told(self, what: str, uid: str, count: int = 1) -> Told:
        found = await self.api.wait_for(
            lambda one: one.what == what and one.body.get("uid") == uid, PATIENCE, count
        )
        return found[-1]

    def reports(self) -> list[tuple[str, str]]:
        """What was told of which pod, evidence and heartbeats apart, in order."""
        return [
            (one.what, one.body["uid"])
            for one in self.api.told
            if one.what in ("failed", "healthy", "gone")
        ]
