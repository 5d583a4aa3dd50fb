"""Live cases side by side on one cluster, watched by one agent."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from agent.main import run
from kure.adapters.cluster.client import connect
from kure.adapters.cluster.credentials import Access
from kure.settings import Settings
from tests.agent.recording_api import TOKEN, RecordingApi, Told, recording_api
from tests.cluster.live.hands import Hands
from tests.cluster.live.shorthand import Case

PATIENCE = 120

# How many cases start in the same moment: as the node starts seven pods a second.
AT_ONCE = 12


@dataclass
class Stage:
    """Where cases are played, and what the agent told of each."""

    api: RecordingApi
    hands: Hands
    _starting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def failed(self, case: Case) -> list[Told]:
        """The reports of failures in its namespace, and of its Nodes."""
        return [one for one in self.api.told if one.what == "failed" and _is_of(case, one)]

    async def told(self, case: Case, classes: Sequence[str], seconds: float) -> list[Told]:
        """Its reports of one of these classes, once there is one."""
        return await self.api.wait_for(
            lambda one: (
                one.what == "failed" and _is_of(case, one) and bool({*one.classes} & {*classes})
            ),
            seconds,
        )

    async def play(self, case: Case) -> None:
        """All of a case, from its namespace to its last step."""
        async with self._starting:
            await self.hands.set_up(case)
        await self.hands.play(case)


@asynccontextmanager
async def stage(
    agent: Settings, admin: Settings, access: Access, graces: Mapping[str, float]
) -> AsyncIterator[Stage]:
    """A stage with an agent that watches it, and has seen what was there before."""
    async with recording_api() as api, connect(admin) as cluster:
        api.graces = dict(graces)
        settings = agent.model_copy(update={"api_url": api.url, "service_token": SecretStr(TOKEN)})
        stop = asyncio.Event()
        hands = Hands(access, cluster)
        watching = asyncio.create_task(run(settings, stop))
        try:
            await api.wait_for(lambda one: one.what == "heartbeat", PATIENCE)
            yield Stage(api, hands)
        finally:
            stop.set()
            await asyncio.wait_for(watching, PATIENCE)
            await hands.aclose()


def owners_of(told: Sequence[Told]) -> set[tuple[str, str]]:
    """Kind and name of whom the reports blame."""
    return {_owner(one.body) for one in told}


def _owner(body: dict[str, Any]) -> tuple[str, str]:
    owner = body.get("owner") or {}
    return owner.get("kind", ""), owner.get("name", "")


def _is_of(case: Case, told: Told) -> bool:
    namespace = told.body.get("namespace")
    return namespace == case.namespace or (
        not namespace and told.body.get("name") in case.cluster_wide
    )
