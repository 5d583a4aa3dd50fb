"""Cases are YAML, many of them: each file is read once, by the parser that is written in C."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"


@cache
def read(file: str) -> Any:
    """What stands in `tests/cases/<file>`, such as `failures/evicted.yaml`. Nobody changes it."""
    return yaml.load((CASES / file).read_text(), yaml.CSafeLoader)


def files_of(folder: str) -> list[str]:
    """The files of cases in `tests/cases/<folder>` and below."""
    return sorted(str(file.relative_to(CASES)) for file in (CASES / folder).glob("**/*.yaml"))
