"""An election by a Lease: of all who stand, one leads at a time, for ever.

The rules are client-go's, by the official client's `leaderelection`. What that leaves out is here:
a Lease that is given back, answers that never come, a leader whose own clock jumps, and going on
after an end. Two may lead for a moment; nothing may depend on that never happening.
https://pkg.go.dev/k8s.io/client-go/tools/leaderelection
"""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from kubernetes.aio.client import ApiClient, Configuration, CoordinationV1Api, V1Lease, V1ObjectMeta
from kubernetes.aio.client.exceptions import ApiException
from kubernetes.aio.leaderelection.electionconfig import Config
from kubernetes.aio.leaderelection.leaderelection import LeaderElection
from kubernetes.aio.leaderelection.leaderelectionrecord import LeaderElectionRecord
from kubernetes.aio.leaderelection.resourcelock.leaselock import LeaseLock

from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.credentials import Access
from kure.adapters.cluster.standby import Standby
from kure.errors import KureError

log = logging.getLogger(__name__)

# It prints a traceback for each answer that is no success, a lost race included.
logging.getLogger("kubernetes.aio.leaderelection").setLevel(logging.CRITICAL)

LEASE_SECONDS = 15
RENEW_SECONDS = 10
RETRY_SECONDS = 4.0

# How long one that found the Lease free stands for it before it waits again: another was faster.
# One that knows nothing of the Lease has to see it unchanged for as long as it lasts.
STAND_SECONDS, BLIND_SECONDS = 6.0, LEASE_SECONDS + RENEW_SECONDS
PAUSE_SECONDS = 1.0

# The library waits five minutes for an answer: a Lease is long lost by then.
ANSWER_SECONDS = 4.0
RELEASE_SECONDS = 1.5

BROKEN = (aiohttp.ClientError, OSError, ValueError, KureError)


@dataclass(frozen=True)
class Candidate:
    """Who stands for which Lease."""

    namespace: str
    lease: str
    identity: str


class Lock(LeaseLock):
    """A Lease, asked for with the credentials of `cluster` as they are at that moment. It answers
    with ApiException where the library would let any other error end the election."""

    def __init__(self, cluster: KubeCluster, candidate: Candidate) -> None:
        super().__init__(candidate.lease, candidate.namespace, candidate.identity, ApiClient())
        self._cluster = cluster
        self._access: Access | None = None
        self.renewed_at = float("-inf")
        self.problem: str | None = None

    async def aclose(self) -> None:
        await self.api_instance.api_client.close()

    async def get(
        self, name: str, namespace: str
    ) -> tuple[bool, LeaderElectionRecord] | tuple[bool, Exception] | tuple[bool, None]:
        try:
            async with self._asking("read"):
                lease = await self.api_instance.read_namespaced_lease(name, namespace)
        except ApiException as error:
            return False, error
        self.lease_reference = lease
        return True, self.election_record(lease)

    async def create(
        self, name: str, namespace: str, election_record: LeaderElectionRecord
    ) -> bool:
        body = V1Lease(metadata=V1ObjectMeta(name=name), spec=self.update_lease(election_record))
        return await self._write(
            "create", lambda: self.api_instance.create_namespaced_lease(namespace, body)
        )

    async def update(self, name: str, namespace: str, updated_record: LeaderElectionRecord) -> bool:
        lease = self._known()
        lease.spec = self.update_lease(updated_record, lease.spec)
        return await self._write(
            "update", lambda: self.api_instance.replace_namespaced_lease(name, namespace, lease)
        )

    async def release(self) -> None:
        """Leave the Lease without a holder, so that another need not wait for its end. Twice at
        most: a renewal that was cut off may still have got through, which makes the first a 409."""
        for _ in range(2):
            found, _ = await self.get(self.name, self.namespace)
            lease = self._known()
            if not found or lease.spec is None or lease.spec.holder_identity != self.identity:
                return
            lease.spec.holder_identity, lease.spec.lease_duration_seconds = "", 1
            try:
                async with self._asking("release"):
                    await self.api_instance.replace_namespaced_lease(
                        self.name, self.namespace, lease
                    )
            except ApiException:
                continue
            return

    def time_str_to_iso(self, str_time: str) -> str:
        """With six digits behind the point, as the API server's MicroTime asks for: the library
        gives up on a time that falls on a whole second."""
        return datetime.fromisoformat(str_time).isoformat(timespec="microseconds") + "Z"

    @property
    def version(self) -> str | None:
        """The version of the Lease as it was last read."""
        metadata = self._known().metadata
        return metadata.resource_version if metadata else None

    def _known(self) -> V1Lease:
        """The Lease as it was last read: the API server refuses what is based on an older one."""
        return self.lease_reference or V1Lease()

    async def _write(self, doing: str, send: Callable[[], Awaitable[Any]]) -> bool:
        try:
            async with self._asking(doing):
                await send()
        except ApiException:
            return False
        self.renewed_at = time.monotonic()
        return True

    @asynccontextmanager
    async def _asking(self, doing: str) -> AsyncIterator[None]:
        """Signed in, for a limited time; whatever fails becomes ApiException."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._sign_in()
                yield
        except ApiException as error:
            if error.status == 401 and self._access:
                with suppress(KureError):
                    await self._cluster.access(refused=self._access)
            if error.status not in (404, 409):  # not yet made; another was faster
                self._say(doing, f"the API server answered {error.status} ({error.reason})")
            raise
        except TimeoutError as error:
            self._say(doing, "the API server has not answered in time")
            raise ApiException(status=0, reason="no answer") from error
        except BROKEN as error:
            self._say(doing, str(error) or type(error).__name__)
            raise ApiException(status=0, reason=str(error)) from error
        self._say(doing, None)

    def _say(self, doing: str, why: str | None) -> None:
        """A problem stands until what failed succeeds; a read that succeeds after a write that
        failed ends nothing."""
        begins = f"Cannot {doing} the Lease {self.namespace}/{self.name}: "
        if why and not self.problem:
            log.warning("%s", begins + why)
        if why:
            self.problem = begins + why
        elif doing != "read" or (self.problem or "").startswith(begins):
            self.problem = None

    async def _sign_in(self) -> None:
        access = await self._cluster.access()
        known, self._access = self._access, access
        if known is None or (known.server, known.tls) != (access.server, access.tls):
            await self.aclose()
            self.api_instance = CoordinationV1Api(ApiClient(_configuration(access)))
        configuration = self.api_instance.api_client.configuration
        configuration.api_key = (
            {"BearerToken": access.authorization} if access.authorization else {}
        )


class Election:
    """One candidate. `leads` while it holds the Lease; `problem` says in plain words why the Lease
    cannot be asked for, and is None while all is well."""

    def __init__(self, cluster: KubeCluster, candidate: Candidate) -> None:
        self._lock = Lock(cluster, candidate)
        self._standby = Standby(
            *(cluster, candidate.namespace, candidate.lease, candidate.identity, LEASE_SECONDS)
        )
        self.leads = False

    @property
    def problem(self) -> str | None:
        return self._lock.problem or (None if self.leads else self._standby.problem)

    async def run(self, lead: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Stand for election for ever. `lead` runs while this one leads, and is cancelled when
        that ends. Cancelled, it gives the Lease back."""
        try:
            while True:
                version = await self._standby.until_free()
                await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))  # all have seen it at once
                await self._term(lead, version)
        finally:
            await self._lock.aclose()

    async def _term(
        self, lead: Callable[[], Coroutine[Any, Any, None]], version: str | None
    ) -> None:
        """From standing for election to the end of leading, whatever ends it. `version` is that of
        the Lease which was found free."""
        acquired = asyncio.Event()

        async def started() -> None:
            acquired.set()

        async def stopped() -> None:
            """The end of the election's run says it."""

        config = Config(
            self._lock,
            lease_duration=LEASE_SECONDS,
            renew_deadline=RENEW_SECONDS,
            retry_period=RETRY_SECONDS * random.uniform(0.8, 1),
            onstarted_leading=started,
            onstopped_leading=stopped,
        )
        election = LeaderElection(config)
        if version is not None and not await self._is_free(election, version):
            return
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(election.run())]
        try:
            tasks.append(asyncio.create_task(acquired.wait()))
            patience = BLIND_SECONDS if version is None else STAND_SECONDS
            await asyncio.wait(tasks, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if acquired.is_set():
                self.leads = True
                log.info("%s leads", self._lock.identity)
                tasks += [asyncio.create_task(lead()), asyncio.create_task(self._expired())]
                await asyncio.wait([tasks[0], *tasks[2:]], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._end(tasks)

    async def _is_free(self, election: LeaderElection, version: str) -> bool:
        """Whether the Lease is still as it was found. The library would otherwise wait for as long
        as it lasts once more, also where it was given back."""
        _, record = await self._lock.get(self._lock.name, self._lock.namespace)
        if not isinstance(record, LeaderElectionRecord) or self._lock.version != version:
            return False
        election.observed_record, election.observed_time_milliseconds = record, 0
        return True

    async def _end(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Stop all that belongs to the term, then give the Lease back."""
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                log.error("The election goes on after an error", exc_info=outcome)
        if not self.leads:
            return
        self.leads = False
        log.info("%s leads no more", self._lock.identity)
        with suppress(TimeoutError):
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._lock.release()

    async def _expired(self) -> None:
        """Until the Lease has not been renewed for as long as it lasts, by a clock that nobody
        sets: the library goes by the time of day."""
        left = float(LEASE_SECONDS)
        while left > 0:
            await asyncio.sleep(left)
            left = self._lock.renewed_at + LEASE_SECONDS - time.monotonic()


def _configuration(access: Access) -> Configuration:
    made = Configuration(host=access.server)
    made.ssl_ca_cert, made.verify_ssl = access.tls.ca_file, access.tls.verify
    made.cert_file, made.key_file = access.tls.cert_file, access.tls.key_file
    made.tls_server_name, made.proxy = access.tls.server_name, access.proxy
    made.disable_strict_ssl_verification = True  # as for all other requests: credentials.Tls
    return made
