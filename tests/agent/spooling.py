"""An agent's outbox as a process of its own, to be killed: `python -m tests.agent.spooling FOLDER
URL FIRST`. Tells of three subjects in turn, states numbered from FIRST; prints each number once it
is on disk."""

import asyncio
import itertools
import json
import sys
from pathlib import Path

from pydantic import SecretStr

from agent.api import Api
from agent.report import Kind, Outbox
from agent.spool import Spool, Stored
from kure.settings import Settings
from tests.agent.recording_api import TOKEN

SUBJECTS = ("a", "b", "c")
KINDS = (Kind.FAILED, Kind.EVIDENCE, Kind.HEALTHY)
MIB = 1024 * 1024


async def body(subject: str, state: int) -> bytes:
    return json.dumps({"uid": subject, "state": state, "text": "x" * 20_000}).encode()


async def main(folder: Path, url: str, first: int) -> None:
    spool = Spool(folder, 64 * MIB)
    kept = spool.keep

    async def keep(stored: Stored, body: bytes) -> bool:
        is_kept = await kept(stored, body)
        sys.stdout.write(f"{stored.uid} {json.loads(body)['state']}\n")
        sys.stdout.flush()
        return is_kept

    spool.keep = keep  # type: ignore[method-assign]  # to tell what is on disk
    api = Api(Settings(api_url=url, service_token=SecretStr(TOKEN)))
    outbox = Outbox(api, lambda uid: None, spool)
    async with asyncio.TaskGroup() as parts:
        parts.create_task(outbox.run())
        for state in itertools.count(first):
            for subject in SUBJECTS:
                task = asyncio.create_task(body(subject, state))
                outbox.put(subject, KINDS[state % len(KINDS)], task)
            await asyncio.sleep(0.002)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
