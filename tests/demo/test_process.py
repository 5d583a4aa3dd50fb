"""Child processes: none outlives us, whatever ends us; logs stay small."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from kure.demo.process import bound_log, is_alive, log_tail, wait_until

PARENT = """
import asyncio, sys
from pathlib import Path
from kure.demo.process import spawn

async def main():
    child = await spawn(["sleep", "600"], Path(sys.argv[1]))
    print(child.pid, flush=True)
    await child.wait()

asyncio.run(main())
"""
SECONDS = 20


async def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT, str(tmp_path / "log")), stdout=subprocess.PIPE
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    await parent.wait()
    assert await wait_until(lambda: not is_alive(child), SECONDS)


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(child.pid)
    child.wait()


def test_a_log_over_its_limit_moves_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    with log.open("a") as writer:
        writer.write("old\n" * 10)
        writer.flush()
        bound_log(log, limit=20)
        writer.write("new\n")
    assert log.read_text() == "new\n"
    assert (tmp_path / "part.log.1").read_text() == "old\n" * 10


def test_the_end_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert log_tail(tmp_path / "none") == ""
