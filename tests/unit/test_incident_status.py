"""Which action is allowed in which status, and what a new failure makes of it."""

from datetime import datetime, timedelta

import pytest

from kure.domain.incidents import ALLOWED, Action, Status, next_status, status_after_failure
from kure.errors import Conflict

NOW = datetime.fromisoformat("2026-11-23T20:30:00Z")
MINUTE = timedelta(minutes=1)

REFUSED = [
    (status, action) for status in Status for action in Action if action not in ALLOWED[status]
]


@pytest.mark.parametrize(("status", "action"), REFUSED)
def test_what_makes_no_sense_is_refused_in_plain_words(status: Status, action: Action) -> None:
    with pytest.raises(Conflict, match=f"Incident is already {status}; nothing to {action}"):
        next_status(status, action)


def test_just_these_actions_are_refused() -> None:
    assert set(REFUSED) == {
        (Status.OPEN, Action.RESTORE),
        (Status.REGRESSED, Action.RESTORE),
        (Status.IGNORED, Action.ACKNOWLEDGE),
        (Status.IGNORED, Action.RETRY),
        (Status.IGNORED, Action.INVESTIGATE),
        (Status.RESOLVED, Action.ACKNOWLEDGE),
        (Status.RESOLVED, Action.IGNORE),
        (Status.RESOLVED, Action.RESOLVE),
        (Status.RESOLVED, Action.RETRY),
        (Status.RESOLVED, Action.INVESTIGATE),
        *((Status.MERGED, action) for action in Action),
    }


@pytest.mark.parametrize(
    ("status", "action", "after"),
    [
        (Status.OPEN, Action.ACKNOWLEDGE, Status.OPEN),
        (Status.OPEN, Action.IGNORE, Status.IGNORED),
        (Status.OPEN, Action.RESOLVE, Status.RESOLVED),
        (Status.OPEN, Action.RETRY, Status.OPEN),
        (Status.OPEN, Action.INVESTIGATE, Status.OPEN),
        (Status.REGRESSED, Action.ACKNOWLEDGE, Status.REGRESSED),
        (Status.REGRESSED, Action.IGNORE, Status.IGNORED),
        (Status.REGRESSED, Action.RESOLVE, Status.RESOLVED),
        (Status.REGRESSED, Action.RETRY, Status.REGRESSED),
        (Status.REGRESSED, Action.INVESTIGATE, Status.REGRESSED),
        (Status.IGNORED, Action.IGNORE, Status.IGNORED),
        (Status.IGNORED, Action.RESTORE, Status.OPEN),
        (Status.IGNORED, Action.RESOLVE, Status.RESOLVED),
        (Status.RESOLVED, Action.RESTORE, Status.OPEN),
    ],
)
def test_an_action_leads_to_its_status(status: Status, action: Action, after: Status) -> None:
    assert next_status(status, action) is after


@pytest.mark.parametrize(
    ("status", "until", "until_number", "after"),
    [
        (Status.OPEN, None, None, Status.OPEN),
        (Status.REGRESSED, None, None, Status.REGRESSED),
        (Status.RESOLVED, None, None, Status.REGRESSED),
        (Status.MERGED, None, None, Status.OPEN),
        (Status.IGNORED, None, None, Status.IGNORED),
        (Status.IGNORED, NOW + MINUTE, None, Status.IGNORED),
        (Status.IGNORED, NOW, None, Status.OPEN),
        (Status.IGNORED, NOW - MINUTE, None, Status.OPEN),
        (Status.IGNORED, None, 8, Status.IGNORED),
        (Status.IGNORED, None, 7, Status.OPEN),
        (Status.IGNORED, NOW + MINUTE, 7, Status.OPEN),
    ],
)
def test_a_new_failure_reopens_what_was_resolved_or_ignored_long_enough(
    status: Status, until: datetime | None, until_number: int | None, after: Status
) -> None:
    found = status_after_failure(
        status, 7, NOW, ignored_until=until, ignored_until_number=until_number
    )
    assert found is after
