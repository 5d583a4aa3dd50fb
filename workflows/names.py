"""Task queues and workflow ids: the one place where they are spelled."""

from kure.domain.workloads import Workload

KURE = "kure"


def cluster_queue(cluster: str) -> str:
    """Where reads of one cluster run: on a worker that can reach it."""
    return f"cluster-{cluster}"


def incident_workflow_id(workload: Workload) -> str:
    """One run an incident, one incident an owner."""
    return f"incident/{workload.key}"
