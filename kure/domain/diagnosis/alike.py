"""Whether one name was meant to be another: a slip of the hand, or another thing that is called
alike.

`web-config` and `api-config` look alike and are two things: names are compared word by word. Only
where every word is the same or nearly so is one proposed in a patch for the other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from kure.domain.diagnosis.nearby import ALIKE

# How alike two words must be for one to be a slip of the other, of 1.
SLIP = 0.75
SEPARATORS = re.compile(r"[-_./:\s]+")
# The same word, cut short.
SHORT_FOR = {
    **dict.fromkeys(("cfg", "conf", "cnf", "configs", "configuration"), "config"),
    **dict.fromkeys(("creds", "cred", "credential"), "credentials"),
    **dict.fromkeys(("pass", "passwd", "pwd"), "password"),
    **{"db": "database", "svc": "service", "usr": "user", "msg": "message", "env": "environment"},
}
# What is compared of a name: hostile names may be long, and comparing is quadratic.
COMPARED = 300


@dataclass(frozen=True)
class Near:
    """The name that is nearest. `sure`: it is a slip, and no other name is as near."""

    name: str
    sure: bool


def near_of(name: str, others: Iterable[str]) -> Near | None:
    """The most similar of the others; None where none is similar."""
    known = sorted({other for other in others if other and other != name})
    found = sorted(_rated(name, known), reverse=True)
    if not found:
        return None
    slips = [other for _, other in found if is_slip(name, other)]
    best = slips[0] if slips else found[0][1]
    return Near(best, sure=len(slips) == 1)


def _rated(name: str, others: Iterable[str]) -> Iterator[tuple[float, str]]:
    """Those that are alike, each with how much."""
    matcher = SequenceMatcher(None, "", name[:COMPARED].lower())
    for other in others:
        matcher.set_seq1(other[:COMPARED].lower())
        quick = matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE
        rate = matcher.ratio() if quick else 0
        if rate >= ALIKE:
            yield rate, other


def likeness(name: str, other: str) -> float:
    return SequenceMatcher(None, name[:COMPARED].lower(), other[:COMPARED].lower()).ratio()


def is_slip(name: str, other: str) -> bool:
    """Whether both are the same words, but for a slip in them."""
    mine, its = _words(name), _words(other)
    if sorted(mine) == sorted(its) or "".join(mine) == "".join(its):
        return True
    if len(mine) == len(its):
        return all(_word_is_slip(one, two) for one, two in zip(mine, its, strict=True))
    return likeness("".join(mine), "".join(its)) >= 0.9


def _words(name: str) -> list[str]:
    words = SEPARATORS.split(name[:COMPARED].lower())
    return [SHORT_FOR.get(word, word) for word in words if word]


def _word_is_slip(one: str, two: str) -> bool:
    """Short words and numbers have no slips: `a` and `b`, `v1` and `v2` are two things."""
    if one == two:
        return True
    digits = [re.sub(r"\D", "", word) for word in (one, two)]
    if digits[0] != digits[1] or min(len(one), len(two)) < 3:
        return False
    same_letters = sorted(one) == sorted(two)
    plural = one.rstrip("s") == two.rstrip("s")
    return same_letters or plural or likeness(one, two) >= SLIP
