"""What somebody has to say twice before a mirror runs."""

JOINS = "joins-its-set"
RUNS_AGAIN = "does-its-work-again"

CONFIRMATIONS: dict[str, str] = {
    JOINS: "It is of a StatefulSet: the copy may join the others of its set, consume queues or "
    "migrate data.",
    RUNS_AGAIN: "It is of a Job: the copy does the work of it once more, and may consume queues or "
    "migrate data.",
}
"""What is to be confirmed → how it is said to people."""

_OF = {"StatefulSet": (JOINS,), "Job": (RUNS_AGAIN,), "CronJob": (RUNS_AGAIN,)}


def confirmations(owner_kind: str) -> tuple[str, ...]:
    """Which confirmations a request for a mirror of such a workload's pod has to have."""
    return _OF.get(owner_kind, ())
