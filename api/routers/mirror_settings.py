"""What an admin may choose of mirrors: how long they live, how many there may be."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api.state import Admin, Kure
from kure.adapters.postgres import config
from kure.adapters.postgres.config import Stored
from kure.contracts.mirrors import TtlSeconds
from kure.contracts.settings import (
    MirrorLimits,
    MirrorLimitsSetting,
    MirrorTtl,
    MirrorTtlSetting,
    PerCluster,
    PerNamespace,
)

router = APIRouter(prefix="/api/admin/settings", tags=["settings"])

TTL, LIMITS = "mirror-ttl", "mirror-limits"
# The one that the caller saw; 0 where nobody has changed it yet.
Version = Annotated[int, Field(ge=0)]


class MirrorTtlChange(MirrorTtl):
    """`version` is the one that the caller saw; 0 where nobody has changed it yet."""

    model_config = ConfigDict(extra="forbid")

    ttl_seconds: TtlSeconds
    version: Version


class MirrorLimitsChange(MirrorLimits):
    """`version` is the one that the caller saw; 0 where nobody has changed it yet."""

    model_config = ConfigDict(extra="forbid")

    per_cluster: PerCluster
    per_namespace: PerNamespace
    version: Version


@router.get("/mirror-ttl")
async def read_mirror_ttl(kure: Kure, person: Admin) -> MirrorTtlSetting:
    """How long a mirror lives where nobody says."""
    return _ttl((await config.read(kure.pool, TTL)).get(TTL))


@router.put("/mirror-ttl")
async def change_mirror_ttl(body: MirrorTtlChange, kure: Kure, person: Admin) -> MirrorTtlSetting:
    """Choose how long a mirror lives where nobody says; those that live stay as they are."""
    value = body.model_dump(exclude={"version"})
    by, now = person.name, kure.clock()
    return _ttl(await config.change(kure.pool, TTL, value, body.version, by, now))


@router.get("/mirror-limits")
async def read_mirror_limits(kure: Kure, person: Admin) -> MirrorLimitsSetting:
    """How many mirrors there may be at once."""
    return _limits((await config.read(kure.pool, LIMITS)).get(LIMITS))


@router.put("/mirror-limits")
async def change_mirror_limits(
    body: MirrorLimitsChange, kure: Kure, person: Admin
) -> MirrorLimitsSetting:
    """Choose how many mirrors there may be at once; those that live stay."""
    value = body.model_dump(exclude={"version"})
    by, now = person.name, kure.clock()
    return _limits(await config.change(kure.pool, LIMITS, value, body.version, by, now))


def _ttl(stored: Stored | None) -> MirrorTtlSetting:
    return MirrorTtlSetting.model_validate(_shown(stored))


def _limits(stored: Stored | None) -> MirrorLimitsSetting:
    return MirrorLimitsSetting.model_validate(_shown(stored))


def _shown(stored: Stored | None) -> dict[str, object]:
    """The value, the defaults where nobody has chosen, with who chose it."""
    if stored is None:
        return {"version": 0}
    who = {"changed_by": stored.changed_by, "changed_at": stored.changed_at}
    return stored.value | who | {"version": stored.version}
