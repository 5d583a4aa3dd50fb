"""Signing in with the token of this start; and what the dashboard needs to start."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import COOKIE
from api.state import Kure, Reader, State
from kure import __version__
from kure.adapters.postgres import agents, nodes

router = APIRouter(prefix="/api", tags=["session"])


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(max_length=200)]


class User(BaseModel):
    name: str
    role: str


class Me(BaseModel):
    user: User


class Agent(BaseModel):
    """An agent as it last spoke. `node` is '' for one that watches every node; `leads` where it
    also watches what belongs to no node; `refused` says what it may not read."""

    cluster: str
    node: str
    version: str
    pods: int
    namespaces: int
    problem: str | None
    leads: bool
    refused: list[str]
    seen_at: datetime
    live: bool


class UnwatchedNode(BaseModel):
    """A node whose failures nobody would see, and since when."""

    cluster: str
    node: str
    since: datetime


class Watching(BaseModel):
    """Who watches. Where `live` is false, that nothing is reported says nothing; nor does it of the
    nodes in `unwatched`. `nodes_total` counts the nodes that the leading agents have named."""

    live: bool
    last_seen: datetime | None
    agents: list[Agent]
    nodes_total: int
    unwatched: list[UnwatchedNode]


class Config(BaseModel):
    """What the dashboard needs to start. `time` is the server's clock."""

    version: str
    cluster: str
    time: datetime
    temporal_ui_url: str | None
    pending_grace_seconds: float
    watching: Watching


@router.post("/auth/session", status_code=204)
async def sign_in(body: SignIn, kure: Kure, response: Response) -> None:
    """Exchange the token for a cookie that scripts cannot read."""
    secure = (kure.settings.public_url or "").startswith("https:")
    kure.tokens.sign_in(body.token, response, secure=secure)


@router.delete("/auth/session", status_code=204)
async def sign_out(response: Response) -> None:
    """Forget the cookie in this browser."""
    response.delete_cookie(COOKIE, path="/")


@router.get("/auth/me")
async def me(person: Reader) -> Me:
    """Who is signed in."""
    return Me(user=User(name=person.name, role=person.role))


@router.get("/config")
async def config(kure: Kure, person: Reader) -> Config:
    """Versions, addresses, and who watches."""
    return Config(
        version=__version__,
        cluster=kure.settings.cluster,
        time=kure.clock(),
        temporal_ui_url=kure.settings.temporal_ui_url,
        pending_grace_seconds=kure.settings.graces.pending.total_seconds(),
        watching=await _watching(kure),
    )


async def _watching(kure: State) -> Watching:
    now = kure.clock()
    found = [
        Agent(**row, live=now - row["seen_at"] <= nodes.SILENT)
        for row in await agents.everyone(kure.pool)
    ]
    return Watching(
        live=any(agent.live and agent.problem is None for agent in found),
        last_seen=max((agent.seen_at for agent in found), default=None),
        agents=found,
        nodes_total=await nodes.total(kure.pool),
        unwatched=[UnwatchedNode(**row) for row in await nodes.unwatched(kure.pool, now)],
    )
