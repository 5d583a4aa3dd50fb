"""Child processes that end with their parent, and processes that an earlier parent left behind."""

import asyncio
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kure.demo.account import Account

POLL_SECONDS = 0.05
LOG_BYTES = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1  # linux/prctl.h


async def spawn(
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
    cwd: Path | None = None,
    farewell: signal.Signals = signal.SIGTERM,
) -> Process:
    """Start a child whose output is added to `log`, as `account` if one is given.

    It leads a session of its own, so that Ctrl-C in a terminal reaches only us and the order of
    stopping stays ours. On Linux the kernel sends it `farewell` when we die, however we die;
    elsewhere it stays, and the next start finds it."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command,
            stdin=DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            cwd=cwd,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,
            umask=0o077,
            preexec_fn=_leash(farewell),
        )


def _leash(farewell: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: the forked child should only make calls
    parent = os.getpid()

    def leash() -> None:
        prctl(PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)
        if os.getppid() != parent:  # it died before the call above
            os._exit(1)

    return leash


async def stop(process: Process, *, signals: Sequence[signal.Signals], seconds: float) -> None:
    """Send each signal in turn, waiting `seconds` after each; the last resort is SIGKILL."""
    for number in (*signals, signal.SIGKILL):
        if process.returncode is not None:
            return
        process.send_signal(number)
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            continue


async def stop_stranger(pid: int, *, signals: Sequence[signal.Signals], seconds: float) -> None:
    """The same for a process that is not our child, so cannot be waited for."""
    for number in (*signals, signal.SIGKILL):
        if not is_alive(pid):
            return
        os.kill(pid, number)
        await wait_until(lambda: not is_alive(pid), seconds)


async def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether `condition` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process of this id runs. A zombie does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return bool(command_line(pid))


def command_line(pid: int) -> str:
    """The command that a process was started with; empty if there is none, or it is a zombie."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except (OSError, UnicodeDecodeError):
            return ""
    answer = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()


def bound_log(log: Path, limit: int = LOG_BYTES) -> None:
    """Keep a log under `limit` bytes: what it holds moves to `<log>.1`. Its writer may go on, as it
    appends."""
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_name(log.name + ".1"))
        os.truncate(log, 0)


def log_tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for an error's text."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
