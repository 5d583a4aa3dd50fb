"""Kure's own processes as children."""

from pathlib import Path

import pytest

from kure.demo.program import Program
from kure.errors import Unavailable

ENV = {"PATH": "/usr/bin:/bin"}


async def test_one_that_ends_before_it_answers_is_told_with_its_last_words(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    program = Program("kure.no_such_part", tmp_path / "log", ENV, never)
    with pytest.raises(
        Unavailable, match=r"ended with code 1: .*No module named kure.no_such_part"
    ):
        await program.start()


async def test_one_without_a_probe_counts_as_started(tmp_path: Path) -> None:
    program = Program("http.server", tmp_path / "log", ENV)
    await program.start()
    assert await program.answers()
    await program.kill()
    assert await program.wait() == "it ended with SIGKILL"
    assert not await program.answers()
