"""How soon an exclusion is in force at the agent, in the API and in the workflow of an open
incident, and how soon it is undone."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import httpx

from benchmarks.demo import demo
from benchmarks.failures import failing_pods
from benchmarks.samples import Result, Row
from kure.errors import Unavailable

ROUNDS = 5
EVERY_SECONDS = 0.01
PATIENCE = 60.0
TARGET_MS = 2000
PATH = "/api/admin/excluded-pods"
SAID = "exclusions are in force"
PLACES = ("the agent", "the API", "the workflow")


async def exclusions(folder: Path) -> Result:
    """One failing pod, excluded and told of again, several times."""
    async with demo(folder) as running, failing_pods(running, 1) as (name,):
        headers = {"Authorization": f"Bearer {running.token}"}
        async with httpx.AsyncClient(base_url=running.url, headers=headers) as client:
            looking = Looking(client, running.data_dir / "log" / "agent.log", name)
            await looking.until({"the workflow": _is_open}, monotonic())
            there: list[dict[str, float]] = []
            back: list[dict[str, float]] = []
            for _ in range(ROUNDS):
                began = monotonic()
                body = {"pod": name, "reason": "a benchmark"}
                made = (await client.post(PATH, json=body)).raise_for_status().json()
                there.append(await looking.everywhere(began, closed=True))
                began = monotonic()
                (await client.delete(f"{PATH}/{made['id']}")).raise_for_status()
                back.append(await looking.everywhere(began, closed=False))
    rows = [
        Row(f"{what} {place}, slowest", max(one[place] for one in took), TARGET_MS, "ms")
        for what, took in (("in force at", there), ("undone at", back))
        for place in PLACES
    ]
    title = f"An exclusion of an open incident, {ROUNDS} times, from the request of a person"
    return Result("exclusions", title, rows, {"there": there, "back": back})


class Looking:
    """Looks at what shows whether the exclusion counts, every 10 ms."""

    def __init__(self, client: httpx.AsyncClient, log: Path, name: str) -> None:
        self._client = client
        self._log = log
        self._name = name
        self._said = 0

    async def everywhere(self, began: float, *, closed: bool) -> dict[str, float]:
        """Milliseconds after which it counted at each place."""
        self._said += 1
        return await self.until(
            {
                "the agent": lambda _: self._log.read_text().count(SAID) >= self._said,
                "the API": lambda one: (one.get("status") == "resolved") is closed,
                "the workflow": _is_ended if closed else _is_open,
            },
            began,
        )

    async def until(
        self, holds: dict[str, Callable[[dict[str, Any]], bool]], began: float
    ) -> dict[str, float]:
        """Milliseconds after which each held; Unavailable where one does not."""
        took: dict[str, float] = {}
        while monotonic() - began < PATIENCE:
            incident = await self._incident()
            for place, is_so in holds.items():
                if place not in took and is_so(incident):
                    took[place] = (monotonic() - began) * 1000
            if len(took) == len(holds):
                return took
            await asyncio.sleep(EVERY_SECONDS)
        raise Unavailable(f"After {PATIENCE:.0f} s only {took} of {[*holds]}, of {self._name}.")

    async def _incident(self) -> dict[str, Any]:
        """The pod's incident; nothing where there is none yet."""
        found = await self._client.get("/api/incidents", params={"q": self._name})
        rows = found.raise_for_status().json()["items"]
        if not rows:
            return {}
        answer = await self._client.get(f"/api/incidents/{rows[0]['id']}")
        incident: dict[str, Any] = answer.raise_for_status().json()
        return incident


def _is_open(incident: dict[str, Any]) -> bool:
    """Open, with a run that works on it."""
    is_failing = incident.get("status") in ("open", "regressed")
    return is_failing and _run_state(incident) == "running"


def _is_ended(incident: dict[str, Any]) -> bool:
    return incident.get("status") == "resolved" and _run_state(incident) != "running"


def _run_state(incident: dict[str, Any]) -> str:
    return str((incident.get("run") or {}).get("state", ""))
