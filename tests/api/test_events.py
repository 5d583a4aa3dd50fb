"""The live stream: in order, resumed without a gap, or told to fetch again."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from kure.adapters.postgres import events, retention
from kure.adapters.postgres.pool import open_pool, transaction
from kure.domain.retention import Record
from tests.api.conftest import Api, running, settings_for
from tests.api.live import Stream, crash, event, stream, tell

NOW = datetime(2026, 11, 1, tzinfo=UTC)


async def test_a_report_is_seen_at_once(api: Api) -> None:
    async with stream(api) as live:
        name, _, beat = await live.next()
        assert (name, set(beat)) == ("hb", {"now", "seq"})
        assert live.response.headers["x-accel-buffering"] == "no"
        incident_id = await crash(api, 1)
        _, _, data = await live.until("incident.created")
    assert data["id"] == incident_id
    assert data["summary"]["classes"] == ["CrashLoopBackOff"]
    assert len(json.dumps(data)) <= 2048


async def test_a_client_that_comes_back_misses_nothing_and_sees_nothing_twice(api: Api) -> None:
    async with stream(api) as live:
        await live.next()
        await crash(api, 1)
        _, last, _ = await live.until("incident.created")
    expected = [await crash(api, n) for n in (2, 3)]
    async with stream(api, headers={"Last-Event-ID": last}) as live:
        found = [await live.until("incident.created") for _ in expected]
    assert [data["id"] for _, _, data in found] == expected
    assert all(int(id_) > int(last) for _, id_, _ in found)


async def test_last_event_id_wins_over_since(api: Api) -> None:
    first = await tell(api.pool, 1)
    await tell(api.pool, 2)
    async with stream(api, "?since=0", {"Last-Event-ID": str(first)}) as live:
        assert await live.numbers(1) == [2]


async def test_a_heartbeat_says_how_far_the_client_itself_has_come(api: Api) -> None:
    first = await tell(api.pool, 1)
    await tell(api.pool, 2)
    async with stream(api, f"?since={first}") as live:
        assert (await live.next())[2]["seq"] == first


async def test_what_the_ring_has_forgotten_comes_from_the_log(
    database: str, temporal_address: str, data_dir: Path
) -> None:
    pool = await open_pool(database, 2)
    await tell(pool, *range(1500))
    await pool.close()
    settings = settings_for(database, temporal_address, data_dir)
    async with running(settings) as api, stream(api, "?since=1") as live:
        await tell(api.pool, 1500)
        assert await live.numbers(1500) == list(range(1, 1501))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM ui_events WHERE seq < (SELECT max(seq) FROM ui_events)",
        "UPDATE ui_events SET seq = seq + 6000",
    ],
    ids=["no longer in the log", "too far behind"],
)
async def test_a_client_that_was_away_too_long_is_told_to_fetch_again(
    database: str, temporal_address: str, data_dir: Path, change: str
) -> None:
    pool = await open_pool(database, 2)
    await tell(pool, 1, 2, 3)
    await pool.execute(change)
    await pool.close()
    settings = settings_for(database, temporal_address, data_dir)
    async with running(settings) as api, stream(api, "?since=1") as live:
        await told_to_fetch_again(live)


async def test_a_number_that_no_log_has_is_told_to_fetch_again(api: Api) -> None:
    newest = await tell(api.pool, 1)
    async with stream(api, f"?since={newest + 10}") as live:
        await told_to_fetch_again(live)
        await tell(api.pool, 2)
        assert await live.numbers(1) == [2]


async def told_to_fetch_again(live: Stream) -> None:
    assert [(await live.next())[0] for _ in range(2)] == ["hb", "resync"]


async def test_a_log_that_was_restored_is_told_to_everybody(api: Api) -> None:
    """Its numbers begin again; whoever waited for the next one of before would wait for ever."""
    await tell(api.pool, *range(50))
    async with stream(api) as live:
        await live.next()
        await api.pool.execute("DELETE FROM ui_events WHERE seq > 10")
        await api.pool.execute("SELECT setval('ui_events_seq_seq', 10)")
        await cut_the_listener(api)
        await live.until("resync")
        await tell(api.pool, 100)
        assert await live.numbers(1) == [100]


async def test_events_that_come_while_the_listener_is_cut_off_arrive(api: Api) -> None:
    async with stream(api) as live:
        await live.next()
        await cut_the_listener(api)
        await tell(api.pool, 1)
        assert await live.numbers(1) == [1]


async def cut_the_listener(api: Api) -> None:
    cut = await api.pool.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND query LIKE '%FROM ui_events WHERE seq >%'"
    )
    assert cut, "nobody listened"


async def test_old_events_are_forgotten_but_never_the_newest(api: Api) -> None:
    newest = await tell(api.pool, 1, 2, 3)
    await retention.delete_some(api.pool, Record.EVENT, datetime.now(UTC) + timedelta(hours=1))
    assert await events.bounds(api.pool) == (newest, newest)


async def test_numbers_become_visible_in_their_order(api: Api) -> None:
    """A transaction that took its number first but commits last must not be skipped."""
    async with stream(api) as live, api.pool.acquire() as slow:
        await live.next()
        first_writer = slow.transaction()
        await first_writer.start()
        first = await events.emit(slow, NOW, event(1))

        async def other() -> int:
            assert api.settings.database_url is not None
            pool = await open_pool(api.settings.database_url.get_secret_value(), 2)
            async with transaction(pool) as connection:
                seq = await events.emit(connection, NOW, event(2))
            await pool.close()
            return seq

        second = asyncio.create_task(other())
        async with asyncio.timeout(10):
            while not await waits_for_a_lock(api.settings.database_url):
                assert not second.done(), "the second writer must wait for the first one's commit"
        await first_writer.commit()
        assert await live.numbers(2) == [1, 2]
    assert await second > first


async def waits_for_a_lock(url: Any) -> bool:
    connection = await asyncpg.connect(url.get_secret_value())
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted)"
    )
    await connection.close()
    return found


async def test_a_writer_that_gives_up_leaves_a_number_and_no_gap(api: Api) -> None:
    async with stream(api) as live:
        await live.next()
        async with api.pool.acquire() as connection:
            given_up = connection.transaction()
            await given_up.start()
            await events.emit(connection, NOW, event(1))
            await given_up.rollback()
        await tell(api.pool, 2)
        assert await live.numbers(1) == [2]
