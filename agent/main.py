"""The agent's process: `python -m agent.main`. Watches a cluster, or a node of it, and reports to
Kure's API; holds no keys of its own but its token."""

import asyncio
import base64
import logging
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from agent.api import Api, ApiAway
from agent.context import Context
from agent.metrics import REGISTRY, Doing
from agent.report import Outbox, encode
from agent.scopes import Scope, Watching
from agent.spool import Spool
from kure import __version__, logs, settings
from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.lease import Candidate, Election
from kure.adapters.prometheus import serving
from kure.contracts.reports import AgentConfig, Heartbeat
from kure.domain.backoff import full_jitter
from kure.domain.exclusions import Exclusion
from kure.domain.failures.model import graces_of
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.redact import Redactor
from kure.errors import InvalidInput, KureError, Misconfigured, NotSignedIn
from kure.settings import Settings

log = logging.getLogger("kure.agent")

HEARTBEAT_SECONDS = 10.0

# At the end, how long reports that wait may take. What is not told is found again at the start.
DRAIN_SECONDS = 3.0

# How long a thread that redacts may keep a verdict waiting; Python's default is five times that.
SWITCH_SECONDS = 0.001

MOST_REFUSED = 64
MOST_EXCLUDED = 1000


class Agent:
    """One process: of scope `all`, or of scope `node` and a candidate for the rest."""

    def __init__(self, known: Settings, api: Api) -> None:
        self._settings = known
        self._api = api
        folder = known.spool_dir or known.data_dir / "spool"
        self._outbox = Outbox(api, self._forget, Spool(folder, known.spool_mib * 1024 * 1024))
        self._watching: dict[Scope, Watching] = {}
        self._election: Election | None = None
        self._electing: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._problem: str | None = None
        self._context: Context | None = None

    async def work(self) -> None:
        """Watch, report and give signs of life, for ever."""
        doing, listen = Doing(self._heartbeat), self._settings.agent_metrics_listen
        REGISTRY.register(doing)
        try:
            async with (
                serving("KURE_AGENT_METRICS_LISTEN", listen, REGISTRY),
                asyncio.TaskGroup() as parts,
            ):
                parts.create_task(self._outbox.run())
                parts.create_task(self._beat())
                parts.create_task(self._watch())
        finally:
            REGISTRY.unregister(doing)

    async def finish(self) -> None:
        """Let another lead, and wait until what is known has been told, but not for long."""
        self._is_stopping = True
        rest = self._watching.get(Scope.REST)
        async with asyncio.TaskGroup() as ends:
            ends.create_task(self._resign())
            ends.create_task(self._drain())
        if rest:
            self._leave_to_others(rest)

    def close(self) -> None:
        """Leave what waits to the next process."""
        self._outbox.close()

    async def _drain(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._outbox.drained(), DRAIN_SECONDS)

    async def _resign(self) -> None:
        if self._electing:
            self._electing.cancel()
            await asyncio.wait([self._electing])

    async def _watch(self) -> None:
        config = await self._api.config()
        async with self._connected() as cluster, asyncio.TaskGroup() as parts:
            self._context = context = Context(
                cluster=cluster,
                cluster_name=config.cluster,
                redactor=Redactor(base64.b64decode(config.redaction_key)),
                graces=graces_of(config.graces),
                exclusions=_exclusions(config),
            )
            parts.create_task(self._follow_settings(context))
            log.info("watching cluster %s at %s", config.cluster, cluster.server)
            if self._settings.agent_scope == "all":
                parts.create_task(self._watch_scope(Scope.ALL, context))
            else:
                parts.create_task(self._watch_scope(Scope.NODE, context))
                self._electing = parts.create_task(self._stand(cluster, context))

    async def _stand(self, cluster: KubeCluster, context: Context) -> None:
        """Of all agents of nodes, one also watches the rest."""
        known = self._settings
        identity = known.pod_name or known.node_name
        candidate = Candidate(known.pod_namespace, known.lease_name, identity)
        self._election = Election(cluster, candidate)
        await self._election.run(lambda: self._watch_scope(Scope.REST, context))

    async def _watch_scope(self, scope: Scope, context: Context) -> None:
        await self._outbox.replayed()
        open_pods = await self._api.open_pods(scope.open(self._settings))
        watching = Watching(scope, self._settings, context, self._outbox, open_pods.items, KINDS)
        self._watching[scope] = watching
        try:
            await watching.run()
        finally:
            del self._watching[scope]
            if scope is Scope.REST and not self._is_stopping:
                self._leave_to_others(watching)

    def _leave_to_others(self, rest: Watching) -> None:
        """Whoever leads next tells of the rest as it is then."""
        node = self._watching.get(Scope.NODE)
        own = node.subjects if node else ()
        self._outbox.forget_all_of([uid for uid in rest.subjects if uid not in own])

    async def _follow_settings(self, context: Context) -> None:
        """Graces and exclusions that people change count at once."""
        async for config in self._api.configs():
            graces = graces_of(config.graces)
            if graces != context.graces:
                log.info("the graces have changed: all that waits for one is judged again")
                context.graces = graces
                for watching in self._watching.values():
                    watching.judge_again()
            if (exclusions := _exclusions(config)) != context.exclusions:
                log.info("%d exclusions are in force: what fails is told again", len(exclusions))
                context.exclusions = exclusions
                for watching in self._watching.values():
                    watching.tell_again()

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
        scopes = list(self._watching.values())
        pods = sum((one.pods() for one in scopes), Counter[str]())
        leads = Scope.REST in self._watching
        nodes = [one.nodes for one in scopes if one.nodes is not None]
        refused = [text for one in scopes for text in one.refused]
        problems = (self._problem, *(one.problem for one in scopes), self._outbox.problem)
        if self._election and self._election.problem:
            refused.append(self._election.problem)
        return Heartbeat(
            node=self._settings.node_name if self._settings.agent_scope == "node" else "",
            version=__version__,
            pods=pods.total(),
            namespaces=len(pods),
            queued=self._outbox.queued,
            spool_bytes=self._outbox.spool_bytes,
            watch_lag_seconds=round(max((one.silence for one in scopes), default=0), 1),
            leads=leads,
            nodes=nodes[0] if nodes else None,
            refused=list(dict.fromkeys(refused))[:MOST_REFUSED],
            problem=next((text for text in problems if text), None),
            excluded=self._excluded_by(),
        )

    def _excluded_by(self) -> list[str]:
        """By which exclusions something was kept away since the last sign of life."""
        if self._context is None:
            return []
        found, self._context.excluded_by = self._context.excluded_by, set()
        return sorted(found)[:MOST_EXCLUDED]

    def _forget(self, uid: str) -> None:
        for watching in self._watching.values():
            watching.subjects.forget(uid)


def _exclusions(config: AgentConfig) -> tuple[Exclusion, ...]:
    return tuple(one.exclusion for one in config.exclusions)


async def run(known: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    if known.agent_scope == "node" and not known.node_name:
        raise Misconfigured("Settings cannot be used. KURE_NODE_NAME: scope node needs its node")
    api = Api(known)
    agent = Agent(known, api)
    work = asyncio.create_task(agent.work())
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await agent.finish()
    finally:
        stopping.cancel()
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        agent.close()
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
        logs.configure(known.log_level, known.log_format)
        sys.setswitchinterval(SWITCH_SECONDS)
        asyncio.run(_until_signalled(known))
    except Misconfigured as error:
        sys.stderr.write(f"kure agent: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
