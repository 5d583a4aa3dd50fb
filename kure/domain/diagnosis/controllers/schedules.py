"""What may be meant by a schedule or a time zone that cannot be read."""

from difflib import get_close_matches

from kure.domain.diagnosis.nearby import nearest
from kure.domain.schedule import DAYS, FIELDS, MACROS, MONTHS, BadSchedule, parse

# Longer texts are no schedules.
LONGEST = 120

# Written for one hour too many; and Sunday is 0 only.
LAST_PLUS_ONE = {0: ("60", "0"), 1: ("24", "0"), 4: ("7", "0")}
FULL_NAMES = {
    name: name[:3]
    for name in "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY JANUARY FEBRUARY MARCH "
    "APRIL JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER".split()
} | {"TUES": "TUE", "WEDS": "WED", "THUR": "THU", "THURS": "THU", "SEPT": "SEP"}

# Names that people write for zones. An abbreviation that means several zones is not here.
ALIASES = {
    "utc": "Etc/UTC",
    "gmt": "Etc/GMT",
    "z": "Etc/UTC",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "edt": "America/New_York",
    "cest": "Europe/Berlin",
    "jst": "Asia/Tokyo",
    "bst": "Europe/London",
}
COMMON_ZONES = """
Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi America/Anchorage
America/Argentina/Buenos_Aires America/Bogota America/Chicago America/Denver
America/Halifax America/Lima America/Los_Angeles
America/Mexico_City America/New_York America/Phoenix America/Santiago America/Sao_Paulo
America/Toronto America/Vancouver Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Jakarta
Asia/Jerusalem Asia/Karachi Asia/Kolkata Asia/Manila Asia/Seoul Asia/Shanghai Asia/Singapore
Asia/Taipei Asia/Tokyo Australia/Brisbane Australia/Melbourne Australia/Perth Australia/Sydney
Etc/GMT Etc/UTC Europe/Amsterdam Europe/Athens Europe/Berlin Europe/Brussels Europe/Bucharest
Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv
Europe/Lisbon Europe/London Europe/Madrid Europe/Moscow Europe/Oslo Europe/Paris Europe/Prague
Europe/Rome Europe/Sofia Europe/Stockholm Europe/Vienna Europe/Warsaw Europe/Zurich
Pacific/Auckland Pacific/Honolulu
""".split()


def readable_schedule(schedule: str) -> str:
    """The nearest schedule that can be read, '' where none is near: only slips with one meaning."""
    text = schedule.strip()
    if len(text) > LONGEST:
        return ""
    if text.startswith("@"):
        found = get_close_matches(text.lower(), MACROS, n=1, cutoff=0.8)
        return found[0] if found else ""
    fields = text.upper().split()
    if len(fields) == len(FIELDS) + 1 and fields[0] == "0":
        fields = fields[1:]  # Written with seconds, as Quartz and Spring have them.
    if len(fields) != len(FIELDS):
        return ""
    meant = " ".join(_field(place, field) for place, field in enumerate(fields))
    return meant if meant != text and _can_be_read(meant) else ""


def readable_zone(zone: str) -> str:
    """The nearest of the zones that are often used, '' where none is near."""
    wanted = zone.strip().replace(" ", "_").lower()
    if len(wanted) > LONGEST:
        return ""
    known = {name.lower(): name for name in COMMON_ZONES}
    city = {name.rpartition("/")[2].lower(): name for name in COMMON_ZONES}
    exact = ALIASES.get(wanted) or known.get(wanted) or city.get(wanted)
    return exact or known.get(nearest(wanted, known), "")


def _field(place: int, field: str) -> str:
    return ",".join(_term(place, term) for term in field.split(","))


def _term(place: int, term: str) -> str:
    names = MONTHS if place == 3 else DAYS if place == 4 else []
    span, slash, step = term.partition("/")
    ends = [_end(place, end, names) for end in span.split("-")]
    if span.count("-") == 1 and span.split("-")[1] != ends[1] and ends[1] == "0":
        return term  # `1-7` is no range to 0.
    return "-".join(ends) + slash + step


def _end(place: int, end: str, names: list[str]) -> str:
    wrong, right = LAST_PLUS_ONE.get(place, ("", ""))
    short = FULL_NAMES.get(end, end)
    return right if end == wrong else short if short in names else end


def _can_be_read(schedule: str) -> bool:
    try:
        parse(schedule)
    except BadSchedule:
        return False
    return True
