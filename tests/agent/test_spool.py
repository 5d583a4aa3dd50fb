"""Reports on disk: what outlives the process, and what becomes of a disk that does not work."""

import asyncio
import errno
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import spool as spools
from agent.spool import Spool, Stored
from kure.errors import Misconfigured
from tests.agent.recording_api import RecordingApi, recording_api
from tests.agent.sender import Sender

MIB = 1024 * 1024


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool", MIB)
    yield made
    made.close()


def reopened(spool: Spool, folder: Path) -> Spool:
    spool.close()
    return Spool(folder / "spool", MIB)


def report(number: int, body: bytes = b"{}") -> Stored:
    return Stored.of(number, "uid", "FAILED", body)


async def kept(spool: Spool, number: int, body: bytes = b"{}") -> Stored:
    stored = report(number, body)
    assert await spool.keep(stored, body)
    return stored


async def test_a_second_process_is_refused_and_told_what_to_do(
    spool: Spool, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match="another agent uses it; give each its own KURE_SPOOL"):
        Spool(tmp_path / "spool", MIB)


async def test_what_was_kept_is_found_again_oldest_first(spool: Spool, tmp_path: Path) -> None:
    for number in (12, 3, 7):
        await kept(spool, number, b"%d" % number)
    spool.forget(await kept(spool, 8))
    again = reopened(spool, tmp_path)
    assert [stored.number for stored in again.found] == [3, 7, 12]
    assert [await again.body(stored) for stored in again.found] == [b"3", b"7", b"12"]
    again.close()


async def test_only_the_owner_can_read_it(spool: Spool, tmp_path: Path) -> None:
    stored = await kept(spool, 1)
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "spool" / stored.file).stat().st_mode & 0o777 == 0o600


async def test_what_is_half_written_is_removed_and_what_is_foreign_left_alone(
    spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = await kept(spool, 1, b"x" * 100)
    folder = tmp_path / "spool"
    raw = (folder / whole.file).read_bytes()
    (folder / f"{2:020}.report").write_bytes(raw[:50])
    (folder / f"{3:020}.report").write_bytes(b"nonsense\n")
    (folder / f"{4:020}.tmp").write_bytes(raw)
    (folder / f"{5:020}.report").symlink_to(folder / whole.file)
    (folder / "notes.txt").write_text("mine")
    again = reopened(spool, tmp_path)
    assert again.found == [whole]
    assert sorted(os.listdir(folder)) == [whole.file, "notes.txt"]
    assert "had 4 half-written reports, now removed" in caplog.text
    assert "has files that are not Kure's: notes.txt" in caplog.text
    again.close()


async def test_a_body_that_was_changed_is_not_told(
    spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored = await kept(spool, 1, b"x" * 100)
    file = tmp_path / "spool" / stored.file
    file.write_bytes(file.read_bytes()[:-1] + b"y")
    assert await spool.body(stored) is None
    assert "its checksum is wrong" in caplog.text


async def test_a_folder_that_cannot_be_used_is_a_problem_that_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    spool = Spool(tmp_path / "file" / "spool", MIB)
    assert not await spool.keep(report(1), b"{}")
    assert not await spool.keep(report(2), b"{}")
    assert spool.problem is not None
    assert spool.problem.endswith(
        "cannot be used (Not a directory); reports wait in memory instead"
    )
    assert len(caplog.records) == 1
    spool.close()


async def test_a_full_disk_is_said_once_and_tried_again_later(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(spools, "PAUSE_SECONDS", 0.0)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        assert not await spool.keep(report(1), b"{}")
        assert not await spool.keep(report(2), b"{}")
        assert spool.problem is not None
        assert "cannot be written (No space left on device)" in spool.problem
    assert len(caplog.records) == 1
    await kept(spool, 3)
    assert spool.problem is None


async def test_a_disk_that_hangs_holds_nothing_up(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, real = asyncio.Event(), os.fsync
    loop = asyncio.get_running_loop()

    def hang(fd: int) -> None:
        asyncio.run_coroutine_threadsafe(goes_on.wait(), loop).result()
        real(fd)

    monkeypatch.setattr(spools, "WRITE_SECONDS", 0.05)
    monkeypatch.setattr(os, "fsync", hang)
    assert not await spool.keep(report(1), b"{}")
    assert not await spool.keep(report(2), b"{}")
    goes_on.set()
    assert await asyncio.to_thread(reopened, spool, tmp_path) is not None
    assert os.listdir(tmp_path / "spool") == []


async def test_a_process_that_is_killed_again_and_again_loses_nothing_and_keeps_the_order(
    tmp_path: Path,
) -> None:
    """Each life tells newer states of three subjects than the one before, and is killed amid it.
    The API is away in some lives, and dies in others."""
    promised: dict[str, int] = {}
    async with recording_api() as api:
        for life in range(12):
            if life % 3 == 1:
                await api.stop()
            await _life(tmp_path, api, promised, first=life * 1000)
            if life % 3 == 1:
                await api.start()
        await _rest(tmp_path, api)
    states = {uid: [told.body["state"] for told in api.of(uid=uid)] for uid in promised}
    for uid, told in states.items():
        assert told == sorted(told), told
        assert told[-1] >= promised[uid]
        assert len(told) - len(set(told)) <= 12  # what was in flight when killed is told again
    assert all(len(told.body["text"]) == 20_000 for told in api.told)
    assert os.listdir(tmp_path / "spool") == []


async def _life(folder: Path, api: RecordingApi, promised: dict[str, int], first: int) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.agent.spooling", str(folder / "spool"), api.url, str(first)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    for count in itertools.count():
        line = (await asyncio.wait_for(process.stdout.readline(), 30)).decode()
        uid, state = line.split()
        promised[uid] = max(promised.get(uid, 0), int(state))
        if count == 20 + first % 7000 // 200:
            process.kill()
            break
    await process.wait()


async def _rest(folder: Path, api: RecordingApi) -> None:
    """The last life, which ends in peace."""
    sender = Sender(api, Spool(folder / "spool", 64 * MIB))
    sender.start()
    await sender.all_told()
    await sender.stop()
