"""Reports that wait: their order, their bounds, and what becomes of those that cannot be told."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from agent import report
from agent.api import Api
from agent.report import Kind, Outbox
from kure.settings import Settings
from tests.agent.recording_api import TOKEN, RecordingApi, problem, recording_api

PATIENCE = 15


@pytest.fixture
async def server() -> AsyncIterator[RecordingApi]:
    async with recording_api() as running:
        yield running


class Sender:
    """An outbox that can be started late: until then the API is as good as away."""

    def __init__(self, server: RecordingApi) -> None:
        self.api = Api(Settings(api_url=server.url, service_token=SecretStr(TOKEN)))
        self.lost: list[str] = []
        self.outbox = Outbox(self.api, self.lost.append)
        self._running: asyncio.Task[None] | None = None

    def put(
        self, uid: str, kind: Kind, text: str = "", *, after: asyncio.Event | None = None
    ) -> None:
        async def prepare() -> bytes:
            if after:
                await after.wait()
            return json.dumps({"uid": uid, "text": text}).encode()

        self.outbox.put(uid, kind, asyncio.create_task(prepare()))

    def start(self) -> None:
        self._running = asyncio.create_task(self.outbox.run())

    async def all_told(self) -> None:
        await asyncio.wait_for(self.outbox.drained(), PATIENCE)

    async def stop(self) -> None:
        if self._running:
            self._running.cancel()
            await asyncio.wait([self._running])
        await self.api.aclose()


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
    assert "A report of pod uid=a could not be prepared" in caplog.text
