"""Timeouts and retries by kind of work. A new number needs a new name for the kind of work."""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig, LocalActivityConfig

from kure.errors import AccessDenied, Conflict, Gone, InvalidInput, NotFound

# Errors that the same call meets again, however often: named by type, since that is what crosses
# Temporal.
FINAL = [error.__name__ for error in (AccessDenied, Conflict, Gone, InvalidInput, NotFound)]

_DB_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=100),
    maximum_interval=timedelta(seconds=10),
    non_retryable_error_types=FINAL,
)
_CLUSTER_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=500),
    maximum_interval=timedelta(seconds=30),
    non_retryable_error_types=FINAL,
)


def db_local(summary: str) -> LocalActivityConfig:
    """Short work in PostgreSQL, in the workflow worker's own process: no task is scheduled."""
    return LocalActivityConfig(
        start_to_close_timeout=timedelta(seconds=10), retry_policy=_DB_RETRY, summary=summary
    )


def db_write(summary: str) -> ActivityConfig:
    """Work in PostgreSQL that people follow as a step of its own."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(seconds=10), retry_policy=_DB_RETRY, summary=summary
    )


def cluster_read(summary: str, task_queue: str) -> ActivityConfig:
    """Reads of a cluster; the heartbeat is how a killed worker is noticed."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=1),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_CLUSTER_RETRY,
        summary=summary,
    )
