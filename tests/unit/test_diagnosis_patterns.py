"""No pattern of the rules takes long on hostile text: who writes a log must not stop a diagnosis.

Messages and single lines are cut before they are looked at, whole logs (patterns over many lines)
are not.
"""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import kure.domain.diagnosis
import kure.domain.failures

CUT, WHOLE_LOG = 2**12, 2**18
MOST_SECONDS = 0.05
TRIES = 3

UNITS = ("a", " ", "\n", '"', "(", "0", "/", ".", "a.", "a:", " a", "a=", "=\n", "\t", "A_", "x-y ")
LITERAL = re.compile(r"[A-Za-z][A-Za-z ]{2,}")


def modules() -> Iterator[Any]:
    for package in (kure.domain.diagnosis, kure.domain.failures):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def patterns(value: Any, seen: set[int]) -> Iterator[re.Pattern[str]]:
    """All that stand in a value, however deep."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns([*value, *value.values()], seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from patterns(each, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from patterns(getattr(value, field.name, None), seen)


PATTERNS = sorted(
    {found for module in modules() for found in patterns(list(vars(module).values()), set())},
    key=lambda pattern: pattern.pattern,
)


def hostile(pattern: re.Pattern[str], size: int) -> Iterator[str]:
    """Texts of that size: one unit again and again, and the pattern's own words, which lead deepest
    into it."""
    words = LITERAL.findall(pattern.pattern)[:6]
    for unit in (*UNITS, *words, *(f"{word} " for word in words), *(f"{w}: a" for w in words)):
        yield (unit * (size // len(unit) + 1))[:size]
    for word in words:
        yield f"{word} {'a' * size}"
        yield f"{word}{' ' * size}"


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """The best of a few: other work on the machine is not the pattern's fault."""
    best = float("inf")
    for _ in range(TRIES):
        began = time.thread_time()
        pattern.search(text)
        best = min(best, time.thread_time() - began)
        if best < MOST_SECONDS:
            break
    return best


def test_patterns_are_found() -> None:
    assert len(PATTERNS) > 100


@pytest.mark.parametrize("pattern", [pytest.param(p, id=p.pattern[:60]) for p in PATTERNS])
def test_no_pattern_takes_long_on_hostile_text(pattern: re.Pattern[str]) -> None:
    for size in (CUT, WHOLE_LOG) if pattern.flags & re.MULTILINE else (CUT,):
        for text in hostile(pattern, size):
            took = seconds(pattern, text)
            assert took < MOST_SECONDS, f"{took:.3f} s for {size} of {text[:40]!r}"
