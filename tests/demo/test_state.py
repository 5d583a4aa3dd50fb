"""What a start finds and leaves in the data folder."""

import os
import stat
from pathlib import Path

import pytest

from kure.demo.state import check_room, lock, prepare
from kure.errors import Conflict, Misconfigured

SECRETS = ("agent-token", "key")


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        lock(tmp_path),
        pytest.raises(Conflict, match=rf"process {os.getpid()}\).*KURE_DATA_DIR"),
        lock(tmp_path),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()  # root may write anywhere, but not this
    with (
        pytest.raises(Misconfigured, match=r"`lock` cannot be written.*KURE_DATA_DIR"),
        lock(tmp_path),
    ):
        pass


def test_the_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path):
            assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_only_the_owner_may_read_the_secrets(tmp_path: Path) -> None:
    prepare(tmp_path)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in SECRETS] == [0o600] * 2


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    def read() -> list[str]:
        return [(tmp_path / name).read_text() for name in SECRETS]

    prepare(tmp_path)
    first = read()
    prepare(tmp_path)
    assert read() == first


def test_a_disk_that_is_almost_full_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"MiB are free on its disk.*KURE_DATA_DIR"):
        check_room(tmp_path, needed=2**62)
    check_room(tmp_path)
