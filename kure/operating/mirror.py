"""What `kure mirror` asks of the API, and how a verdict is said."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from kure.errors import InvalidInput, NotFound, Unavailable
from kure.ids import new_id
from kure.operating.asking import ask
from kure.settings import Settings

POLL_SECONDS = 1.0
# So long an API that is away is waited for, and so long a failed mirror's next round.
PATIENCE_SECONDS = 60.0
NEXT_ROUND_SECONDS = 20.0
WORDS = {"passed": "Passed", "failed": "Failed", "none": "No verdict"}
PHASES = {
    "planned": "is planned",
    "created": "was created",
    "starting": "starts",
    "expiring": "is being deleted",
    "gone": "is gone",
}


@dataclass(frozen=True)
class Wanted:
    """What is to be tested; `manifest` is an edited one, else the newest diagnosis' fix."""

    incident: str
    manifest: str | None = None
    ttl_seconds: int | None = None
    rounds: int = 1
    no_network: bool = False

    @property
    def options(self) -> dict[str, Any]:
        told = {"manifest": self.manifest, "ttl_seconds": self.ttl_seconds}
        chosen = {name: value for name, value in told.items() if value is not None}
        return chosen | {"no_network": self.no_network}


@dataclass(frozen=True)
class Planned:
    """The API's preview."""

    told: dict[str, Any]

    @property
    def confirmations(self) -> list[str]:
        found: list[str] = self.told["policy"]["confirmations"]
        return found

    @property
    def lines(self) -> list[str]:
        """For a person."""
        told = self.told
        lines = [told["title"], told["explanation"], "", told["diff"].rstrip(), ""]
        lines += [f"API server: {told['dry_run']}"] if told["dry_run"] else []
        lines += [f"Not copied: {text}" for text in told["stripped"]]
        lines += [f"Note: {text}" for text in told["warnings"]]
        return lines + [f"To be confirmed: {text}" for text in self.confirmations]


async def plan(settings: Settings, wanted: Wanted) -> Planned:
    """What the mirror would be. InvalidInput with every reason where the policy refuses it,
    NotFound where there is no fix to test."""
    path = f"/api/mirror/preview/{quote(wanted.incident, safe='')}"
    told = await ask(settings, "POST", path, wanted.options)
    if refusals := told["policy"]["refusals"]:
        raise InvalidInput("\n  ".join(["This mirror is refused:", *refusals]))
    if wanted.manifest is None and told["fix_id"] is None:
        raise NotFound(f"{told['explanation']} Give one with --patch FILE.")
    return Planned(told)


async def deploy(settings: Settings, wanted: Wanted, planned: Planned, *, confirmed: bool) -> str:
    """Start the test; the mirror's id."""
    body = wanted.options | {"rounds": wanted.rounds, "confirmed": confirmed}
    if wanted.manifest is None:
        body["fix_id"] = planned.told["fix_id"]
    path = f"/api/mirror/deploy/{quote(wanted.incident, safe='')}"
    started = await ask(settings, "POST", path, body, str(new_id()))
    mirror_id: str = started["mirror_id"]
    return mirror_id


async def follow(settings: Settings, mirror_id: str, tell: Callable[[str], None]) -> dict[str, Any]:
    """Wait for the verdict of the last round; what is known of that mirror then."""
    shown = await _verdict(settings, mirror_id, tell)
    while shown["verdict"] == "failed" and shown["round"] < shown["rounds"]:
        following = await _next_round(settings, shown)
        if following is None:
            break
        tell(f"{words(shown)}. Round {following['round']}: {following['title']}")
        shown = await _verdict(settings, following["id"], tell)
    return shown


async def _verdict(
    settings: Settings, mirror_id: str, tell: Callable[[str], None]
) -> dict[str, Any]:
    phase = ""
    while True:
        shown: dict[str, Any] = await _patiently(settings, f"/api/mirror/status/{mirror_id}")
        if shown["phase"] != phase and shown["phase"] in PHASES:
            tell(f"{shown['pod']} {PHASES[shown['phase']]}")
        phase = shown["phase"]
        if shown["verdict"] is not None or phase == "gone":
            return shown
        await asyncio.sleep(POLL_SECONDS)


async def _next_round(settings: Settings, shown: dict[str, Any]) -> dict[str, Any] | None:
    """The mirror that tests what the failed one led to; None where it led to nothing."""
    end = time.monotonic() + NEXT_ROUND_SECONDS
    path = f"/api/mirror?limit=200&incident={shown['incident_id']}"
    while time.monotonic() < end:
        page = await _patiently(settings, path)
        for row in page["items"]:
            is_later = row["requested_at"] > shown["requested_at"]
            if is_later and row["round"] == shown["round"] + 1:
                found: dict[str, Any] = row
                return found
        await asyncio.sleep(POLL_SECONDS)
    return None


async def _patiently(settings: Settings, path: str) -> Any:
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await ask(settings, "GET", path)
        except Unavailable:
            if time.monotonic() > end:
                raise
        await asyncio.sleep(POLL_SECONDS)


def words(shown: dict[str, Any]) -> str:
    """A verdict as people read it: *Passed (Ready for 30 s, probes ok)*."""
    word = WORDS.get(shown["verdict"], WORDS["none"])
    return f"{word} ({shown['text']})" if shown["text"] else word
