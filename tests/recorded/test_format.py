"""The file that a recording is."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from kure.errors import InvalidInput
from kure.recording.format import Header, Writer, entries, read
from tests.recorded.stage import gone, log, pod, seen, write

WEB = pod("web")


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def without_its_end(file: Path) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    file.write_bytes(gzip.compress(b"".join(lines[:-1])))


def of_another_version(file: Path) -> None:
    text = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(text.replace(b'"version":1', b'"version":2', 1)))


def plain_text(file: Path) -> None:
    file.write_text("hello\n")


def of_something_else(file: Path) -> None:
    file.write_bytes(gzip.compress(b'{"a": 1}\n'))


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (cut_off, "it is none"),
        (without_its_end, "it was cut off"),
        (of_another_version, "of version 2, and this release reads 1"),
        (plain_text, "it is none"),
        (of_something_else, "it is none"),
        (Path.unlink, "No such file"),
    ],
)
def test_what_is_no_whole_recording_is_refused(
    tmp_path: Path, broken: Callable[[Path], None], why: str
) -> None:
    file = write(tmp_path / "r.kure.gz", seen(0, WEB))
    broken(file)
    with pytest.raises(InvalidInput, match=why):
        read(file)


def test_a_recording_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "r.kure.gz")
    writer.write(Header(namespaces=[]))
    writer.discard()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none/r\.kure\.gz\.part: No such file"):
        Writer(tmp_path / "none" / "r.kure.gz")


def test_what_was_written_is_read_in_the_order_of_its_times(tmp_path: Path) -> None:
    file = write(tmp_path / "r.kure.gz", gone(9, WEB), seen(0, WEB), log("id", (1.0, "a line")))
    found = read(file)
    assert [entry.at for entry in found.story] == [0, 9]
    assert found.logs == {"id": [(1.0, "a line")]}
    assert found.end.at == 60


def test_the_same_recording_is_the_same_file(tmp_path: Path) -> None:
    first, second = (write(tmp_path / name, seen(0, WEB)) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    assert len(list(entries(first))) == 3
