"""Quiet hours: when a channel keeps silent, in the time of its people."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """From `start` to `end`, over midnight where `end` is not after `start`, as clocks in `zone`
    show it."""

    start: time
    end: time
    zone: ZoneInfo

    def until(self, now: datetime) -> datetime | None:
        """When the quiet that holds `now` ends; None where none does."""
        local = now.astimezone(self.zone)
        for day in (local.date() - timedelta(days=1), local.date()):
            begins = datetime.combine(day, self.start, self.zone)
            last = day if self.end > self.start else day + timedelta(days=1)
            ends = datetime.combine(last, self.end, self.zone)
            # Compared in UTC: within one zone Python compares what clocks show, and a clock that
            # is put back shows an hour twice.
            if begins.timestamp() <= now.timestamp() < ends.timestamp():
                return datetime.fromtimestamp(ends.timestamp(), now.tzinfo)
        return None
