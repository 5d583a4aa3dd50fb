"""The channels in the settings: secrets sealed, read again after two seconds by whoever sends."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from kure.adapters.crypto import Cipher
from kure.adapters.postgres import config, sealed
from kure.adapters.postgres.pool import Db, Pool
from kure.adapters.postgres.sealed import Fresh, Part, opened, seal, sealed_text
from kure.contracts.notifications import Channel, DeadMan

KEY = "notifications"
SECRET = ("address", "token")
DEAD_MAN = "dead-man"


@dataclass(frozen=True)
class Notifications:
    """What is set, with its secrets in clear."""

    version: int = 0
    channels: Sequence[Channel] = ()
    dead_man: DeadMan | None = None

    def channel(self, name: str) -> Channel | None:
        return next((one for one in self.channels if one.id == name), None)

    @property
    def enabled(self) -> list[Channel]:
        return [one for one in self.channels if one.enabled]


async def read(pool: Pool, cipher: Cipher) -> Notifications:
    """What is set now. Misconfigured where the installation's key cannot open it."""
    stored = (await config.read(pool, KEY)).get(KEY)
    if stored is None:
        return Notifications()
    value = _all_opened(stored.value, cipher)
    dead_man = value["dead_man"]
    return Notifications(
        stored.version,
        [Channel.model_validate(one) for one in value["channels"]],
        DeadMan.model_validate(dead_man) if dead_man else None,
    )


async def sealed_texts(db: Db) -> list[bytes]:
    """The secrets as they are stored."""
    stored = (await config.read(db, KEY)).get(KEY)
    return [] if stored is None else [sealed_text(one) for _, one in _named(stored.value)]


async def seal_anew(pool: Pool, cipher: Cipher, writing: str) -> int:
    """Seal the secrets that are not under the key `writing` under it; how many there were."""
    return await sealed.seal_anew(pool, KEY, _named, cipher, writing)


def _named(value: Any) -> list[tuple[str, Part]]:
    dead_man = value.get("dead_man")
    channels = [(one["id"], one) for one in value["channels"]]
    return [*channels, *([(DEAD_MAN, dead_man)] if dead_man else [])]


def _all_opened(value: dict[str, Any], cipher: Cipher) -> dict[str, Any]:
    dead_man = value.get("dead_man")
    return {
        "channels": [opened(one, one["id"], cipher) for one in value["channels"]],
        "dead_man": opened(dead_man, DEAD_MAN, cipher) if dead_man else None,
    }


async def write(pool: Pool, cipher: Cipher, wanted: Notifications, by: str, now: datetime) -> None:
    """Set all of it, made from `wanted.version`. Conflict where somebody was faster."""
    dead_man = wanted.dead_man
    value = {
        "channels": [
            seal(one.model_dump(mode="json"), SECRET, one.id, cipher) for one in wanted.channels
        ],
        "dead_man": seal(dead_man.model_dump(mode="json"), SECRET, DEAD_MAN, cipher)
        if dead_man
        else None,
    }
    sealing = config.Sealing(lambda stored: _all_opened(stored, cipher), frozenset(SECRET))
    await config.change(pool, KEY, value, wanted.version, by, now, sealing)


class Current(Fresh[Notifications]):
    """What is set, at most two seconds ago."""

    def __init__(self, pool: Pool, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        super().__init__(partial(read, pool, cipher), clock)

    async def any(self) -> bool:
        """Whether anybody is to be told of anything."""
        return bool((await self()).enabled)
