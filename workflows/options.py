"""Timeouts and retries by kind of work. A new number needs a new name for the kind of work."""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType, ActivityConfig, LocalActivityConfig

from kure.errors import AccessDenied, Conflict, Gone, InvalidInput, NotFound

# Errors that the same call meets again, however often: named by type, since that is what crosses
# Temporal.
FINAL_ERRORS = (AccessDenied, Conflict, Gone, InvalidInput, NotFound)
FINAL = [error.__name__ for error in FINAL_ERRORS]

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
# A mirror is watched as soon as that is possible again.
_WATCH_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=500),
    maximum_interval=timedelta(seconds=4),
    non_retryable_error_types=FINAL,
)
# Whatever the API server answers, what was made has to go, and soon after it answers again.
_DELETE_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=8)
)
# Providers of models may be away for hours; what they say of when to come back goes before this.
_MODEL_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(minutes=5),
    non_retryable_error_types=FINAL,
)
# Whatever a receiver answers, its administrator may mend it; so all is tried again.
_DELIVERY_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=2), maximum_interval=timedelta(minutes=5)
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


def on(task_queue: str, options: ActivityConfig) -> ActivityConfig:
    """The same work on another queue than that of the workflow."""
    return ActivityConfig(**{**options, "task_queue": task_queue})


def db_much(summary: str) -> ActivityConfig:
    """Work in PostgreSQL with large texts, which people follow as a step of its own."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(minutes=1),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_DB_RETRY,
        summary=summary,
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


def cluster_list(summary: str, task_queue: str) -> ActivityConfig:
    """A whole list of a cluster, page by page; within six hours, or the scan has failed."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=30),
        schedule_to_close_timeout=timedelta(hours=6),
        heartbeat_timeout=timedelta(seconds=10),
        retry_policy=_CLUSTER_RETRY,
        summary=summary,
    )


def security_checks(summary: str, task_queue: str) -> ActivityConfig:
    """Minutes of computing. What goes wrong twenty times would go wrong for ever."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=30),
        schedule_to_close_timeout=timedelta(hours=6),
        heartbeat_timeout=timedelta(seconds=20),
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=1),
            maximum_interval=timedelta(minutes=5),
            maximum_attempts=20,
            non_retryable_error_types=FINAL,
        ),
        summary=summary,
    )


def cluster_answer(summary: str, task_queue: str) -> ActivityConfig:
    """Short work in a cluster for somebody who waits for it: soon, or not at all."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(seconds=15),
        schedule_to_close_timeout=timedelta(seconds=20),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_CLUSTER_RETRY,
        summary=summary,
    )


def cluster_create(summary: str, task_queue: str) -> ActivityConfig:
    """What makes something in a cluster. Cancelled, it first comes to an end, so that what it has
    made is not left alone."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=1),
        schedule_to_close_timeout=timedelta(minutes=5),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_CLUSTER_RETRY,
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary,
    )


def cluster_watch(summary: str, task_queue: str) -> ActivityConfig:
    """Following one object of a cluster, for at most an hour and what a clock may be wrong."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=65),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_WATCH_RETRY,
        summary=summary,
    )


def cluster_delete(summary: str, task_queue: str) -> ActivityConfig:
    """What must be gone from a cluster in the end, however long that is away."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=1),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_DELETE_RETRY,
        summary=summary,
    )


def cluster_round(summary: str, task_queue: str) -> ActivityConfig:
    """What is done in a cluster each minute: what is not done by then, the next one does."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(seconds=45),
        schedule_to_close_timeout=timedelta(seconds=50),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_CLUSTER_RETRY,
        summary=summary,
    )


def cluster_tool(summary: str, task_queue: str) -> ActivityConfig:
    """Short work in a cluster for a model that waits for it: within two minutes, or not at all."""
    return ActivityConfig(
        task_queue=task_queue,
        start_to_close_timeout=timedelta(minutes=1),
        schedule_to_close_timeout=timedelta(minutes=2),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_CLUSTER_RETRY,
        summary=summary,
    )


def model_call(summary: str) -> ActivityConfig:
    """One turn of a model, from whichever provider answers, for a day where none does. An attempt
    may ask one provider after the other, each for at most ten minutes. Cancelled, it first notes
    what became of its call."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(hours=1),
        schedule_to_close_timeout=timedelta(hours=24),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_MODEL_RETRY,
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        summary=summary,
    )


def housekeeping(summary: str) -> ActivityConfig:
    """Long work in PostgreSQL, in small pieces, with a heartbeat after each."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(hours=1),
        heartbeat_timeout=timedelta(seconds=30),
        retry_policy=_DB_RETRY,
        summary=summary,
    )


def deliver(summary: str) -> ActivityConfig:
    """A message to a receiver outside, for hours where that is away."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(seconds=30),
        schedule_to_close_timeout=timedelta(hours=12),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=_DELIVERY_RETRY,
        summary=summary,
    )


def deliver_once(summary: str) -> ActivityConfig:
    """A message that is worth nothing later."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(seconds=30),
        schedule_to_close_timeout=timedelta(minutes=1),
        retry_policy=RetryPolicy(maximum_attempts=1),
        summary=summary,
    )


def model_test(summary: str) -> ActivityConfig:
    """A question to a model for somebody who waits for it: once."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(seconds=50),
        schedule_to_close_timeout=timedelta(seconds=53),
        heartbeat_timeout=timedelta(seconds=5),
        retry_policy=RetryPolicy(maximum_attempts=1),
        summary=summary,
    )
