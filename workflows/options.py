"""Timeouts and retries by kind of work. A new number needs a new name for the kind of work."""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig, LocalActivityConfig

from kure.errors import AccessDenied, Conflict, Gone, InvalidInput, NotFound

# Errors that the same call meets again, however often: named by type, since that is what crosses
# Temporal.
FINAL = [error.__name__ for error in (AccessDenied, Conflict, Gone, InvalidInput, NotFound)]

# Short work in PostgreSQL, in the workflow worker's own process: no task is scheduled for it.
DB_LOCAL = LocalActivityConfig(
    start_to_close_timeout=timedelta(seconds=10),
    local_retry_threshold=timedelta(seconds=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=100),
        maximum_interval=timedelta(seconds=10),
        non_retryable_error_types=FINAL,
    ),
)

# Work in PostgreSQL that people follow as a step.
DB_WRITE = ActivityConfig(
    start_to_close_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=FINAL,
    ),
)

# Reads of a cluster; the heartbeat is how a killed worker is noticed.
CLUSTER_READ = ActivityConfig(
    start_to_close_timeout=timedelta(minutes=1),
    heartbeat_timeout=timedelta(seconds=5),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=30),
        non_retryable_error_types=FINAL,
    ),
)
