"""Which cases an evaluation plays, and each how often."""

from collections.abc import Sequence

from kure.errors import InvalidInput
from tests.accuracy.choosing import cases_in
from tests.evals.playing import Turn

FOLDERS = {"failing": False, "held_out": True}


def turns_of(names: Sequence[str], families: str, repeats: int) -> list[Turn]:
    """Every case that fails, or those that are named, so many times, each time with other names.
    InvalidInput for a name or a letter that names none."""
    turns = [
        Turn(case, number, held_out)
        for number in range(1, repeats + 1)
        for folder, held_out in FOLDERS.items()
        for case in cases_in(folder)
    ]
    for name in names:
        if not any(name in turn.case.id for turn in turns):
            raise InvalidInput(f"No case that fails is called {name!r}")
    known = {turn.expected.family for turn in turns}
    for letter in families:
        if letter not in known:
            raise InvalidInput(
                f"No family is called {letter!r}; there are {''.join(sorted(known))}"
            )
    return [turn for turn in turns if _is_meant(turn, names, families)]


def _is_meant(turn: Turn, names: Sequence[str], families: str) -> bool:
    is_named = not names or any(name in turn.case.id for name in names)
    return is_named and (not families or turn.expected.family in families)
