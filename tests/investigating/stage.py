"""Providers that are set, an incident that is investigated, models that do what they are told."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kure.adapters.crypto import Keyring
from kure.adapters.postgres.models import investigations, settings
from kure.adapters.postgres.models.settings import Current, ModelSettings
from kure.adapters.postgres.pool import Pool, transaction
from kure.contracts.models import Budget, ModelRules, Price, Provider, ProviderKind
from kure.domain.models.conversation import Prompt, Reply, Usage
from kure.errors import ModelFailed
from kure.ids import new_id
from kure.investigating.asking import Asking, Called
from tests.postgres import old
from tests.postgres.old import NOW

CIPHER = Keyring((("1", b"k" * 32),)).cipher("models")
PLACE = ("prod", "shop")
PROMPT = Prompt("system", "question", (), (), {"type": "object"}, 1000)
REPLY = Reply("answer", '{"cause": "x"}', (), Usage(100, 10), "small-1")
# A dollar for a thousand tokens, read or said.
PRICE = Price.model_validate({"input": 1000, "output": 1000, "cached": 0})


def provider(name: str, **more: Any) -> Provider:
    known: dict[str, Any] = {
        "kind": ProviderKind.COMPATIBLE, "model": "small", "base_url": "https://93.184.215.14/v1",
        "key": f"key-of-{name}-0123",
    }  # fmt: skip
    return Provider(id=name, **(known | more))


async def put(
    pool: Pool, *providers: Provider, budget: Budget | None = None, **rules: Any
) -> ModelSettings:
    """Set providers; everything may go outside."""
    before = await settings.read(pool, CIPHER)
    known: dict[str, Any] = {"outside_namespaces": ["*/*"], "budget": budget or Budget()}
    wanted = ModelSettings(before.version, ModelRules(**(known | rules)), providers)
    await settings.write(pool, CIPHER, wanted, before, "ada", NOW)
    return await settings.read(pool, CIPHER)


async def investigated(
    pool: Pool, incident_id: UUID | None = None, run: UUID | None = None
) -> UUID:
    """An investigation that is under way."""
    incident_id = incident_id or await old.incident(pool, "open", NOW)
    async with transaction(pool) as connection:
        begun = await investigations.begin(connection, incident_id, run or new_id(), None, NOW)
    return begun.id


def failing(outcome: str, *, sent: bool = False, retry_after: int = 0) -> ModelFailed:
    return ModelFailed(
        f"The provider failed: {outcome}.", outcome, sent=sent, retry_after_seconds=retry_after
    )


@dataclass
class Scripted:
    """A model that says what is next, or fails so; the last thing is said for ever. `gate` holds
    up what it says."""

    says: deque[Reply | ModelFailed]
    asked: int = 0
    under_way: int = 0
    most_under_way: int = 0
    gate: asyncio.Event | None = None

    async def ask(self, prompt: Prompt) -> Reply:
        self.asked += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.gate is not None:
                await self.gate.wait()
            said = self.says.popleft() if len(self.says) > 1 else self.says[0]
        finally:
            self.under_way -= 1
        if isinstance(said, ModelFailed):
            raise said
        return said

    async def listed(self) -> Sequence[str]:
        return ["small", "large"]


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Stage:
    """Workers that share a database; each provider's model by its id."""

    pool: Pool
    clock: Clock = field(default_factory=Clock)
    models: dict[str, Scripted] = field(default_factory=dict)
    called: list[Called] = field(default_factory=list)

    def model(self, name: str, *says: Reply | ModelFailed) -> Scripted:
        self.models[name] = Scripted(deque(says or (REPLY,)))
        return self.models[name]

    def worker(self) -> Asking:
        current = Current(self.pool, CIPHER, self.clock)
        return Asking(
            self.pool, CIPHER, current, lambda one: self.models[one.id], self.clock,
            self.called.append,
        )  # fmt: skip

    async def rows(self) -> list[Any]:
        return list(await self.pool.fetch("SELECT * FROM model_calls ORDER BY id"))
