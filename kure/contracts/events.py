"""What the live stream may carry. Summaries are whole, heavy things are named and fetched."""

from datetime import datetime
from typing import Any

from kure.contracts.reports import Message


class UiEvent(Message):
    """One event of GET /api/events: `topic` is the SSE event's name, `seq` its id, `payload` its
    data.

    | topic | payload |
    |---|---|
    | incident.created, incident.updated | `{id, version, summary: IncidentRow}` |
    | run.step | `{run_id, incident_id, step: Step}` |
    | run.state | `{run_id, incident_id, state}` |
    | diagnosis.ready | `{incident_id, diagnosis_id, source}` |
    | evidence.added | `{incident_id, ids}` |
    | watching.changed | `{cluster, nodes_total, unwatched_total}` |

    The stream adds `hb {now, seq}`, `resync {}` and `bye {reason}`, which are never stored.
    """

    seq: int
    at: datetime
    topic: str
    entity: str
    entity_id: str
    version: int
    payload: dict[str, Any]
