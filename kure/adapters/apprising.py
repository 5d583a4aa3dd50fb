"""What apprise speaks, through the one way out: apprise says in a process of its own what it would
send, and `Outgoing` sends it. So whatever a plugin does, nothing is reached that may not be."""

import asyncio
import base64
import binascii
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kure.adapters.outgoing import Answer, Call, Outgoing
from kure.errors import InvalidInput, NotDelivered

CHILD = Path(__file__).with_name("apprise_child.py")
SECONDS = 20.0
MOST_REQUESTS = 20
MOST_LINE = 1024 * 1024
Hand = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Apprising:
    """Sends a call whose `url` is an address as apprise writes it, whose `body` is JSON with the
    message's `title`, `body` and `type`."""

    outgoing: Outgoing
    seconds: float = SECONDS

    async def post(self, call: Call, handing_over: Hand | None = None) -> Answer:
        """As `Outgoing.post` does, in as many requests as the service needs. InvalidInput where the
        address is none that can be used."""
        asked = json.loads(call.body) | {"address": call.url}
        try:
            async with asyncio.timeout(self.seconds), _child() as child:
                await child.tell(asked)
                return await self._sent(child, call, handing_over)
        except TimeoutError as error:
            raise NotDelivered(
                f"What apprise had to send took more than {self.seconds:g} s."
            ) from error

    async def _sent(self, child: "_Child", call: Call, handing_over: Hand | None) -> Answer:
        failed: NotDelivered | InvalidInput | None = None
        for _ in range(MOST_REQUESTS):
            said = await child.hear()
            if why := said.get("unfit"):
                raise InvalidInput(f"The channel's address {why}.")
            if "sent" in said:
                if not said["sent"]:
                    raise failed or NotDelivered("The service did not take the message.")
                return Answer(200, b"")
            try:
                answer = await self.outgoing.post(_request(said, call.inside), handing_over)
            except (NotDelivered, InvalidInput) as error:
                failed = error
                await child.tell({})
            else:
                body = base64.b64encode(answer.body).decode()
                await child.tell({"status": answer.status, "body": body})
        raise NotDelivered(f"The message needed more than {MOST_REQUESTS} requests.")


async def unfit(address: str, seconds: float = SECONDS) -> str:
    """Why this is no address of a service that apprise reaches by HTTPS; '' where it is."""
    try:
        async with asyncio.timeout(seconds), _child() as child:
            await child.tell({"address": address})
            return str((await child.hear()).get("unfit", ""))
    except (TimeoutError, NotDelivered):
        return f"could not be read by apprise within {seconds:g} s; try it again"


@dataclass(frozen=True)
class _Child:
    process: asyncio.subprocess.Process

    async def tell(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None, "it is piped"
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        with contextlib.suppress(ConnectionError):  # it has ended: that is heard next
            await self.process.stdin.drain()

    async def hear(self) -> dict[str, Any]:
        """What it says next. Its own texts may hold secrets, and are never shown."""
        assert self.process.stdout is not None, "it is piped"
        try:
            said = json.loads(await self.process.stdout.readline())
        except ValueError as error:
            raise NotDelivered("apprise could not make a message for this service.") from error
        assert isinstance(said, dict), "the child tells objects"
        return said


@asynccontextmanager
async def _child() -> AsyncIterator[_Child]:
    """A running one, ended when the block is. The address is a secret: it comes by a pipe, so that
    no list of processes shows it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(CHILD)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=MOST_LINE,
        env={"PATH": os.defpath},
    )
    try:
        yield _Child(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # Reads what is left, else the pipes stay open.
        await process.communicate()


# Made anew for each hop.
DROPPED = frozenset({"accept-encoding", "connection", "content-length", "host", "user-agent"})


def _request(said: dict[str, Any], inside: bool) -> Call:
    try:
        headers = {
            name: value for name, value in said["headers"].items() if name.lower() not in DROPPED
        }
        body = base64.b64decode(said["body"])
        return Call(said["url"], body, headers, inside, said["method"])
    except (KeyError, AttributeError, binascii.Error) as error:
        raise NotDelivered("apprise asked for no request that can be made.") from error
