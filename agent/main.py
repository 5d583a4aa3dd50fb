"""The agent's process: `python -m agent.main`. Watches every pod of one cluster and reports to
Kure's API; holds no keys of its own but its token."""

import asyncio
import base64
import logging
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from agent.api import Api, ApiAway
from agent.report import Outbox, encode
from agent.watch import Context, PodWatch
from kure import __version__, logs, settings
from kure.adapters.cluster.client import KubeCluster, connect
from kure.contracts.reports import Heartbeat
from kure.domain.backoff import full_jitter
from kure.domain.failures.model import graces_of
from kure.domain.redact import Redactor
from kure.errors import InvalidInput, KureError, NotSignedIn
from kure.settings import Settings

log = logging.getLogger("kure.agent")

HEARTBEAT_SECONDS = 10.0

# At the end, how long reports that wait may take. What is not told is found again at the start.
DRAIN_SECONDS = 3.0

# How long a thread that redacts may keep a verdict waiting; Python's default is five times that.
SWITCH_SECONDS = 0.001


class Agent:
    """One process, every pod (scope `all`)."""

    def __init__(self, known: Settings, api: Api) -> None:
        self._settings = known
        self._api = api
        self._outbox = Outbox(api, self._forget)
        self._pods: PodWatch | None = None
        self._problem: str | None = None

    async def work(self) -> None:
        """Watch, report and give signs of life, for ever."""
        async with asyncio.TaskGroup() as parts:
            parts.create_task(self._outbox.run())
            parts.create_task(self._beat())
            parts.create_task(self._watch())

    async def drain(self) -> None:
        """Wait until what is known has been told, but not for long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._outbox.drained(), DRAIN_SECONDS)

    async def _watch(self) -> None:
        config = await self._api.config()
        open_pods = await self._api.open_pods()
        async with self._connected() as cluster:
            context = Context(
                cluster=cluster,
                cluster_name=config.cluster,
                redactor=Redactor(base64.b64decode(config.redaction_key)),
                graces=graces_of(config.graces),
            )
            self._pods = PodWatch(context, self._outbox, open_pods.items)
            log.info("watching all pods of cluster %s at %s", config.cluster, cluster.server)
            await self._pods.run()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[KubeCluster]:
        """A client for the cluster. A kubeconfig that cannot be used is said once and read again
        until it can."""
        attempt = 0
        async with AsyncExitStack() as stack:
            while True:
                try:
                    cluster = await stack.enter_async_context(connect(self._settings))
                except KureError as error:
                    if self._problem is None:
                        log.warning("%s", error)
                    self._problem = str(error)
                    attempt += 1
                    await asyncio.sleep(full_jitter(attempt, random.random()))
                else:
                    break
            self._problem = None
            yield cluster

    async def _beat(self) -> None:
        """A sign of life every ten seconds. One that gets lost is not sent again."""
        while True:
            with suppress(ApiAway, NotSignedIn, InvalidInput):
                await self._api.once("POST", "/api/agent/heartbeat", encode(self._heartbeat()))
            await asyncio.sleep(HEARTBEAT_SECONDS)

    def _heartbeat(self) -> Heartbeat:
        pods, namespaces = self._pods.counts() if self._pods else (0, 0)
        return Heartbeat(
            version=__version__,
            pods=pods,
            namespaces=namespaces,
            queued=self._outbox.queued,
            problem=self._problem or (self._pods.problem if self._pods else None),
        )

    def _forget(self, uid: str) -> None:
        if self._pods:
            self._pods.forget(uid)


async def run(known: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    api = Api(known)
    agent = Agent(known, api)
    work = asyncio.create_task(agent.work())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await agent.drain()
    finally:
        stopping.cancel()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        await api.aclose()


async def _until_signalled(known: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(known, stop)


def main() -> int:
    """2 where a setting cannot work."""
    try:
        known = settings.load()
    except KureError as error:
        sys.stderr.write(f"kure agent: {error}\n")
        return 2
    logs.configure(known.log_level)
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_until_signalled(known))
    return 0


if __name__ == "__main__":
    sys.exit(main())
