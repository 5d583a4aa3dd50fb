"""Reports that wait: their order, their bounds, and what becomes of those that cannot be told."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agent import report
from agent.report import Kind
from agent.spool import Spool
from tests.agent.recording_api import RecordingApi, problem, recording_api
from tests.agent.sender import PATIENCE, Sender


@pytest.fixture
async def server() -> AsyncIterator[RecordingApi]:
    async with recording_api() as running:
        yield running


@pytest.fixture
async def sender(server: RecordingApi) -> AsyncIterator[Sender]:
    made = Sender(server)
    yield made
    await made.stop()


def told(server: RecordingApi) -> list[Any]:
    return [(one.body["uid"], one.what, one.body["text"]) for one in server.told]


async def test_reports_of_a_pod_arrive_in_the_order_of_their_verdicts(
    server: RecordingApi, sender: Sender
) -> None:
    slow = asyncio.Event()
    sender.start()
    sender.put("a", Kind.FAILED, "1", after=slow)
    sender.put("a", Kind.EVIDENCE, "2")
    sender.put("a", Kind.HEALTHY, "3")
    sender.put("b", Kind.FAILED, "other")
    await server.wait_for(lambda one: one.body["uid"] == "b", PATIENCE)
    slow.set()
    await sender.all_told()
    assert told(server) == [
        ("b", "failed", "other"),
        ("a", "failed", "1"),
        ("a", "evidence", "2"),
        ("a", "healthy", "3"),
    ]


async def test_what_waits_is_replaced_by_a_newer_one_of_its_kind(
    server: RecordingApi, sender: Sender
) -> None:
    sender.put("a", Kind.FAILED, "old")
    sender.put("a", Kind.FAILED, "new")
    assert sender.outbox.queued == 1
    sender.start()
    await sender.all_told()
    assert told(server) == [("a", "failed", "new")]


async def test_of_a_pod_that_flaps_the_newest_reports_are_kept(
    server: RecordingApi, sender: Sender
) -> None:
    for number in range(10):
        sender.put("a", Kind.FAILED, str(number))
        sender.put("a", Kind.HEALTHY, str(number))
    sender.start()
    await sender.all_told()
    assert told(server) == [
        ("a", kind, str(number)) for number in (7, 8, 9) for kind in ("failed", "healthy")
    ]


async def test_evidence_is_forgotten_first_when_there_is_no_room(
    server: RecordingApi, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST_BYTES", 300)
    sender.put("a", Kind.FAILED, "f" * 100)
    sender.put("a", Kind.EVIDENCE, "e" * 100)
    sender.put("b", Kind.FAILED, "f" * 100)
    await asyncio.sleep(0)
    sender.start()
    await sender.all_told()
    assert [(uid, what) for uid, what, _ in told(server)] == [("a", "failed"), ("b", "failed")]
    assert sender.lost == []


async def test_a_failure_that_had_to_be_forgotten_is_made_known(
    server: RecordingApi, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MOST_BYTES", 300)
    for uid in ("a", "b", "c"):
        sender.put(uid, Kind.FAILED, "f" * 100)
    sender.put("a", Kind.GONE)
    await asyncio.sleep(0)
    sender.start()
    await sender.all_told()
    assert sorted((uid, what) for uid, what, _ in told(server)) == [
        ("a", "gone"),
        ("b", "failed"),
        ("c", "failed"),
    ]
    assert sender.lost == ["a"]


async def test_what_is_refused_is_dropped_and_said_once(
    server: RecordingApi, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    server.refusals.extend([problem(422, "not like this"), problem(422, "not like this")])
    sender.start()
    for uid in ("a", "b"):
        sender.put(uid, Kind.FAILED)
    await sender.all_told()
    sender.put("c", Kind.FAILED)
    await sender.all_told()
    assert [uid for uid, _, _ in told(server)] == ["c"]
    said = [record.getMessage() for record in caplog.records if record.name == "kure.agent"]
    assert len(said) == 1
    assert "is dropped: POST" in said[0]


async def test_a_report_that_cannot_be_prepared_keeps_nothing_up(
    server: RecordingApi, sender: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> bytes:
        raise ZeroDivisionError

    sender.start()
    sender.outbox.put("a", Kind.FAILED, asyncio.create_task(broken()))
    sender.put("a", Kind.HEALTHY, "next")
    await sender.all_told()
    assert told(server) == [("a", "healthy", "next")]
    assert "A report of uid=a could not be prepared" in caplog.text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


async def spooled(server: RecordingApi, folder: Path, *reports: tuple[str, Kind, str]) -> Sender:
    """A sender that has put these on disk and told none of them."""
    sender = Sender(server, Spool(folder, 1024 * 1024))
    for one in reports:
        sender.put(*one)
        last = sender.outbox.spool_bytes
        async with asyncio.timeout(PATIENCE):
            while sender.outbox.spool_bytes <= last:
                await asyncio.sleep(0.001)
    return sender


async def test_what_an_earlier_process_left_is_told_first_and_in_order(
    server: RecordingApi, folder: Path
) -> None:
    left = [("a", Kind.FAILED, "1"), ("b", Kind.FAILED, "2"), ("a", Kind.HEALTHY, "3")]
    await (await spooled(server, folder, *left)).stop()
    again = Sender(server, Spool(folder, 1024 * 1024))
    assert (again.outbox.queued, again.outbox.spool_bytes) == (3, 3 * 4096)
    again.put("a", Kind.FAILED, "4")
    again.start()
    await again.all_told()
    assert [text for _, _, text in told(server)][-1] == "4"
    assert [text for uid, _, text in told(server) if uid == "a"] == ["1", "3", "4"]
    await again.stop()
    assert os.listdir(folder) == []


async def test_it_is_known_when_all_that_was_left_is_told(
    server: RecordingApi, folder: Path
) -> None:
    await (await spooled(server, folder, ("a", Kind.FAILED, "1"))).stop()
    again = Sender(server, Spool(folder, 1024 * 1024))
    never = asyncio.Event()
    again.put("b", Kind.FAILED, "2", after=never)
    again.start()
    await asyncio.wait_for(again.outbox.replayed(), PATIENCE)
    assert told(server) == [("a", "failed", "1")]
    await again.stop()


async def test_a_spool_that_is_full_forgets_evidence_then_failures_and_never_an_end(
    server: RecordingApi, folder: Path
) -> None:
    sender = await spooled(
        server, folder, ("a", Kind.FAILED, "f" * 300_000), ("b", Kind.HEALTHY, "h" * 300_000)
    )
    sender.put("c", Kind.EVIDENCE, "e" * 300_000)
    sender.put("d", Kind.FAILED, "f" * 300_000)
    sender.put("e", Kind.GONE, "g" * 300_000)
    async with asyncio.timeout(PATIENCE):
        while sender.outbox.queued > 3:
            await asyncio.sleep(0.001)
    assert sender.lost == ["a"]
    sender.start()
    await sender.all_told()
    assert sorted((uid, what) for uid, what, _ in told(server)) == [
        ("b", "healthy"),
        ("d", "failed"),
        ("e", "gone"),
    ]
    await sender.stop()


async def test_without_a_disk_reports_are_told_all_the_same(
    server: RecordingApi, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    sender = Sender(server, Spool(tmp_path / "file" / "spool", 1024 * 1024))
    sender.start()
    sender.put("a", Kind.FAILED, "1")
    await sender.all_told()
    assert told(server) == [("a", "failed", "1")]
    assert "reports wait in memory instead" in str(sender.outbox.problem)
    await sender.stop()


async def test_what_is_no_longer_this_agents_to_tell_is_forgotten(
    server: RecordingApi, folder: Path
) -> None:
    sender = await spooled(server, folder, ("a", Kind.FAILED, "1"), ("b", Kind.FAILED, "2"))
    sender.outbox.forget_all_of(["a", "unknown"])
    sender.start()
    await sender.all_told()
    assert told(server) == [("b", "failed", "2")]
    await sender.stop()
    assert os.listdir(folder) == []
