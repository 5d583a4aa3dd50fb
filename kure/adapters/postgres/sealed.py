"""Settings of which a part is secret: sealed in the stored value, and read again soon by whoever
works with them."""

import base64
import json
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from kure.adapters.crypto import Cipher, sealed_with
from kure.adapters.postgres.pool import Pool, transaction

LOCK = "SELECT value FROM admin_config WHERE name = $1 FOR UPDATE"
# The same secrets as before: the version, and who made it, stay.
SEAL = "UPDATE admin_config SET value = $2 WHERE name = $1"
FRESH = timedelta(seconds=2)

T = TypeVar("T")
Part = dict[str, Any]


def seal(part: Part, secret: Collection[str], name: str, cipher: Cipher) -> Part:
    """A part of a value with its secret fields sealed under its name, as it is stored."""
    public = {key: value for key, value in part.items() if key not in secret}
    hidden = {key: value for key, value in part.items() if key in secret}
    sealed = cipher.seal(json.dumps(hidden).encode(), name.encode())
    return public | {"sealed": base64.b64encode(sealed).decode()}


def opened(stored: Part, name: str, cipher: Cipher) -> Part:
    """What was sealed, with its secrets in clear. Misconfigured where the key cannot open it."""
    public = {key: value for key, value in stored.items() if key != "sealed"}
    found: Part = public | json.loads(cipher.open(sealed_text(stored), name.encode()))
    return found


def sealed_text(stored: Part) -> bytes:
    """The secrets as they are stored."""
    return base64.b64decode(stored["sealed"])


async def seal_anew(
    pool: Pool,
    setting: str,
    parts: Callable[[Any], Iterable[tuple[str, Part]]],
    cipher: Cipher,
    writing: str,
) -> int:
    """Seal the secrets that are not under the key `writing` under it; how many there were. `parts`
    are those of the stored value, by the names that they are sealed under."""
    async with transaction(pool) as connection:
        value = await connection.fetchval(LOCK, setting)
        found = [] if value is None else parts(value)
        old = [(name, part) for name, part in found if sealed_with(sealed_text(part)) != writing]
        for name, part in old:
            plain = cipher.open(sealed_text(part), name.encode())
            part["sealed"] = base64.b64encode(cipher.seal(plain, name.encode())).decode()
        if old:
            await connection.execute(SEAL, setting, value)
    return len(old)


class Fresh(Generic[T]):
    """What is set, at most two seconds ago: a change reaches whoever works within seconds."""

    def __init__(self, read: Callable[[], Awaitable[T]], clock: Callable[[], datetime]) -> None:
        self._read = read
        self._clock = clock
        self._known: tuple[datetime, T] | None = None

    async def __call__(self) -> T:
        now = self._clock()
        if self._known is None or not timedelta() <= now - self._known[0] < FRESH:
            self._known = (now, await self._read())
        return self._known[1]
