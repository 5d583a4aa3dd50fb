"""An outbox between a test and Kure's API."""

import asyncio
import json

from pydantic import SecretStr

from agent.api import Api
from agent.report import Kind, Outbox
from agent.spool import Spool
from kure.settings import Settings
from tests.agent.recording_api import TOKEN, RecordingApi

PATIENCE = 15


class Sender:
    """An outbox that can be started late: until then the API is as good as away."""

    def __init__(self, server: RecordingApi, spool: Spool | None = None) -> None:
        self.api = Api(Settings(api_url=server.url, service_token=SecretStr(TOKEN)))
        self.lost: list[str] = []
        self.outbox = Outbox(self.api, self.lost.append, spool)
        self._running: asyncio.Task[None] | None = None

    def put(
        self, uid: str, kind: Kind, text: str = "", *, after: asyncio.Event | None = None
    ) -> None:
        async def prepare() -> bytes:
            if after:
                await after.wait()
            return json.dumps({"uid": uid, "text": text}).encode()

        self.outbox.put(uid, kind, asyncio.create_task(prepare()))

    def start(self) -> None:
        self._running = asyncio.create_task(self.outbox.run())

    async def all_told(self) -> None:
        await asyncio.wait_for(self.outbox.drained(), PATIENCE)

    async def stop(self) -> None:
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])
        self.outbox.close()
        await self.api.aclose()
