"""What the routes need, opened once at start and handed to them as typed dependencies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection
from temporalio.client import Client

from api.auth import People
from api.exclusions import Exclusions
from api.health import Health
from api.hub import Hub
from api.identity import AgentIdentity, Agents
from api.limits import Limit
from api.mirror_runs import MirrorRuns
from api.monitor import Messages
from api.oidc import Oidc
from api.places import Places
from api.refusals import Refusals, writes
from api.relay import Starter
from api.reporting import Reporting
from kure.adapters.crypto import Cipher, Keyring
from kure.adapters.passwords import Passwords
from kure.adapters.postgres import audit
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.pool import Pool
from kure.domain.access.person import Person
from kure.domain.access.roles import Role
from kure.errors import AccessDenied, KureError, TooOften
from kure.settings import Settings


@dataclass(frozen=True)
class State:
    """One API process."""

    settings: Settings
    people: People
    passwords: Passwords
    oidc: Oidc | None
    keyring: Keyring
    pool: Pool
    evidence: EvidenceTable
    temporal: Client
    starter: Starter
    mirror_runs: MirrorRuns
    mirror_cipher: Cipher
    hub: Hub
    exclusions: Exclusions
    places: Places
    monitor: Messages
    wake_relay: Callable[[], None]
    clock: Callable[[], datetime]
    agents: Agents
    limit: Limit
    reporting: Reporting
    refusals: Refusals
    stopping: asyncio.Event
    health: Health


def _state(connection: HTTPConnection) -> State:
    state: State = connection.app.state.kure
    return state


async def signed_in(connection: HTTPConnection) -> Person:
    """Whoever asks; NotSignedIn or AccessDenied otherwise."""
    kure = _state(connection)
    with kure.refusals.of_nobody(connection):
        return await kure.people.person(connection, kure.clock())


Reader = Annotated[Person, Depends(signed_in)]


async def _writer(request: Request, person: Reader) -> AsyncIterator[Person]:
    async with _noted(request, person):
        _check(person, Role.WRITE)
        yield person


async def _admin(request: Request, person: Reader) -> AsyncIterator[Person]:
    async with _noted(request, person):
        _check(person, Role.ADMIN)
        if not person.scopes.everything:
            raise AccessDenied("This token sees a part only; what admins do is about everything.")
        yield person


async def _in_browser(request: Request, person: Reader) -> AsyncIterator[Person]:
    async with _noted(request, person):
        if not person.key.startswith("session/"):
            raise AccessDenied("An API token may not do this: sign in on the dashboard.")
        yield person


def _check(person: Person, needed: Role) -> None:
    if not person.role.covers(needed):
        raise AccessDenied(
            f"This needs the role {needed}; you have {person.role}. An admin can change that."
        )


@asynccontextmanager
async def _noted(request: Request, person: Person) -> AsyncIterator[None]:
    """Writes into the audit log what somebody who is signed in was refused to change."""
    try:
        yield
    except KureError as error:
        if writes(request):
            kure, name = _state(request), request.scope["route"].name
            target = request.url.path.removeprefix("/api/")[:500]
            detail = {"why": str(error)[:500]}
            await audit.write(kure.pool, kure.clock(), person.name, name, target, "refused", detail)
        raise


async def _agent(request: Request) -> AgentIdentity:
    token, kure = request.headers.get("x-service-token", ""), _state(request)
    with kure.refusals.of_nobody(request):
        return await kure.agents.identify(token)


async def _reporter(request: Request) -> AgentIdentity:
    kure, agent = _state(request), await _agent(request)
    try:
        kure.limit.take(agent.key)
    except TooOften:
        kure.reporting.counts[request.url.path.rpartition("/")[2], "throttled"] += 1
        raise
    return agent


Kure = Annotated[State, Depends(_state)]
# A Writer and an Admin may do so, and what they are refused is noted. Somebody InBrowser has a
# session: what a token that was stolen must not prolong itself with.
Writer = Annotated[Person, Depends(_writer)]
Admin = Annotated[Person, Depends(_admin)]
InBrowser = Annotated[Person, Depends(_in_browser)]
# The agent that asks, with its cluster: always from its token, never from the body. A Reporter is
# one whose message counts towards its limit.
Agent = Annotated[AgentIdentity, Depends(_agent)]
Reporter = Annotated[AgentIdentity, Depends(_reporter)]
