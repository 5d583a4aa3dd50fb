"""The text of a file that somebody names, or of standard input."""

import sys
from pathlib import Path

from kure.errors import InvalidInput

STDIN = "-"


def text_of(name: str) -> str:
    """InvalidInput where it cannot be read, or is no UTF-8."""
    try:
        found = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return found.decode("utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"Cannot read {name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"Cannot read {name}: it is no UTF-8 text") from error
