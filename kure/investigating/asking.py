"""Asking a model, once: the providers in their order, each as far as it may be asked, until one
answers; every call known before it is made, every answer stored before it is told.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from time import perf_counter
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.models.defaults import cost, price_of
from kure.adapters.patience import patiently
from kure.adapters.postgres.models import breakers, calls
from kure.adapters.postgres.models.calls import Answer, Begun, NewCall, Refused, Turn
from kure.adapters.postgres.models.settings import Current, ModelSettings
from kure.adapters.postgres.pool import Pool
from kure.contracts.models import Provider
from kure.domain.models.breaker import left_alone
from kure.domain.models.conversation import Prompt, Reply, Usage
from kure.errors import Conflict, InvalidInput, ModelFailed
from kure.investigating.choosing import (
    ALL_OFF,
    SOON,
    Place,
    Skipped,
    most_usd,
    nobody,
    not_allowed,
)
from kure.ports import Model

# A turn that was cut off in flight is asked once more, since each time may cost something.
MOST_LOST = 2
CUT_OFF = (
    "No model was asked again: two calls of this turn were cut off in flight, and each may have "
    "cost something. Ask again by hand if it matters."
)


NOTHING = Usage()


@dataclass(frozen=True)
class Called:
    """What a call came to, for whoever counts. `outcome` is a Reply's `stop`, or that of
    ModelFailed."""

    provider: str
    outcome: str
    seconds: float
    usage: Usage = NOTHING
    usd: Decimal = Decimal()


def _untold(called: Called) -> None:
    """Nobody counts."""


@dataclass
class Asking:
    """One worker's way to models. `models` gives a provider's; `called` is told of each call."""

    pool: Pool
    cipher: Cipher
    current: Current
    models: Callable[[Provider], Model]
    clock: Callable[[], datetime]
    called: Callable[[Called], None] = _untold
    _rooms: dict[str, tuple[int, asyncio.Semaphore]] = field(default_factory=dict)

    async def ask(self, investigation_id: UUID, turn: int, prompt: Prompt, place: Place) -> Reply:
        """The answer of a turn; one that is stored is not asked for again.

        Conflict, which is final, says why nobody may be asked, or that the turn was cut off twice,
        or that the investigation is over. ModelFailed where no provider answers now; its
        `retry_after_seconds` is when one of them may be asked again.
        """
        of = Turn(investigation_id, turn)
        known = await calls.stored(self.pool, self.cipher, of)
        if known is not None:
            return known
        lost = await calls.take_over(self.pool, of, self.clock())
        settings, skipped = await self.current(), list[Skipped]()
        if settings.providers and not settings.enabled:
            raise Conflict(ALL_OFF)
        for provider in settings.enabled:
            if lost >= MOST_LOST:
                raise Conflict(CUT_OFF)
            found, is_cut = await self._try(settings, provider, of, prompt, place)
            if isinstance(found, Reply):
                return found
            skipped.append(found)
            lost += is_cut
        raise nobody(skipped, self.clock())

    async def _try(
        self, settings: ModelSettings, provider: Provider, of: Turn, prompt: Prompt, place: Place
    ) -> tuple[Reply | Skipped, bool]:
        """What one provider says, or why it said nothing; and whether it was cut off."""
        breaker = settings.breaker(provider)
        if why := not_allowed(provider, settings.rules, place):
            return Skipped(why), False
        left = await breakers.look(self.pool, breaker, self.clock())
        if left.until is not None:  # nobody queues up for it
            why = left_alone(provider.id, left.until, left.error)
            return Skipped(why, left.until), False
        most = most_usd(provider, prompt)
        call = NewCall(of, provider, breaker, most, settings.rules.budget)
        try:
            reply = await self.once(call, prompt)
        except InvalidInput as error:
            return Skipped(str(error)), False
        except ModelFailed as error:
            until = await self._until(breaker)
            return Skipped(str(error), until), error.outcome == "cut"
        if isinstance(reply, Refused):
            return Skipped(reply.why, reply.until), False
        return reply.reply, False

    async def _until(self, breaker: str) -> datetime:
        """When a provider that has failed may be asked again."""
        now = self.clock()
        return (await breakers.look(self.pool, breaker, now)).until or now + SOON

    async def once(self, call: NewCall, prompt: Prompt) -> Answer | Refused:
        """Make one call and store what came of it. ModelFailed where it fails, InvalidInput where
        the provider has no address."""
        model = self.models(call.provider)
        async with self._room(call.provider):
            begun = await calls.begin(self.pool, call, self.clock())
            if isinstance(begun, Refused):
                return begun
            return await self._made(begun, call.provider, model, prompt)

    async def _made(self, begun: Begun, provider: Provider, model: Model, prompt: Prompt) -> Answer:
        began = perf_counter()
        try:
            reply = await model.ask(prompt)
        except ModelFailed as failure:
            error, seconds = failure, perf_counter() - began
            self.called(Called(provider.id, error.outcome, seconds))
            await self._kept(
                lambda: calls.failed(self.pool, begun, error, _ms(seconds), self.clock())
            )
            raise
        except asyncio.CancelledError:
            await asyncio.shield(calls.abandoned(self.pool, begun, self.clock()))
            raise
        seconds = perf_counter() - began
        usd = cost(reply.usage, price_of(provider))
        answer = Answer(reply, usd, _ms(seconds))
        await self._kept(
            lambda: calls.answered(self.pool, self.cipher, begun, answer, self.clock())
        )
        self.called(Called(provider.id, reply.stop, seconds, reply.usage, usd))
        return answer

    async def _kept(self, store: Callable[[], Awaitable[None]]) -> None:
        """What was paid for is not lost because the database is away for a moment, or because
        nobody waits for it any more."""
        storing = asyncio.create_task(patiently(store))
        try:
            await asyncio.shield(storing)
        except asyncio.CancelledError:
            await storing
            raise

    @asynccontextmanager
    async def _room(self, provider: Provider) -> AsyncIterator[None]:
        """At most so many calls of a provider are under way in this worker."""
        most, room = self._rooms.get(provider.id, (0, asyncio.Semaphore()))
        if most != provider.at_once:
            most, room = provider.at_once, asyncio.Semaphore(provider.at_once)
            self._rooms[provider.id] = most, room
        async with room:
            yield


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
