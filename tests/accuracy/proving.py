"""Asking Kure for mirrors over HTTP, as a person does, and marking its verdicts.

All of Kure runs as in life: API, worker, agent, Temporal and PostgreSQL as processes, each with the
rights of its own account.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import yaml

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import connect
from kure.adapters.cluster.credentials import Access
from kure.domain.diagnosis.fixes import applied, pod_of
from kure.ids import new_id
from kure.settings import Settings
from tests.accuracy.playing import SECONDS
from tests.accuracy.proofs import PROPOSED, Proof, Try, decided_at, life, tries_of, wrong
from tests.accuracy.witness import Witness, witnessing
from tests.cluster.accounts import allow_mirrors
from tests.cluster.live.hands import Hands
from tests.cluster.live.shorthand import Case, path_of
from tests.conftest import folder
from tests.kill.stack import Stack, running

# How many mirrors live at once, beside the workloads that they are made of: as many as start
# without waiting for one another and leave the API time to answer. And how many cases start in the
# same moment.
AT_ONCE = 12
STARTING = 8
PER_NAMESPACE = 4

# Until an incident is diagnosed, and until a mirror of the default life must have its verdict.
PATIENCE = 180
LIFE = 420

LOOK_SECONDS = 1.0
JOBS = ("Job", "CronJob")


@dataclass
class Proving:
    """Plays cases, and tries fixes on mirrors."""

    stack: Stack
    hands: Hands
    witness: Witness
    person: httpx.AsyncClient
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _starting: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STARTING))

    async def proofs(self, case: Case) -> list[Proof]:
        """All tries of a case, and of the fix that Kure proposes, from its namespace to its end."""
        try:
            async with self._starting:
                await self.hands.set_up(case)
                await allow_mirrors(self.hands, case.namespace)
            await self.hands.play(case)
            incident = await self._incident(case)
        except Exception as error:  # noqa: BLE001 - what cannot be played fails its own case only
            return [Proof(case.name, "all", why=_said(error))]
        else:
            tries = [self._proof(case, incident, wanted) for wanted in tries_of(case.data)]
            found = await asyncio.gather(*tries, self._proof(case, incident, Try(PROPOSED)))
            return [proof for proof in found if proof is not None]
        finally:
            await self.hands.tear_down(case)

    async def allow(self) -> None:
        """As many mirrors at once as are to be tried."""
        path = "/api/admin/settings/mirror-limits"
        limits = {"per_cluster": AT_ONCE, "per_namespace": PER_NAMESPACE, "version": 0}
        await self._ask("PUT", path, limits)

    async def _incident(self, case: Case) -> str:
        """Its id, once it is diagnosed."""
        kind, name = case.data["owner"].split()
        found: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = await self.stack.incidents(case.namespace)
                    for row in found:
                        if (row["kind"], row["name"], row["diagnosing"]) == (kind, name, False):
                            return str(row["id"])
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise TimeoutError(f"no incident of {kind} {name} was diagnosed: {found}") from None

    async def _proof(self, case: Case, incident: str, wanted: Try) -> Proof | None:
        """None where Kure proposes nothing."""
        async with self._room:
            try:
                body = await self._body(case, incident, wanted)
                return await self._tried(case, incident, wanted, body) if body else None
            except Exception as error:  # noqa: BLE001 - a mirror that is refused fails its own try
                return Proof(case.name, wanted.what, why=_said(error))

    async def _body(self, case: Case, incident: str, wanted: Try) -> dict[str, Any] | None:
        """What to deploy: the fix that is proposed, or the pod as it is edited."""
        if wanted.what == PROPOSED:
            shown = await self._ask("POST", f"/api/mirror/preview/{incident}", {})
            ttl_seconds = life(shown["needs_seconds"])
            body = {"fix_id": shown["fix_id"], "confirmed": True, "ttl_seconds": ttl_seconds}
            return body if shown["fix_id"] else None
        kind, name = case.data["owner"].split()
        pod = pod_of(await self.hands.read(path_of(kind, case.namespace, name)), case.namespace)
        assert pod, f"a {kind} has no pod"
        manifest = yaml.safe_dump(applied(pod, wanted.change))
        ttl = {"ttl_seconds": wanted.ttl} if wanted.ttl else {}
        return {"manifest": manifest, "confirmed": True} | ttl

    async def _tried(self, case: Case, incident: str, wanted: Try, body: dict[str, Any]) -> Proof:
        clicked = utc_now()
        started = await self._ask("POST", f"/api/mirror/deploy/{incident}", body)
        mirror_id = started["mirror_id"]
        try:
            async with asyncio.timeout(LIFE):
                seen, mirror = await self.witness.verdict(mirror_id)
        finally:
            await self._ask("DELETE", f"/api/mirror/{mirror_id}")
        async with asyncio.timeout(PATIENCE):
            await self.witness.gone(mirror_id)  # until then it takes a place
        verdict, text = mirror["verdict"], mirror["text"]
        statuses = self.witness.statuses(mirror["pod"])
        decided = decided_at(
            [(at, pod) for at, pod in statuses if at <= seen],  # what follows is its deletion
            verdict,
            mirror["needs_seconds"],
            is_job=case.data["owner"].split()[0] in JOBS,
        )
        return Proof(
            case=case.name,
            what=wanted.what,
            verdict=verdict,
            text=text,
            seconds=(seen - clicked).total_seconds(),
            lag=(seen - decided).total_seconds() if decided and decided <= seen else None,
            why=wrong(wanted, verdict, text),
        )

    async def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """What is answered; where a part did not answer in time, the same request is repeated, as
        the answer says."""
        headers = {"Idempotency-Key": str(new_id())}
        answer = await self.person.request(method, path, json=body, headers=headers)
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            answer = await self.person.request(method, path, json=body, headers=headers)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def proofs_of(cases: Sequence[Case], admin: Settings, access: Access) -> list[Proof]:
    """Play the cases and try their fixes, with all of Kure started for it."""
    proofs: list[Proof] = []
    async with _proving(admin, access) as proving:
        await proving.allow()
        playing = [asyncio.create_task(proving.proofs(case)) for case in cases]
        try:
            for number, done in enumerate(asyncio.as_completed(playing), 1):
                proofs += (found := await done)
                right = "".join("+" if proof.right else "-" for proof in found)
                sys.stderr.write(f"{number}/{len(cases)} {right} {found[0].case}\n")
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            gone = (proving.hands.when_gone(case) for case in cases)
            await asyncio.gather(*gone, return_exceptions=True)
    return proofs


@asynccontextmanager
async def _proving(admin: Settings, access: Access) -> AsyncIterator[Proving]:
    graces = {f"KURE_GRACES__{name.upper()}": f"PT{most}S" for name, most in SECONDS.items()}
    with folder() as data_dir:
        async with (
            connect(admin) as cluster,
            running(data_dir, **graces) as stack,
            witnessing(stack, cluster) as witness,
            httpx.AsyncClient(
                base_url=stack.url,
                headers={"Authorization": f"Bearer {stack.token}", "Origin": stack.url},
                timeout=60,
            ) as person,
        ):
            hands = Hands(access, cluster)
            try:
                yield Proving(stack, hands, witness, person)
            finally:
                await hands.aclose()


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {error}".strip()
