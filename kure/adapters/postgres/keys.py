"""Which process knows which key, and what is sealed under which; sealing it anew."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kure.adapters.crypto import Cipher, Keyring, sealed_with
from kure.adapters.postgres import channels
from kure.adapters.postgres.access.provided import PURPOSE as REFRESH
from kure.adapters.postgres.models import settings as providers
from kure.adapters.postgres.pool import AWAY, Db, Pool, transaction
from kure.errors import KureError

log = logging.getLogger("kure")

EVERY_SECONDS = 2.0
SILENT = timedelta(seconds=30)
BATCH = 100

TELL = """
    INSERT INTO key_holders (process, keys, writing, seen_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (process) DO UPDATE SET keys = excluded.keys, writing = excluded.writing,
        seen_at = excluded.seen_at
"""
FORGET = "DELETE FROM key_holders WHERE process = $1 OR seen_at < $2"
HOLDERS = "SELECT * FROM key_holders WHERE seen_at >= $1 ORDER BY process"
SWITCHED = "INSERT INTO key_switches (key_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
SWITCHED_AT = "SELECT at FROM key_switches WHERE key_id = $1"


@dataclass(frozen=True)
class _Sealed:
    """A column of sealed texts, what its key is derived for, and the id to which each is bound."""

    table: str
    column: str
    purpose: str
    about: str = "id"

    @property
    def key(self) -> str:
        return f"split_part(encode(substring({self.column} FROM 1 FOR 16), 'escape'), ':', 1)"

    @property
    def count(self) -> str:
        return f"""
            SELECT {self.key} AS key_id, count(*) AS texts FROM {self.table}
            WHERE {self.column} IS NOT NULL GROUP BY 1 ORDER BY 1
        """

    @property
    def old(self) -> str:
        """Two workers take different ones; what is being deleted is left alone."""
        return f"""
            SELECT id, {self.about} AS about, {self.column} AS sealed FROM {self.table}
            WHERE {self.key} = ANY($1) ORDER BY {self.key}, id LIMIT $2
            FOR NO KEY UPDATE SKIP LOCKED
        """

    @property
    def seal(self) -> str:
        return f"UPDATE {self.table} SET {self.column} = $2 WHERE id = $1"


SEALED = (
    _Sealed("evidence", "sealed", "evidence"),
    _Sealed("fixes", "sealed", "mirrors"),
    _Sealed("mirrors", "sealed_plan", "mirrors"),
    _Sealed("investigations", "sealed", "models"),
    _Sealed("model_calls", "sealed", "models"),
    _Sealed("scan_pages", "sealed", "scans"),
    _Sealed("sessions", "refresh_token", REFRESH, "user_id"),
)


@dataclass(frozen=True)
class Holder:
    """A process that said within SILENT which keys it has; `writing` is the one that encrypts."""

    process: str
    keys: tuple[str, ...]
    writing: str


async def tell_for_ever(
    pool: Pool, keyring: Keyring, part: str, clock: Callable[[], datetime]
) -> None:
    """Say which keys this process has, every two seconds until cancelled; then that it is gone."""
    process = f"{part} {socket.gethostname()}/{os.getpid()}"
    try:
        while True:
            try:
                now = clock()
                await pool.execute(TELL, process, keyring.known, keyring.writing, now)
            except AWAY as error:
                log.debug("nobody could be told of the keys: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        try:
            await pool.execute(FORGET, process, clock() - SILENT)
        except AWAY as error:
            log.debug("nobody could be told of the end: %s", type(error).__name__)


async def holders(db: Db, now: datetime) -> list[Holder]:
    """The processes that live."""
    rows = await db.fetch(HOLDERS, now - SILENT)
    return [Holder(row["process"], tuple(row["keys"]), row["writing"]) for row in rows]


async def note_switch(db: Db, key_id: str, now: datetime) -> None:
    """Since this moment at the latest every process encrypts under the key."""
    await db.execute(SWITCHED, key_id, now)


async def switched_at(db: Db, key_id: str) -> datetime | None:
    """Since when every process encrypts under the key; None where that was not noted."""
    at: datetime | None = await db.fetchval(SWITCHED_AT, key_id)
    return at


async def sealed_texts(db: Db) -> dict[str, int]:
    """How many stored texts are sealed under each key: evidence, what belongs to mirrors, what was
    said to models and by them, secrets of channels and of providers, and refresh tokens."""
    texts: dict[str, int] = {}
    for kind in SEALED:
        for row in await db.fetch(kind.count):
            texts[row["key_id"]] = texts.get(row["key_id"], 0) + int(row["texts"])
    for sealed in [*await channels.sealed_texts(db), *await providers.sealed_texts(db)]:
        key_id = sealed_with(sealed)
        texts[key_id] = texts.get(key_id, 0) + 1
    return texts


async def seal_anew(pool: Pool, keyring: Keyring) -> int:
    """Seal a batch of what is under an older key under the one that encrypts; how many there were,
    0 where all is done. Each batch is a transaction, so what was interrupted goes on."""
    writing, older = keyring.writing, keyring.older
    if not older:
        return 0
    for kind in SEALED:
        if done := await _seal_anew(pool, kind, keyring.cipher(kind.purpose), older):
            return done
    if done := await channels.seal_anew(pool, keyring.cipher("notifications"), writing):
        return done
    return await providers.seal_anew(pool, keyring.cipher("models"), writing)


async def _seal_anew(pool: Pool, kind: _Sealed, cipher: Cipher, older: list[str]) -> int:
    async with transaction(pool) as connection:
        rows = await connection.fetch(kind.old, older, BATCH)
        for row in rows:
            about = row["about"].bytes
            sealed = cipher.seal(cipher.open(row["sealed"], about), about)
            await connection.execute(kind.seal, row["id"], sealed)
    return len(rows)


async def seal_anew_for_ever(pool: Pool, keyring: Keyring) -> None:
    """Until cancelled: batch after batch with a rest between, so that others get their turn."""
    while True:
        done = 0
        try:
            done = await seal_anew(pool, keyring)
        except (KureError, *AWAY) as error:
            log.warning("what is under an older key was not sealed anew: %s", error)
        if done:
            log.info("%d texts sealed anew under key %s", done, keyring.writing)
        await asyncio.sleep(0.2 if done else 5 * EVERY_SECONDS)
