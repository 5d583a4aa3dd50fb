"""Failed pods as clients of Kure Monitor know them: a row a pod, with its incident's cause."""

from datetime import datetime
from typing import Literal

from kure.contracts.reports import Message


class FailedPod(Message):
    """A pod that fails or has failed. `id` is its own; `incident_id` that of its workload. `status`
    is in the words of Kure Monitor; `reason` and `message` are the pod's newest failure; `solution`
    is what its incident's newest diagnosis says first, '' before there is one."""

    id: str
    incident_id: str
    cluster: str
    namespace: str
    name: str
    kind: str
    uid: str
    node_name: str
    reason: str
    message: str
    solution: str
    status: Literal["new", "investigating", "resolved", "ignored"]
    timestamp: datetime
    first_seen: datetime
    resolved_at: datetime | None
