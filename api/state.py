"""What the routes need, opened once at start and handed to them as typed dependencies."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from api.auth import Person, Tokens
from api.hub import Hub
from api.identity import AgentIdentity, Agents
from api.limits import Limit
from api.relay import Starter
from api.reporting import Reporting
from kure.adapters.crypto import Keyring
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.pool import Pool
from kure.errors import TooOften
from kure.settings import Settings


@dataclass(frozen=True)
class State:
    """One API process."""

    settings: Settings
    tokens: Tokens
    keyring: Keyring
    pool: Pool
    evidence: EvidenceTable
    temporal: Client
    starter: Starter
    hub: Hub
    wake_relay: Callable[[], None]
    clock: Callable[[], datetime]
    agents: Agents
    limit: Limit
    reporting: Reporting
    stopping: asyncio.Event


def _state(request: Request) -> State:
    state: State = request.app.state.kure
    return state


def signed_in(request: Request) -> Person:
    """Whoever asks; NotSignedIn or AccessDenied otherwise."""
    return _state(request).tokens.person(request)


async def _agent(request: Request) -> AgentIdentity:
    token = request.headers.get("x-service-token", "")
    return await _state(request).agents.identify(token)


async def _reporter(request: Request) -> AgentIdentity:
    kure, agent = _state(request), await _agent(request)
    try:
        kure.limit.take(agent.key)
    except TooOften:
        kure.reporting.counts[request.url.path.rpartition("/")[2], "throttled"] += 1
        raise
    return agent


Kure = Annotated[State, Depends(_state)]
# Until roles exist, whoever is signed in may read and write.
Reader = Annotated[Person, Depends(signed_in)]
Writer = Annotated[Person, Depends(signed_in)]
# The agent that asks, with its cluster: always from its token, never from the body. A Reporter is
# one whose message counts towards its limit.
Agent = Annotated[AgentIdentity, Depends(_agent)]
Reporter = Annotated[AgentIdentity, Depends(_reporter)]
