"""The question to a model: what is known of one incident, within a budget of tokens."""

from dataclasses import dataclass

from kure.domain.models.subject import Item, Subject


@dataclass(frozen=True)
class Question:
    """`system` is the same for every incident, so that providers keep it in their caches; `text`
    is the question; `numbers` are the evidence's ids by their numbers in it, from 1; `tokens` is
    how many both have, by rule of thumb."""

    system: str
    text: str
    numbers: tuple[str, ...]
    tokens: int


def question(subject: Subject, budget_tokens: int) -> Question:
    """The same subject gives the same bytes. Most telling evidence comes first; where it does not
    fit, lines are left out, and how many is said."""
    raise AssertionError


def told(number: int, item: Item) -> str:
    """What was read at a wish, as the next evidence with the number: quoted data."""
    raise AssertionError


def refused(text: str) -> str:
    """Why nothing was read at a wish."""
    raise AssertionError
