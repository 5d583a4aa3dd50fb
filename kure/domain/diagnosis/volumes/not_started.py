"""A pod has its node, but nothing of it starts, and nothing says that something failed."""

from collections.abc import Iterator

from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.images.pulling import still_pulling
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.volumes.missing_files import absent_file, wants_absent


def not_started(case: Case) -> Iterator[Cause]:
    """An image that is on its way; a volume without what it is made of."""
    yield from list(still_pulling(case)) or absent_file(case)


def wants_not_started(case: Case) -> Iterator[Want]:
    if not case.failure.message.startswith("the image is still being pulled"):
        yield from wants_absent(case)
