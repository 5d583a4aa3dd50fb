"""What a channel is to be told next, from what it knows and how the incident stands.

Only the difference counts: whatever happened while a receiver was away comes to one message, and
what began and ended meanwhile to none.
"""

from enum import StrEnum

from kure.domain.incidents import Status


class Told(StrEnum):
    """What a channel knows of an incident, and how an incident stands."""

    NOTHING = "nothing"
    FAILING = "failing"
    ACKNOWLEDGED = "acknowledged"
    IGNORED = "ignored"
    RESOLVED = "resolved"


class Kind(StrEnum):
    """What a message says."""

    FAILING = "failing"
    CHANGED = "changed"
    ACKNOWLEDGED = "acknowledged"
    IGNORED = "ignored"
    RESOLVED = "resolved"


UNDER_WAY = (Told.FAILING, Told.ACKNOWLEDGED)


def standing(status: Status, *, acknowledged: bool) -> Told:
    """How an incident stands. What has become part of another incident needs no attention of its
    own, like what is ignored."""
    if status is Status.RESOLVED:
        return Told.RESOLVED
    if status in (Status.IGNORED, Status.MERGED):
        return Told.IGNORED
    return Told.ACKNOWLEDGED if acknowledged else Told.FAILING


def begins(told: Told, stands: Told) -> bool:
    """Whether it is a failure that the channel does not know of. Somebody who is at it already
    needs no message."""
    return told not in UNDER_WAY and stands is Told.FAILING


def next_kind(
    told: Told, stands: Told, sends: frozenset[Kind], *, is_changed: bool = False
) -> Kind | None:
    """The message that is due, of those that a channel `sends`; None where there is none.

    "Resolved", like all that follows, only where "failing" was told.
    """
    if begins(told, stands):
        kind = Kind.FAILING
    elif told not in UNDER_WAY or (told is stands and not is_changed):
        return None
    else:
        kind = Kind.CHANGED if stands in (told, Told.FAILING) else Kind(stands.value)
    return kind if kind in sends else None
