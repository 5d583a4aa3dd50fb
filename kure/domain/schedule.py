"""When a CronJob is due: its schedule read as Kubernetes reads it.

Kubernetes uses github.com/robfig/cron (v3, `ParseStandard`): five fields, names of months and days,
`?` for `*`, `@hourly` and the like, `@every 90s`, and a leading `TZ=` or `CRON_TZ=`. cronsim knows
the times; where it differs from robfig/cron the fields are rewritten first.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()


@dataclass(frozen=True)
class Field:
    """One field of a schedule: the numbers it may hold, and their names."""

    name: str
    low: int
    high: int
    names: dict[str, int]


FIELDS = (
    Field("minute", 0, 59, {}),
    Field("hour", 0, 23, {}),
    Field("day of month", 1, 31, {}),
    Field("month", 1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    # Unlike in other crons, 7 is no Sunday.
    Field("day of week", 0, 6, {name: number for number, name in enumerate(DAYS)}),
)

# Go's time.ParseDuration, in seconds.
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ns|us|µs|ms|s|m|h))+")
PART = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")

# How many times that a change of the clock skips are passed over before a schedule counts as never.
MOST_SKIPPED = 8


class BadSchedule(ValueError):
    """The schedule or its time zone cannot be read; the text says why, for people."""


@dataclass(frozen=True)
class Schedule:
    """A schedule that could be read: an expression of five plain fields in a zone, or a delay."""

    expression: str
    zone: ZoneInfo | None
    every: timedelta | None = None

    def next_after(self, time: datetime) -> datetime | None:
        """The first time later than `time`, in UTC; None where it never comes (`0 0 31 2 *`, which
        people write for a CronJob that they only start by hand).

        robfig/cron skips a time that the clock jumps over and takes one that comes twice twice.
        """
        if self.every:
            return time.replace(microsecond=0) + self.every
        try:
            # With a field for the seconds cronsim does not mend such times as Debian's cron does.
            times = CronSim(f"0 {self.expression}", time.astimezone(self.zone or UTC))
            for _ in range(MOST_SKIPPED):
                found = next(times)
                if found.astimezone(UTC).astimezone(found.tzinfo) == found:
                    return found.astimezone(UTC)
        except (CronSimError, StopIteration, OverflowError, ValueError):
            pass
        return None


def parse(schedule: str, time_zone: str = "") -> Schedule:
    """A CronJob's `spec.schedule` and `spec.timeZone`. Without a zone it is the controller
    manager's own, which is nearly always UTC. BadSchedule where either cannot be read."""
    text = schedule.strip()
    if text.startswith(("TZ=", "CRON_TZ=")):
        prefix, _, text = text.partition(" ")
        time_zone, text = prefix.partition("=")[2], text.strip()
    zone = _zone(time_zone) if time_zone else None
    if text.startswith("@every "):
        return Schedule("", zone, _duration(text.removeprefix("@every ").strip()))
    if text.startswith("@") and text not in MACROS:
        raise BadSchedule(f"unknown macro {text[:100]!r}; use one of {', '.join(MACROS)}")
    fields = MACROS.get(text, text).upper().replace("?", "*").split()
    if len(fields) != len(FIELDS):
        raise BadSchedule(f"{schedule[:100]!r} has {len(fields)} fields; five are needed")
    plain = [_plain(field, value) for field, value in zip(FIELDS, fields, strict=True)]
    return Schedule(" ".join(plain), zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadSchedule(f"unknown time zone {name[:100]!r}") from error


def _duration(text: str) -> timedelta:
    if not DURATION.fullmatch(text):
        raise BadSchedule(f"@every {text[:100]!r} is no duration such as 1h30m")
    try:
        seconds = sum(float(number) * UNITS[unit] for number, unit in PART.findall(text))
        return timedelta(seconds=max(int(seconds), 1))
    except (ValueError, OverflowError) as error:
        raise BadSchedule(f"@every {text[:100]!r} is no duration such as 1h30m") from error


def _plain(field: Field, value: str) -> str:
    """The field without names, and with a star only where robfig/cron sees one.

    A star in either field of days makes both count, otherwise either is enough; `*/2` is a star to
    cronsim and none to robfig/cron.
    """
    terms = [_term(field, term) for term in value.split(",")]
    return "*" if "*" in terms else ",".join(terms)


def _term(field: Field, term: str) -> str:
    span, slash, step = term.partition("/")
    low, dash, high = span.partition("-")
    if slash and (not re.fullmatch(r"[0-9]{1,9}", step) or int(step) == 0):
        raise BadSchedule(f"step {step[:100]!r} of the {field.name} is no number above 0")
    every = int(step) if slash else 1
    if span == "*":
        return "*" if every == 1 else f"{field.low}-{field.high}/{every}"
    first = _number(field, low)
    last = _number(field, high) if dash else field.high if slash else first
    if last < first:
        raise BadSchedule(f"{span!r} of the {field.name} ends before it begins")
    return str(first) if first == last else f"{first}-{last}/{every}"


def _number(field: Field, text: str) -> int:
    if text in field.names:
        return field.names[text]
    number = int(text) if re.fullmatch(r"[0-9]{1,3}", text) else -1
    if not field.low <= number <= field.high:
        raise BadSchedule(
            f"{text[:100]!r} is no {field.name}; it goes from {field.low} to {field.high}"
        )
    return number
