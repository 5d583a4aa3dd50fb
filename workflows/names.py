"""Task queues and workflow ids: the one place where they are spelled."""

from uuid import UUID

from kure.domain.workloads import Workload

KURE = "kure"
NOTIFY = "notify"
MODELS = "models"

# The Schedule of the housekeeping and, with its times appended, the ids of its runs.
RETENTION = "retention"

# The same of the ping that tells that Kure is alive.
DEAD_MAN = "dead-man"

# The same of the sweep that deletes mirrors that nobody looks after.
SWEEP = "mirror-sweep"


# The Schedule of the scans and, with its times appended, the ids of what starts them.
SCANS = "scans"


def scan_queue(cluster: str) -> str:
    """Where a cluster is scanned, beside all that is urgent."""
    return f"scan-{cluster}"


def scan_workflow_id(cluster: str) -> str:
    """One scan of a cluster at a time."""
    return f"scan/{cluster}"


def cluster_queue(cluster: str) -> str:
    """Where reads of one cluster run: on a worker that can reach it."""
    return f"cluster-{cluster}"


def incident_workflow_id(workload: Workload) -> str:
    """One run an incident, one incident an owner."""
    return f"incident/{workload.key}"


def notify_workflow_id(subject_id: str) -> str:
    """One that tells at a time, for an incident or for a digest of many."""
    return f"notify/{subject_id}"


def notification_test_id(test: UUID) -> str:
    """Each test message is one of its own."""
    return f"notification-test/{test}"


def mirror_workflow_id(mirror_id: str) -> str:
    """One run a mirror."""
    return f"mirror/{mirror_id}"


def mirror_plan_workflow_id(asked: str) -> str:
    """One plan at a time for what is asked (the id that the mirror would have)."""
    return f"mirror-plan/{asked}"


def investigation_workflow_id(incident_id: str) -> str:
    """One at a time for an incident."""
    return f"investigation/{incident_id}"


def model_test_id(test: UUID) -> str:
    """Each test call is one of its own."""
    return f"model-test/{test}"
