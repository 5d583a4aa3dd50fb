"""When Temporal is to try again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from kure.errors import ClusterUnavailable


@asynccontextmanager
async def retried_when_told() -> AsyncIterator[None]:
    """A cluster that does not answer is asked again when it says so (429 and 503)."""
    try:
        yield
    except ClusterUnavailable as error:
        raise ApplicationError(
            str(error),
            type=type(error).__name__,
            next_retry_delay=timedelta(seconds=error.retry_after_seconds),
        ) from error
