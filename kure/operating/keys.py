"""`kure rotate-key`: a new key, step by step, so that nobody meets a text that it cannot open."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeAlias

from temporalio.service import RPCError

from kure.adapters import temporal
from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import add_next, drop, switch
from kure.adapters.postgres import keys
from kure.adapters.postgres.pool import Pool, open_pool
from kure.errors import Conflict, TemporalUnavailable
from kure.operating.backup import database
from kure.settings import Settings

Tell: TypeAlias = Callable[[str], None]

# Files that Kubernetes mounts follow their Secret within a minute or so.
PATIENCE_SECONDS = 120.0


async def rotate(settings: Settings, tell: Tell, patience: float = PATIENCE_SECONDS) -> None:
    """Make a key, wait until every process that lives knows it, let it encrypt, wait until every
    one encrypts under it. Conflict names who is behind; called again it goes on from there."""
    path = settings.data_dir / "key"
    async with database(settings) as url, _pool(url) as pool:
        ring = Keyring.load(path)
        if not ring.older or ring.coming or await keys.switched_at(pool, ring.writing):
            key_id = add_next(path)
            tell(f"Key {key_id} is in {path} and decrypts. Back the file up.")
            await _all(pool, lambda one: key_id in one.keys, f"know key {key_id}", patience)
            switch(path)
        else:
            key_id = ring.writing
        await _all(pool, lambda one: one.writing == key_id, f"encrypt under {key_id}", patience)
        await keys.note_switch(pool, key_id, utc_now())
        tell(f"Key {key_id} encrypts. Workers seal anew what is stored: kure rotate-key --status")


async def tell_keys(settings: Settings, tell: Tell) -> None:
    """Say of each key what it does and how much is under it; and what each process has."""
    ring = Keyring.load(settings.data_dir / "key")
    async with database(settings) as url, _pool(url) as pool:
        texts = await keys.sealed_texts(pool)
        for key_id in [*ring.known, *sorted(set(texts) - set(ring.known))]:
            tell(f"key {key_id}: {_what(ring, key_id)}, {texts.get(key_id, 0)} texts")
        for one in await keys.holders(pool, utc_now()):
            tell(f"{one.process}: knows {', '.join(one.keys)}, encrypts under {one.writing}")
        if ring.older:
            at = await keys.switched_at(pool, ring.writing)
            tell(f"runs under older keys: {await _runs_before(settings, at)}")


async def drop_key(settings: Settings, key_id: str, tell: Tell) -> None:
    """Take away a key. Conflict where anything still needs it: a text, a process, a run."""
    path = settings.data_dir / "key"
    ring = Keyring.load(path)
    async with database(settings) as url, _pool(url) as pool:
        if texts := (await keys.sealed_texts(pool)).get(key_id):
            raise Conflict(
                f"{texts} texts are still under key {key_id}. Workers seal them anew, some hundred "
                "a second: see that one runs, and look again with --status."
            )
        living = await keys.holders(pool, utc_now())
        if behind := [one.process for one in living if one.writing != ring.writing]:
            raise Conflict(f"These do not encrypt under {ring.writing} yet: {', '.join(behind)}.")
        at = await keys.switched_at(pool, ring.writing)
        if settings.encrypt_payloads and (runs := await _runs_before(settings, at)):
            raise Conflict(
                f"{runs} runs began before key {ring.writing} and need the ones before: Temporal "
                "keeps what they were told. Wait, or terminate them: those of what is open are "
                "started again within a minute."
            )
    drop(path, key_id)
    tell(f"Key {key_id} is gone from {path}. Ended runs from before can be read no more.")


@asynccontextmanager
async def _pool(url: str) -> AsyncIterator[Pool]:
    pool = await open_pool(url, 1)
    try:
        yield pool
    finally:
        await pool.close()


async def _all(
    pool: Pool, holds: Callable[[keys.Holder], bool], what: str, patience: float
) -> None:
    """Wait until it holds for every process that lives; Conflict names those that are behind."""
    behind: list[str] = []
    for _ in range(max(1, int(patience / keys.EVERY_SECONDS))):
        living = await keys.holders(pool, utc_now())
        behind = [one.process for one in living if not holds(one)]
        if not behind:
            return
        await asyncio.sleep(keys.EVERY_SECONDS)
    raise Conflict(
        f"These do not {what} yet: {', '.join(behind)}. Give them the same key file, then run the "
        "same command again: it goes on from here."
    )


def _what(ring: Keyring, key_id: str) -> str:
    if key_id == ring.writing:
        return "encrypts"
    if key_id in ring.coming:
        return "decrypts, and is the next to encrypt"
    return "decrypts" if key_id in ring.older else "is not in the key file"


async def _runs_before(settings: Settings, at: datetime | None) -> int:
    """How many runs that are under way began before; all of them where that is not known."""
    client = await temporal.connect(settings)
    query = 'ExecutionStatus = "Running"'
    if at is not None:
        query += f' AND StartTime < "{at.isoformat()}"'
    try:
        return (await client.count_workflows(query)).count
    except RPCError as error:
        raise TemporalUnavailable(
            f"Temporal does not say which runs are under way ({error.status.name}); without that "
            "no key is dropped."
        ) from error
