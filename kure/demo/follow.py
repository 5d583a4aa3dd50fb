"""What happens, in lines of plain words, from the API's live stream."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
from pydantic import ValidationError

from kure.contracts.incidents import IncidentRow, Status
from kure.contracts.runs import Step, StepState

RETRY_SECONDS = 1.0
CALL_SECONDS = 10.0
SILENCE_SECONDS = 60.0  # the stream has a heartbeat well below this
NOT_SHOWN = (StepState.WAITING, StepState.RUNNING)


@dataclass
class Story:
    """Turns events into lines. It remembers what it said last of each incident and each run, to
    tell what has changed."""

    rows: dict[str, IncidentRow] = field(default_factory=dict)
    steps: dict[str, str] = field(default_factory=dict)

    def begin(self, row: IncidentRow) -> str | None:
        """What to say of an incident that is there at the start."""
        return self._incident(row)

    def tell(self, topic: str, payload: dict[str, Any]) -> str | None:
        """What to say of one event; None where it changes nothing that people look for."""
        try:
            if topic in ("incident.created", "incident.updated"):
                return self._incident(IncidentRow.model_validate(payload["summary"]))
            if topic == "run.step":
                line = self._step(payload["incident_id"], Step.model_validate(payload["step"]))
                return self._unless_repeated(payload["run_id"], line)
        except (KeyError, ValidationError):
            return f"an event that this release cannot read: {topic}"
        return None

    def _incident(self, row: IncidentRow) -> str | None:
        before, self.rows[row.id] = self.rows.get(row.id), row
        now = _state(row)
        if before and (_state(before), before.summary) == (now, row.summary):
            return None
        why = "" if row.status is Status.RESOLVED else f": {row.summary}"
        return f"{_name(row)} {now}{why}"

    def _step(self, incident_id: str | None, step: Step) -> str | None:
        if step.state in NOT_SHOWN or step.name == "wait":
            return None
        row = self.rows.get(incident_id or "")
        about = f"{_name(row)} " if row else ""
        why = f": {step.error}" if step.error else ""
        return f"  {about}{step.summary or step.name}: {step.state}{why}"

    def _unless_repeated(self, run_id: str, line: str | None) -> str | None:
        """A step that is tried again for the same reason is told once."""
        if line is None or self.steps.get(run_id) == line:
            return None
        self.steps[run_id] = line
        return line


def _name(row: IncidentRow) -> str:
    return f"{row.namespace}/{row.kind}/{row.name}"


def _state(row: IncidentRow) -> str:
    words = [str(row.status)]
    if row.resolution:
        words.append(f"({row.resolution})")
    if row.acknowledged_by and row.status in (Status.OPEN, Status.REGRESSED):
        words.append(f"acknowledged by {row.acknowledged_by}")
    return " ".join(words)


async def follow(api_url: str, token: str, story: Story) -> AsyncIterator[str]:
    """Lines for ever. When the API is away it goes on where it was as soon as that is back."""
    last = ""
    headers = {"Authorization": f"Bearer {token}"}
    timeout = httpx2.Timeout(CALL_SECONDS, read=SILENCE_SECONDS)
    async with httpx2.AsyncClient(
        base_url=api_url, headers=headers, timeout=timeout, trust_env=False
    ) as client:
        while True:
            try:
                if not last:
                    listing = await _open_incidents(client)
                    last = str(listing["as_of_seq"])
                    for item in reversed(listing["items"]):
                        if line := story.begin(IncidentRow.model_validate(item)):
                            yield line
                async for topic, number, payload in _events(client, last):
                    last = number or last
                    if topic == "resync":
                        last = ""
                        break
                    if line := story.tell(topic, payload):
                        yield line
            except (httpx2.HTTPError, ValueError, KeyError):  # away, or cut off in the middle
                pass
            await asyncio.sleep(RETRY_SECONDS)


async def _open_incidents(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.get(
        "/api/incidents", params={"status": [Status.OPEN, Status.REGRESSED], "limit": 200}
    )
    answer.raise_for_status()
    listing: dict[str, Any] = answer.json()
    return listing


async def _events(
    client: httpx2.AsyncClient, since: str
) -> AsyncIterator[tuple[str, str, dict[str, Any]]]:
    """Topic, number and payload of each event of a text/event-stream."""
    async with client.stream("GET", "/api/events", params={"since": since}) as answer:
        answer.raise_for_status()
        fields: dict[str, str] = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                fields[name] = fields.get(name, "") + value.removeprefix(" ")
            elif fields:
                if "data" in fields:
                    yield fields.get("event", ""), fields.get("id", ""), json.loads(fields["data"])
                fields = {}
