"""Schedules as Kubernetes reads them: what it refuses, and when the next time is."""

from datetime import UTC, datetime

import pytest

from kure.domain.schedule import BadSchedule, parse

BAD = [
    ("", ""),
    ("* * * *", ""),
    ("* * * * * *", ""),
    ("60 * * * *", ""),
    ("* * * * 7", ""),
    ("5-1 * * * *", ""),
    ("*/0 * * * *", ""),
    ("*/x * * * *", ""),
    ("1.5 * * * *", ""),
    ("* * L * *", ""),
    ("* * * * MON#1", ""),
    ("@fortnightly", ""),
    ("@every soon", ""),
    ("@every", ""),
    ("* * * * *", "Mars/Base"),
    ("* * * * *", "../etc/passwd"),
    ("TZ=Mars/Base * * * * *", ""),
]

# Schedule, zone, after, next.
NEXT = [
    ("* * * * *", "", "2026-01-01T10:00:00Z", "2026-01-01T10:01:00Z"),
    ("*/15 * * * *", "", "2026-01-01T10:00:30Z", "2026-01-01T10:15:00Z"),
    ("5/15 * * * *", "", "2026-01-01T10:06:00Z", "2026-01-01T10:20:00Z"),
    ("@hourly", "", "2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z"),
    ("@midnight", "", "2026-01-01T10:00:00Z", "2026-01-02T00:00:00Z"),
    ("0 0 ? * ?", "", "2026-01-01T10:00:00Z", "2026-01-02T00:00:00Z"),
    ("0 0 * jan-mar mon,wed", "", "2026-01-01T10:00:00Z", "2026-01-05T00:00:00Z"),
    ("0 0 1 * *", "", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    ("0 0 29 2 *", "", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"),
    ("0 0 13 * 5", "", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),  # either is enough
    ("0 0 */2 * 1", "", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"),  # `*/2` is no star
    ("0 0 */1 * 1", "", "2026-01-01T00:00:00Z", "2026-01-05T00:00:00Z"),  # `*/1` is one
    ("@every 90s", "", "2026-01-01T10:00:00Z", "2026-01-01T10:01:30Z"),
    ("@every 1h30m", "", "2026-01-01T10:00:00Z", "2026-01-01T11:30:00Z"),
    ("@every 10ms", "", "2026-01-01T10:00:00Z", "2026-01-01T10:00:01Z"),
    ("0 9 * * *", "Europe/Berlin", "2026-01-01T10:00:00Z", "2026-01-02T08:00:00Z"),
    ("TZ=Europe/Berlin 0 9 * * *", "", "2026-07-01T10:00:00Z", "2026-07-02T07:00:00Z"),
    ("CRON_TZ=Asia/Tokyo 0 9 * * *", "", "2026-07-01T10:00:00Z", "2026-07-02T00:00:00Z"),
    # In Berlin 2026-03-29 has no 02:30, and 2026-10-25 has two.
    ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"),
    # In Beirut 2026-03-29 has no midnight.
    ("0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-29T21:00:00Z"),
    ("0 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"),
    ("0 0 31 2 *", "", "2026-01-01T00:00:00Z", None),
    ("0 0 30 2 *", "Europe/Berlin", "2026-01-01T00:00:00Z", None),
    ("0 0 29 2 *", "", "9998-03-01T00:00:00Z", None),
]


@pytest.mark.parametrize(("schedule", "zone"), BAD)
def test_what_kubernetes_refuses_is_refused(schedule: str, zone: str) -> None:
    with pytest.raises(BadSchedule):
        parse(schedule, zone)


@pytest.mark.parametrize(("schedule", "zone", "after", "expected"), NEXT)
def test_the_next_time_is_the_one_that_kubernetes_takes(
    schedule: str, zone: str, after: str, expected: str | None
) -> None:
    found = parse(schedule, zone).next_after(datetime.fromisoformat(after))
    assert found == (datetime.fromisoformat(expected) if expected else None)
    assert found is None or found.tzinfo is UTC
