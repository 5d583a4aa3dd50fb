"""How long a provider that fails is left alone."""

from datetime import UTC, datetime, timedelta

# So many failures in a row are no accident.
FAILURES = 3
FIRST = timedelta(seconds=30)
MOST = timedelta(minutes=10)
# What only an administrator can mend: a wrong key, a model that is not there. Changed settings end
# it at once.
UNTIL_MENDED = timedelta(minutes=15)
# A provider may ask for more patience than that; nobody would know why nothing happens.
MOST_ASKED_FOR = timedelta(hours=1)


def pause(outcome: str, failures: int, retry_after_seconds: int) -> timedelta | None:
    """How long to leave it alone after its failure number `failures` in a row; None where it may be
    asked on. Outcomes are those of `kure.errors.ModelFailed`."""
    if outcome in ("key", "request"):
        return UNTIL_MENDED
    if outcome == "busy" and retry_after_seconds > 0:
        return min(timedelta(seconds=retry_after_seconds), MOST_ASKED_FOR)
    if failures < FAILURES:
        return None
    doubled: timedelta = FIRST * 2 ** min(failures - FAILURES, 10)
    return min(doubled, MOST)


def left_alone(provider: str, until: datetime, error: str) -> str:
    """What to say of a provider that is not asked until then, since it failed so."""
    return f"{provider} is left alone until {until.astimezone(UTC):%H:%M:%S} UTC: {error}"
