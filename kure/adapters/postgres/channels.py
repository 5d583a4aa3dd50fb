"""The channels in the settings: secrets sealed, read again after two seconds by whoever sends."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kure.adapters.crypto import Cipher, sealed_with
from kure.adapters.postgres import config
from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.contracts.notifications import Channel, DeadMan

KEY = "notifications"
SECRET = ("address", "token")
LOCK = "SELECT value FROM admin_config WHERE name = $1 FOR UPDATE"
# The same secrets as before: the version, and who made it, stay.
SEAL = "UPDATE admin_config SET value = $2 WHERE name = $1"
DEAD_MAN = "dead-man"
FRESH = timedelta(seconds=2)


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
    return (
        [] if stored is None else [base64.b64decode(one["sealed"]) for one in _each(stored.value)]
    )


async def seal_anew(pool: Pool, cipher: Cipher, writing: str) -> int:
    """Seal the secrets that are not under the key `writing` under it; how many there were."""
    async with transaction(pool) as connection:
        value = await connection.fetchval(LOCK, KEY)
        old = (
            []
            if value is None
            else [
                one
                for one in _each(value)
                if sealed_with(base64.b64decode(one["sealed"])) != writing
            ]
        )
        for one in old:
            name = one.get("id", DEAD_MAN).encode()
            plain = cipher.open(base64.b64decode(one["sealed"]), name)
            one["sealed"] = base64.b64encode(cipher.seal(plain, name)).decode()
        if old:
            await connection.execute(SEAL, KEY, value)
    return len(old)


def _each(value: dict[str, Any]) -> list[dict[str, Any]]:
    dead_man = value.get("dead_man")
    return [*value["channels"], *([dead_man] if dead_man else [])]


def _all_opened(value: dict[str, Any], cipher: Cipher) -> dict[str, Any]:
    dead_man = value.get("dead_man")
    return {
        "channels": [_opened(one, one["id"], cipher) for one in value["channels"]],
        "dead_man": _opened(dead_man, DEAD_MAN, cipher) if dead_man else None,
    }


async def write(pool: Pool, cipher: Cipher, wanted: Notifications, by: str, now: datetime) -> None:
    """Set all of it, made from `wanted.version`. Conflict where somebody was faster."""
    dead_man = wanted.dead_man
    value = {
        "channels": [
            _sealed(one.model_dump(mode="json"), one.id, cipher) for one in wanted.channels
        ],
        "dead_man": _sealed(dead_man.model_dump(mode="json"), DEAD_MAN, cipher)
        if dead_man
        else None,
    }
    sealing = config.Sealing(lambda stored: _all_opened(stored, cipher), frozenset(SECRET))
    await config.change(pool, KEY, value, wanted.version, by, now, sealing)


def _sealed(public: dict[str, Any], name: str, cipher: Cipher) -> dict[str, Any]:
    secrets = {key: public.pop(key) for key in SECRET if key in public}
    sealed = cipher.seal(json.dumps(secrets).encode(), name.encode())
    return public | {"sealed": base64.b64encode(sealed).decode()}


def _opened(stored: dict[str, Any], name: str, cipher: Cipher) -> dict[str, Any]:
    public = dict(stored)
    secrets = cipher.open(base64.b64decode(public.pop("sealed")), name.encode())
    opened: dict[str, Any] = public | json.loads(secrets)
    return opened


@dataclass
class Current:
    """What is set, at most two seconds ago: a change reaches whoever works within seconds."""

    pool: Pool
    cipher: Cipher
    clock: Callable[[], datetime]
    _known: Notifications = field(default_factory=Notifications)
    _read_at: datetime | None = None

    async def __call__(self) -> Notifications:
        now = self.clock()
        if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
            self._known = await read(self.pool, self.cipher)
            self._read_at = now
        return self._known

    async def any(self) -> bool:
        """Whether anybody is to be told of anything."""
        return bool((await self()).enabled)
