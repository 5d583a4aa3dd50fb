"""How long each kind of record is kept: what may be chosen, and what holds until somebody does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Record(StrEnum):
    """What grows old. The setting of each is `<value>-retention`."""

    HISTORY = "history"
    IGNORED = "ignored"
    EVIDENCE = "evidence"
    RUN = "run"
    AUDIT = "audit"
    EVENT = "event"

    @property
    def setting(self) -> str:
        return f"{self.value}-retention"


@dataclass(frozen=True)
class Rule:
    """`default`, in days, is None for "off": kept for ever. What goes is `what`, counted from
    `since`."""

    what: str
    since: str
    default: int | None
    least: int = 1
    most: int = 3650
    may_be_off: bool = True

    def refusal(self, days: int | None) -> str:
        """Why so many days may not be chosen; empty where they may. None is "off"."""
        if days is None:
            return "" if self.may_be_off else f"cannot be off: {self.what} would grow for ever"
        if self.least <= days <= self.most:
            return ""
        off = ', or "off"' if self.may_be_off else ""
        return f"must be from {self.least} to {self.most} days{off}"


RULES = {
    Record.HISTORY: Rule("resolved incidents with all that belongs to them", "their end", 90),
    # What somebody put aside stays aside unless they choose otherwise.
    Record.IGNORED: Rule("ignored incidents of which nothing fails", "their last report", None),
    Record.EVIDENCE: Rule(
        "captured logs, events and manifests, but those that the newest diagnosis of an open "
        "incident cites",
        "their capture",
        14,
    ),
    Record.RUN: Rule(
        "runs that ended, with their steps; mirrors that are gone; what models were asked, but the "
        "newest of an open incident",
        "their end",
        30,
    ),
    Record.AUDIT: Rule("entries of the audit log", "their writing", 365, least=30),
    Record.EVENT: Rule("events of the live stream", "their writing", 1, most=30, may_be_off=False),
}


def cutoff(days: int | None, now: datetime) -> datetime | None:
    """What is older may go; None where nothing may."""
    return None if days is None else now - timedelta(days=days)
