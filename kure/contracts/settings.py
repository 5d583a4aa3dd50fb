"""What an admin may change while Kure runs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from kure.contracts.mirrors import DEFAULT_TTL, LONGEST_TTL, SHORTEST_TTL, TtlSeconds
from kure.contracts.reports import Message

# Days; "off" keeps for ever.
KeepDays = Annotated[int, Field(ge=1, le=3650)] | Literal["off"]


class Retention(Message):
    """The value of a `…-retention` setting."""

    keep_days: KeepDays

    @property
    def days(self) -> int | None:
        """None for "off"."""
        return None if self.keep_days == "off" else self.keep_days

    @classmethod
    def of(cls, days: int | None) -> "Retention":
        return cls(keep_days="off" if days is None else days)


class Preview(Message):
    """What would go, and since when the oldest of it is there."""

    keep_days: KeepDays
    count: int
    oldest: datetime | None


class RetentionSetting(Message):
    """One setting as people see it. `version` is 0 until somebody has changed it; a change carries
    the version that it was made from."""

    name: str
    keep_days: KeepDays
    default_days: KeepDays
    least_days: int
    most_days: int
    may_be_off: bool
    what: str
    since: str
    version: int
    changed_by: str | None = None
    changed_at: datetime | None = None
    preview: Preview | None = None


class MirrorTtl(Message):
    """The value of `mirror-ttl`: how long a mirror lives where nobody says, in seconds."""

    ttl_seconds: TtlSeconds = DEFAULT_TTL


class MirrorTtlSetting(MirrorTtl):
    """`mirror-ttl` as people see it; see RetentionSetting for `version`."""

    default_seconds: int = DEFAULT_TTL
    least_seconds: int = SHORTEST_TTL
    most_seconds: int = LONGEST_TTL
    version: int
    changed_by: str | None = None
    changed_at: datetime | None = None


# Each is a pod beside the others: a limit keeps tests from becoming the load.
PerCluster = Annotated[int, Field(ge=1, le=100)]
PerNamespace = Annotated[int, Field(ge=1, le=20)]


class MirrorLimits(Message):
    """The value of `mirror-limits`: how many mirrors there may be at once."""

    per_cluster: PerCluster = 10
    per_namespace: PerNamespace = 3


class MirrorLimitsSetting(MirrorLimits):
    """`mirror-limits` as people see it."""

    version: int
    changed_by: str | None = None
    changed_at: datetime | None = None
