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
    | incident.deleted | `{id}`: somebody deleted it |
    | run.step | `{run_id, incident_id, step: Step}` |
    | run.state | `{run_id, incident_id, state}` |
    | diagnosis.ready | `{incident_id, diagnosis_id, source}` |
    | mirror.updated | `{id, version, summary: MirrorRow}`: version 1 is a new one |
    | evidence.added | `{incident_id, ids}` |
    | watching.changed | `{cluster, nodes_total, unwatched_total}` |
    | channel.changed | `{channel, failing_since}`: None where messages get through again |
    | model.changed | `{provider, breaker}`: open where it is left alone, closed where it answers |
    | settings.changed | `{key}`: which setting, to admins and agents; not what it is now |
    | exclusions.changed | nothing: exclusion `entity_id` was made, changed or taken back |
    | scan.progress, scan.finished | `{id, summary}`: how far scan `id` is; not what it found |
    | finding.updated | `{id, version, status}`: somebody put a finding aside, or back |
    | rules.changed | nothing: an excluded rule or a trusted registry was made or taken back |
    | access.changed | nothing, to nobody: sessions of user `entity_id` may have ended |

    `cluster` and `namespace` are where it belongs, for who may see it: without a cluster it is of
    the whole installation, without a namespace of the cluster, for whoever sees a part of it. The
    namespace `_` is that of an incident which belongs to none. The stream adds
    `hb {now, seq}`, `resync {}` and `bye {reason}`, which are never stored.
    """

    seq: int
    at: datetime
    topic: str
    entity: str
    entity_id: str
    version: int
    payload: dict[str, Any]
    cluster: str | None = None
    namespace: str | None = None
