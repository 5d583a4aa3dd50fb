"""What the routes need, opened once at start and handed to them as typed dependencies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from api.auth import Person, Tokens
from api.hub import Hub
from api.relay import Starter
from kure.adapters.crypto import Keyring
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.pool import Pool
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


def _state(request: Request) -> State:
    state: State = request.app.state.kure
    return state


def signed_in(request: Request) -> Person:
    """Whoever asks; NotSignedIn or AccessDenied otherwise."""
    return _state(request).tokens.person(request)


def _cluster(request: Request) -> str:
    return _state(request).tokens.agent_cluster(request)


Kure = Annotated[State, Depends(_state)]
# Until roles exist, whoever is signed in may read and write.
Reader = Annotated[Person, Depends(signed_in)]
Writer = Annotated[Person, Depends(signed_in)]
# The cluster of the agent that asks: always from its token, never from the body.
AgentCluster = Annotated[str, Depends(_cluster)]
