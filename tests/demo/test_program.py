"""Kure's own processes as children."""

from pathlib import Path

import pytest

from kure.demo.program import Probe, Program
from kure.errors import Unavailable

ENV = {"PYTHONPATH": str(Path(__file__).parents[2])}


async def never() -> bool:
    return False


@pytest.mark.parametrize("probe", [never, None])
async def test_one_that_ends_before_it_answers_is_told_with_its_last_words(
    tmp_path: Path, probe: Probe | None
) -> None:
    program = Program("kure.no_such_part", tmp_path / "log", ENV, probe)
    with pytest.raises(
        Unavailable, match=r"ended with code 1: .*No module named kure.no_such_part"
    ):
        await program.start()


async def test_one_without_a_probe_has_started_when_it_still_runs(tmp_path: Path) -> None:
    program = Program("tests.demo.sleeper", tmp_path / "log", ENV, settle=0.1)
    await program.start()
    assert await program.answers()
    await program.kill()
    assert await program.wait() == "it ended with SIGKILL"
    assert not await program.answers()
