"""When Temporal is to try again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from temporalio.exceptions import ApplicationError

from kure.errors import ClusterUnavailable, ModelFailed

# A provider may ask for an hour; whoever waits for an answer looks in before.
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=5)


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


@asynccontextmanager
async def retried_when_back() -> AsyncIterator[None]:
    """Providers of models that do not answer are asked again when the first of them may be."""
    try:
        yield
    except ModelFailed as error:
        told = timedelta(seconds=error.retry_after_seconds)
        raise ApplicationError(
            str(error),
            type=type(error).__name__,
            next_retry_delay=min(max(told, SOONEST), LATEST),
        ) from error
