"""How long a retry waits."""

import pytest

from kure.domain.backoff import full_jitter


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1), (3, 2), (7, 30), (8, 30), (10_000, 30)]
)
def test_the_longest_wait_doubles_up_to_half_a_minute(attempt: int, longest: float) -> None:
    assert full_jitter(attempt, 1.0) == longest


def test_the_wait_is_any_part_of_the_longest() -> None:
    assert [full_jitter(3, chance) for chance in (0, 0.25, 1)] == [0, 0.5, 2]
