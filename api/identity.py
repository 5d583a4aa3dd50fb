"""Which agent asks: by the static token of its cluster, or by the token that Kubernetes projects
into its pod.

A static token is bound to no node. A projected one is that of a pod on a node, as the API server
says itself (TokenReview); who leads is whom the Lease names.
"""

import asyncio
import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from api.service_tokens import ServiceTokens
from kure.adapters.cluster.tokens import OwnCluster
from kure.adapters.postgres.reach import Reach
from kure.errors import AccessDenied, NotSignedIn
from kure.settings import Settings

AUDIENCE = "kure"
LONGEST_TOKEN = 8192
KNOWN_SECONDS, REFUSED_SECONDS = 60.0, 10.0
MOST_KNOWN = 10_000
MOST_REVIEWS = 8
HOLDER_SECONDS = 2.0


@dataclass(frozen=True)
class AgentIdentity:
    """`key` stands for the token where the token itself must not be: a hash of it. `node` and `pod`
    are None for a token that is bound to no node."""

    cluster: str
    key: str
    node: str | None = None
    pod: str | None = None

    def __str__(self) -> str:
        return f"agent {self.cluster}" + (f"/{self.node} ({self.pod})" if self.pod else "")


@dataclass(frozen=True)
class _Known:
    identity: AgentIdentity | None
    until: float


class Agents:
    """Knows agents by their tokens. What a review said is kept for a minute, a refusal for ten
    seconds; a token is never reviewed twice at once."""

    def __init__(
        self,
        settings: Settings,
        tokens: ServiceTokens,
        cluster: OwnCluster,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._settings = settings
        self._tokens = tokens
        self._cluster = cluster
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Task[AgentIdentity | None]] = {}
        self._places = asyncio.Semaphore(MOST_REVIEWS)
        self._holder, self._read_at = "", float("-inf")
        self._reading = asyncio.Lock()

    async def identify(self, token: str) -> AgentIdentity:
        """NotSignedIn for a token that nobody was given; ClusterUnavailable where it cannot be
        checked now."""
        if not token:
            raise NotSignedIn("A report needs its cluster's token in the header X-Service-Token.")
        key = hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
        cluster = await self._tokens.cluster(token)
        if cluster is not None:
            return AgentIdentity(cluster, key)
        identity = await self._projected(token, key) if self._is_for_us(token) else None
        if identity is None:
            raise NotSignedIn(
                "The service token is not one that this server knows: neither a cluster's static "
                f"token nor a projected token of {self._settings.agent_account} for the audience "
                f"{AUDIENCE!r}, bound to a pod on a node."
            )
        return identity

    async def leads(self, agent: AgentIdentity) -> bool:
        """Whether it may speak of what belongs to no node. A "no" is never an old one."""
        if agent.pod is None:
            return True
        asked_at = self._clock()
        if self._holder == agent.pod and asked_at - self._read_at < HOLDER_SECONDS:
            return True
        async with self._reading:
            if self._read_at < asked_at:
                started = self._clock()
                namespace, name = self._settings.pod_namespace, self._settings.lease_name
                self._holder = await self._cluster.lease_holder(namespace, name)
                self._read_at = started
        return self._holder == agent.pod

    async def reach(self, agent: AgentIdentity, *nodes: str) -> Reach:
        """What the agent may speak of. Who leads is asked only where one of `nodes` is ''."""
        if agent.node is None:
            return Reach()
        return Reach(agent.node, rest="" in nodes and await self.leads(agent))

    async def _projected(self, token: str, key: str) -> AgentIdentity | None:
        known = self._known.get(key)
        if known is not None and self._clock() < known.until:
            return known.identity
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._review(token, key))
            asking.add_done_callback(lambda done: self._answered(key, done))
        # Others may wait for the same answer: who gives up must not end it for them.
        return await asyncio.shield(asking)

    def _answered(self, key: str, done: asyncio.Task[AgentIdentity | None]) -> None:
        del self._asking[key]
        if not done.cancelled():
            done.exception()  # told to whoever still waits; nobody may

    async def _review(self, token: str, key: str) -> AgentIdentity | None:
        async with self._places:
            # The time before the question: what is answered may be as old as that.
            asked_at = self._clock()
            owner = await self._cluster.owner_of(token, AUDIENCE)
        identity = None
        if owner is not None and owner.username == self._username and owner.pod and owner.node:
            identity = AgentIdentity(self._settings.cluster, key, owner.node, owner.pod)
        kept = KNOWN_SECONDS if identity else REFUSED_SECONDS
        while len(self._known) >= MOST_KNOWN:
            del self._known[next(iter(self._known))]
        self._known.pop(key, None)
        self._known[key] = _Known(identity, asked_at + kept)
        return identity

    @property
    def _username(self) -> str:
        return "system:serviceaccount:" + self._settings.agent_account.replace("/", ":")

    def _is_for_us(self, token: str) -> bool:
        """Whether it looks worth a review. This only refuses: what a token says of itself proves
        nothing, but what is not even meant for us must not cost the API server anything."""
        claims = _claims(token)
        audiences = claims.get("aud")
        named = audiences if isinstance(audiences, list) else [audiences]
        return claims.get("sub") == self._username and AUDIENCE in named


def own_node(agent: AgentIdentity, node: str) -> None:
    """AccessDenied where the agent is bound to another node than this."""
    if agent.node not in (None, node):
        raise AccessDenied(
            f"This token is that of an agent on node {agent.node!r}; it cannot speak for "
            + (f"node {node!r}." if node else "every node.")
        )


def _claims(token: str) -> dict[str, Any]:
    """What a JWT says of itself, unproved; nothing where it is none."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
