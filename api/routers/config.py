"""What the dashboard needs to start."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from api.state import Kure, Reader, State
from kure import __version__
from kure.adapters.postgres import agents, nodes
from kure.adapters.postgres.models import settings
from kure.domain.access.scopes import Scopes

router = APIRouter(prefix="/api", tags=["config"])


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
    """What the dashboard needs to start. `time` is the server's clock; `models`: whether any model
    may be asked."""

    version: str
    cluster: str
    time: datetime
    temporal_ui_url: str | None
    pending_grace_seconds: float
    models: bool
    watching: Watching


@router.get("/config")
async def config(kure: Kure, person: Reader) -> Config:
    """Versions, addresses, and who watches."""
    return Config(
        version=__version__,
        cluster=kure.settings.cluster,
        time=kure.clock(),
        temporal_ui_url=kure.settings.temporal_ui_url,
        pending_grace_seconds=kure.settings.graces.pending.total_seconds(),
        models=await settings.any_enabled(kure.pool),
        watching=await _watching(kure, person.scopes),
    )


async def _watching(kure: State, scopes: Scopes) -> Watching:
    now = kure.clock()
    found = [
        Agent(**row, live=now - row["seen_at"] <= nodes.SILENT)
        for row in await agents.everyone(kure.pool, scopes)
    ]
    return Watching(
        live=any(agent.live and agent.problem is None for agent in found),
        last_seen=max((agent.seen_at for agent in found), default=None),
        agents=found,
        nodes_total=await nodes.total(kure.pool, scopes),
        unwatched=[UnwatchedNode(**row) for row in await nodes.unwatched(kure.pool, now, scopes)],
    )
