"""All of Kure started for an evaluation, its provider set and tried, and every run played."""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import connect
from kure.adapters.cluster.credentials import read_access
from kure.contracts.models import ProviderBody
from kure.errors import ModelFailed
from kure.ids import new_id
from kure.settings import Settings
from tests.accuracy.playing import SECONDS
from tests.cluster.gateway_api import install
from tests.cluster.live.hands import Hands
from tests.cluster.live.shorthand import CLUSTER_WIDE, CONSONANTS, SYLLABLES, VOWELS
from tests.evals.figures import Result, Run
from tests.evals.playing import ASKING, Playing, Turn
from tests.evals.provider import is_loopback
from tests.evals.spending import Purse, spent
from tests.kill.stack import running

CLUSTER = "eval"
# Nothing of a namespace whose name was not drawn for a case may go out.
DRAWN = f"{CLUSTER}/" + f"[{CONSONANTS}][{VOWELS}]" * SYLLABLES
NO_NAMESPACE = f"{CLUSTER}/_"
PATH = "/api/admin/llm"


@dataclass(frozen=True)
class Wanted:
    """What is to be evaluated, and what it may cost."""

    provider: ProviderBody
    turns: Sequence[Turn]
    repeats: int
    most_usd: Decimal
    kubeconfig: Path
    asking_seconds: float = ASKING

    @property
    def places(self) -> list[str]:
        """Of which something may go out: of objects without a namespace only where a case is of
        one."""
        kinds = {turn.expected.owner[0] for turn in self.turns}
        return [DRAWN, *([NO_NAMESPACE] if kinds & CLUSTER_WIDE.keys() else [])]


@dataclass
class Admin:
    """Sets the provider, as an administrator does."""

    person: httpx.AsyncClient
    wanted: Wanted
    _has_key: bool = field(default=False)

    async def set_budget(self, usd: Decimal) -> None:
        """The provider, asked of every incident, within this budget of the day."""
        provider = self.wanted.provider.model_dump(mode="json")
        if self._has_key:
            del provider["key"]  # it stays
        body = {
            "version": (await self._ask("GET"))["version"],
            "ask": "always",
            "budget": {"calls": None, "usd": str(usd)},
            "outside_namespaces": self.wanted.places,
            "providers": [provider],
        }
        await self._ask("PUT", body=body)
        self._has_key = True

    async def try_out(self) -> None:
        """ModelFailed where the provider does not answer: no case need be played then."""
        tested = await self._ask("POST", "/test", {"provider": self.wanted.provider.id})
        if not tested["ok"]:
            raise ModelFailed(f"The provider does not answer: {tested['error']}", "down", sent=True)

    async def _ask(self, method: str, path: str = "", body: Any = None) -> dict[str, Any]:
        headers = {"Idempotency-Key": str(new_id())}
        answer = await self.person.request(method, PATH + path, json=body, headers=headers)
        found: dict[str, Any] = answer.json()
        if not answer.is_success:
            told = [found.get("title"), found.get("detail"), *found.get("errors", ())]
            raise ModelFailed(f"Kure does not take the provider: {told}", "request", sent=False)
        return found


async def evaluated(wanted: Wanted) -> Result:
    """Everything played and judged. ModelFailed where the provider cannot be asked at all."""
    runs: list[Run] = []
    async with _all_of_kure(wanted) as playing:
        tasks = [asyncio.create_task(playing.run(turn)) for turn in wanted.turns]
        try:
            for number, done in enumerate(asyncio.as_completed(tasks), 1):
                if (run := await done) is not None:
                    runs.append(run)
                    sys.stderr.write(f"{number}/{len(tasks)} {_glyphs(run)} {run.case}\n")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            gone = (playing.hands.when_gone(turn.case) for turn in wanted.turns)
            await asyncio.gather(*gone, return_exceptions=True)
        usd, calls, _ = await spent(playing.stack.pool, utc_now())
    named = f"{wanted.provider.kind} {wanted.provider.model}"
    return Result(named, wanted.repeats, runs, usd, calls, len(wanted.turns) - len(runs))


@asynccontextmanager
async def _all_of_kure(wanted: Wanted) -> AsyncIterator[Playing]:
    admin_settings = Settings(kubeconfig=wanted.kubeconfig)
    access = await read_access(admin_settings)
    with TemporaryDirectory(prefix="kure-") as folder:
        async with (
            connect(admin_settings) as cluster,
            running(Path(folder), **_settings(wanted.provider)) as stack,
            httpx.AsyncClient(
                base_url=stack.url,
                headers={"Authorization": f"Bearer {stack.token}", "Origin": stack.url},
                timeout=60,
            ) as person,
        ):
            hands, admin = Hands(access, cluster), Admin(person, wanted)
            purse = Purse(wanted.most_usd, stack.pool, admin.set_budget, utc_now)
            await install(hands)
            await admin.set_budget(wanted.most_usd)
            await admin.try_out()
            keeping = asyncio.create_task(purse.keep())
            try:
                yield Playing(stack, hands, person, purse, wanted.asking_seconds)
            finally:
                keeping.cancel()
                await asyncio.gather(keeping, return_exceptions=True)
                await hands.aclose()


def _settings(provider: ProviderBody) -> dict[str, str]:
    """As Kure is by default, but for failures being told sooner; and a provider on this machine may
    be called."""
    graces = {f"KURE_GRACES__{name.upper()}": f"PT{most}S" for name, most in SECONDS.items()}
    quiet = {name: Settings.model_fields[name].default for name in ("quiet", "crash_quiet")}
    return {
        "KURE_CLUSTER": CLUSTER,
        "KURE_OUTGOING_LOOPBACK": str(is_loopback(provider)).lower(),
        **{f"KURE_{name.upper()}": f"PT{most.seconds}S" for name, most in quiet.items()},
        **graces,
    }


def _glyphs(run: Run) -> str:
    """Rules right, model right; a dot where nobody answered."""
    if not run.is_judged:
        return ".."
    return "+-"[not run.rules] + "+-"[not run.model.right]
