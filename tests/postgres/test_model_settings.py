"""Providers as they are stored: sealed, with what was changed when, under whichever key."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres import keys
from kure.adapters.postgres.models import settings
from kure.adapters.postgres.models.settings import Current, ModelSettings
from kure.adapters.postgres.pool import Pool, open_pool
from kure.errors import Conflict
from tests.investigating.stage import (
    CIPHER,
    PLACE,
    PROMPT,
    REPLY,
    Clock,
    Stage,
    investigated,
    provider,
    put,
)
from tests.postgres.old import NOW


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 3)
    yield pool
    await pool.close()


async def test_nothing_is_set_at_first(pool: Pool) -> None:
    assert await settings.read(pool, CIPHER) == ModelSettings()
    assert (await settings.public(pool)).breakers == {}


async def test_keys_and_headers_are_stored_sealed_and_noted_as_changed_only(pool: Pool) -> None:
    one = provider("a", key="sk-very-secret", headers={"X-Org": "org-very-secret"})
    known = await put(pool, one)
    assert known.provider("a") == one
    for table in ("admin_config", "audit_log", "ui_events"):
        kept = await pool.fetchval(f"SELECT string_agg(t::text, '') FROM {table} t")
        assert "very-secret" not in kept
    await put(pool, one.model_copy(update={"headers": {"X-Org": "another-very-secret"}}))
    changed = "SELECT detail FROM audit_log ORDER BY id DESC LIMIT 1"
    assert await pool.fetchval(changed) == {"providers.a.headers": "changed"}


async def test_another_order_is_noted(pool: Pool) -> None:
    await put(pool, provider("a"), provider("b"))
    await put(pool, provider("b"), provider("a"))
    detail = await pool.fetchval("SELECT detail FROM audit_log ORDER BY id DESC LIMIT 1")
    assert detail == {"order": {"from": ["a", "b"], "to": ["b", "a"]}}


async def test_when_a_key_was_set_stays_until_there_is_another(pool: Pool) -> None:
    first = await put(pool, provider("a"))
    later = NOW + timedelta(hours=1)
    moved = ModelSettings(1, first.rules, [provider("a", timeout_seconds=60)])
    await settings.write(pool, CIPHER, moved, first, "ada", later)
    second = await settings.read(pool, CIPHER)
    assert second.known["a"].key_set_at == NOW
    assert second.breaker(second.providers[0]) != first.breaker(first.providers[0])
    with_key = ModelSettings(2, first.rules, [provider("a", key="new"), provider("b", key="")])
    await settings.write(pool, CIPHER, with_key, second, "ada", later)
    third = await settings.read(pool, CIPHER)
    assert third.known["a"].key_set_at == later
    assert third.known["b"].key_set_at is None


async def test_of_two_changes_of_one_version_the_second_is_refused(pool: Pool) -> None:
    known = await put(pool, provider("a"))
    await settings.write(pool, CIPHER, known, known, "ada", NOW)
    with pytest.raises(Conflict, match="changed meanwhile"):
        await settings.write(pool, CIPHER, known, known, "grace", NOW)


async def test_who_works_takes_a_change_up_within_two_seconds(pool: Pool) -> None:
    clock = Clock()
    current = Current(pool, CIPHER, clock)
    assert (await current()).providers == ()
    await put(pool, provider("a"))
    clock.later(1.9)
    assert (await current()).providers == ()
    clock.later(0.1)
    assert [one.id for one in (await current()).providers] == ["a"]


async def test_all_that_is_sealed_comes_under_a_new_key(pool: Pool) -> None:
    ring = Keyring((("2", b"n" * 32), ("1", b"k" * 32)))
    await put(pool, provider("a"), provider("b"))
    stage = Stage(pool)
    stage.model("a")
    of = await investigated(pool)
    await stage.worker().ask(of, 1, PROMPT, PLACE)
    assert set(await keys.sealed_texts(pool)) == {"1"}
    before = (await keys.sealed_texts(pool))["1"]
    while await keys.seal_anew(pool, ring):
        pass
    assert await keys.sealed_texts(pool) == {"2": before}
    assert before == 3
    only_new = Keyring((("2", b"n" * 32),)).cipher("models")
    assert [one.id for one in (await settings.read(pool, only_new)).providers] == ["a", "b"]
    stage_of_new = Stage(pool).worker()
    stage_of_new.cipher = only_new
    assert await stage_of_new.ask(of, 1, PROMPT, PLACE) == REPLY
