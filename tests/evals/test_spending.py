"""No more is spent than was allowed, over midnight too."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from kure.adapters.postgres.pool import Pool
from kure.ids import new_id
from tests.evals.spending import Purse, allowance, spent
from tests.evals.test_judging import investigation

MOST = Decimal(5)
MIDNIGHT = datetime(2026, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("shift", "earlier", "allowed"),
    [
        (-3600, "0", "5"),
        (-29, "0", "0"),
        (0, "2", "0"),
        (4, "2", "0"),
        (6, "2", "3"),
        (3600, "5.2", "0"),
    ],
)
def test_what_was_spent_before_midnight_is_not_spent_again(
    shift: float, earlier: str, allowed: str
) -> None:
    found = allowance(MIDNIGHT + timedelta(seconds=shift), MOST, Decimal(earlier))
    assert found == Decimal(allowed)


async def test_all_calls_count_also_those_of_which_nobody_heard(pool: Pool) -> None:
    for state, usd, shift in (("answered", "1.5", -60), ("lost", "0.5", 60), ("failed", "0", 60)):
        await pool.execute(
            "INSERT INTO model_calls (id, turn, attempt, provider, model, state, usd, asked_at, "
            "ended_at) VALUES ($1, 1, 1, 'p', 'm', $2, $3, $4, $4)",
            *(new_id(), state, Decimal(usd), MIDNIGHT + timedelta(seconds=shift)),
        )
    found = await spent(pool, MIDNIGHT + timedelta(hours=1))
    assert found == (Decimal(2), 3, Decimal("1.5"))


@pytest.mark.parametrize(
    ("text", "hour", "is_empty"),
    [
        ("No model was asked: the day's budget of 5 USD is spent", 1, True),
        ("No model was asked: the day's budget of 0 USD is spent", 0, False),
        ("No model answers: it is down", 1, False),
    ],
)
async def test_no_run_begins_once_kure_says_that_the_money_is_spent(
    pool: Pool, text: str, hour: int, *, is_empty: bool
) -> None:
    async def nothing(_: Decimal) -> None: ...

    purse = Purse(MOST, pool, nothing, lambda: MIDNIGHT + timedelta(hours=hour))
    purse.told(investigation("unanswered", text=text))
    assert purse.is_empty == is_empty
