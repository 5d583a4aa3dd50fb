"""What may be spent in a day, and what to say when it is spent."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal


@dataclass(frozen=True)
class DayBudget:
    """The most in a day; None for no limit."""

    calls: int | None
    usd: Decimal | None


def day_begins(now: datetime) -> datetime:
    """The midnight, UTC, since which is counted."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day_ends(now: datetime) -> datetime:
    """The midnight, UTC, at which the budget begins anew."""
    return day_begins(now) + timedelta(days=1)


def refusal(budget: DayBudget, calls: int, usd: Decimal, most_usd: Decimal | None) -> str:
    """Why no call may be made that costs at most `most_usd`, after so many calls and so much money;
    '' where it may. A call whose cost is not known (None) may be made until the money is spent."""
    if budget.calls is not None and calls >= budget.calls:
        return f"the day's budget of {_calls(budget.calls)} is spent; it begins anew at 00:00 UTC"
    if budget.usd is None:
        return ""
    if usd >= budget.usd and (most_usd is None or most_usd > 0):
        return f"the day's budget of {money(budget.usd)} is spent; it begins anew at 00:00 UTC"
    if usd + (most_usd or 0) > budget.usd:
        return (
            f"{money(usd)} of the day's budget of {money(budget.usd)} is spent and this call may "
            f"cost {money(most_usd or Decimal())}; the budget begins anew at 00:00 UTC"
        )
    return ""


def money(usd: Decimal) -> str:
    """An amount as people read it: two digits, or four of what is less than a cent."""
    is_small = 0 < usd < Decimal("0.01")
    return f"{usd:.4f} USD" if is_small else f"{usd:.2f} USD"


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
