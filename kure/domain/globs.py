"""Patterns that people write for names: `*` stands for any characters, `?` for one, `[ab]` for one
of those; letters in their case.

Their regular expression never looks twice at what a star has passed, so no pattern is slow.
https://docs.python.org/3/library/fnmatch.html
"""

import re
from fnmatch import translate
from functools import lru_cache

ANY = "*"


def is_everything(pattern: str) -> bool:
    """Whether the pattern matches whatever there is."""
    return not pattern.strip(ANY)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches all of the text."""
    return pattern == ANY or _compiled(pattern).match(text) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))
