"""Where a process is made to die: `kill -9` by its own hand, at an exact point of the real code.

A boundary is armed by a file of its name in the folder KURE_KILL_DIR; whoever reaches it and
removes the file dies there, so each arming kills once.
"""

import functools
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Call = Callable[..., Awaitable[Any]]


def die_if_armed(boundary: str) -> None:
    """End this process as the kernel would, where the boundary is armed."""
    try:
        (Path(os.environ["KURE_KILL_DIR"]) / boundary).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def before(place: Any, name: str, boundary: str) -> None:
    """Die before a call of `place.name`."""
    real: Call = getattr(place, name)

    @functools.wraps(real)
    async def dying(*args: Any, **kwargs: Any) -> Any:
        die_if_armed(boundary)
        return await real(*args, **kwargs)

    setattr(place, name, dying)


def after(
    place: Any, name: str, boundary: str, when: Callable[[Any], bool] = lambda result: True
) -> None:
    """Die after a call of `place.name` whose result is as told, before anybody learns of it."""
    real: Call = getattr(place, name)

    @functools.wraps(real)
    async def dying(*args: Any, **kwargs: Any) -> Any:
        result = await real(*args, **kwargs)
        if when(result):
            die_if_armed(boundary)
        return result

    setattr(place, name, dying)
