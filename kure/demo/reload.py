"""For those who work on Kure: its parts start again when their source changes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from kure.demo.child import Child

SOURCES = ("kure", "workflows", "activities", "workers", "api", "agent")
LOOK_SECONDS = 1.0


def newest(root: Path) -> float:
    """When the newest source file was changed, in seconds since 1970."""
    files = (file for folder in SOURCES for file in (root / folder).rglob("*.py"))
    return max((file.stat().st_mtime for file in files), default=0.0)


async def restart_on_change(root: Path, children: Sequence[Child]) -> None:
    """Stop the children whenever a file below `root` changes; their supervisor starts them."""
    before = await asyncio.to_thread(newest, root)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = await asyncio.to_thread(newest, root)
        if now > before:
            before = now
            await asyncio.gather(*(child.stop() for child in children))
