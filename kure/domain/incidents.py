"""The status of an incident: what a person may do with it, and what a new failure makes of it.

```
  open ──resolve──▶ resolved ──failed report──▶ regressed      regressed is left as open is
   │ ▲                 │  ▲
   │ └─────restore─────┘  └──resolve── ignored
   └──ignore──▶ ignored ──restore; or its time or count has passed──▶ open

  any ──its workload turns out to belong to another──▶ merged ──failed report──▶ open
```
"""

from datetime import datetime
from enum import StrEnum

from kure.errors import Conflict


class Status(StrEnum):
    """`regressed` is an open incident that had been resolved before; `merged` one whose workload
    belongs to another, in whose incident all of it is now."""

    OPEN = "open"
    REGRESSED = "regressed"
    IGNORED = "ignored"
    RESOLVED = "resolved"
    MERGED = "merged"


class Resolution(StrEnum):
    """Why an incident was closed."""

    RECOVERED = "recovered"
    GONE = "gone"
    STOPPED = "stopped"
    PERSON = "person"
    EXCLUDED = "excluded"


class Action(StrEnum):
    """What a person may do with an incident."""

    ACKNOWLEDGE = "acknowledge"
    IGNORE = "ignore"
    RESTORE = "restore"
    RESOLVE = "resolve"
    RETRY = "retry"
    INVESTIGATE = "investigate"


# What each action leads to; an action that is not named is refused.
ALLOWED: dict[Status, dict[Action, Status]] = {
    Status.OPEN: {
        Action.ACKNOWLEDGE: Status.OPEN,
        Action.IGNORE: Status.IGNORED,
        Action.RESOLVE: Status.RESOLVED,
        Action.RETRY: Status.OPEN,
        Action.INVESTIGATE: Status.OPEN,
    },
    Status.REGRESSED: {
        Action.ACKNOWLEDGE: Status.REGRESSED,
        Action.IGNORE: Status.IGNORED,
        Action.RESOLVE: Status.RESOLVED,
        Action.RETRY: Status.REGRESSED,
        Action.INVESTIGATE: Status.REGRESSED,
    },
    # To ignore again is to change until when.
    Status.IGNORED: {
        Action.IGNORE: Status.IGNORED,
        Action.RESTORE: Status.OPEN,
        Action.RESOLVE: Status.RESOLVED,
    },
    Status.RESOLVED: {Action.RESTORE: Status.OPEN},
    Status.MERGED: {},
}


def next_status(status: Status, action: Action) -> Status:
    """The status that `action` leads to. Conflict, with a text for people, where it is refused."""
    try:
        return ALLOWED[status][action]
    except KeyError:
        allowed = ", ".join(ALLOWED[status]) or "look at the incident that it is part of"
        raise Conflict(
            f"Incident is already {status}; nothing to {action}. What can be done now: {allowed}."
        ) from None


def status_after_failure(
    status: Status,
    number: int,
    now: datetime,
    *,
    ignored_until: datetime | None = None,
    ignored_until_number: int | None = None,
) -> Status:
    """What a new report of a failure, with its `number` in the incident, makes of the status.

    An ignored incident stays so until its time or its count of reports has passed; without either
    it is ignored for ever. What fails in a merged one has no owner any more, or not yet: it stands
    for itself again.
    """
    if status is Status.MERGED:
        return Status.OPEN
    if status is Status.RESOLVED:
        return Status.REGRESSED
    if status is Status.IGNORED:
        time_over = ignored_until is not None and ignored_until <= now
        count_over = ignored_until_number is not None and number >= ignored_until_number
        return Status.OPEN if time_over or count_over else status
    return status
