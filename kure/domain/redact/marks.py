"""Placeholders: what stands where a secret stood, and why redacting twice changes nothing.

While a text is worked on, a placeholder is a *slot*: characters that Unicode sets aside as
noncharacters, so that no rule reads the words inside a placeholder and no text can forge one.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

KINDS = (
    "cookie",
    "email",
    "env",
    "hash",
    "key",
    "name",
    "password",
    "secret",
    "token",
    "url-password",
)
"""What a placeholder may say about what it hides."""

PLACEHOLDER = re.compile(rf"\[redacted:(?:{'|'.join(KINDS)}):[0-9a-f]{{8}}\]")

_OPEN, _CLOSE, _ZERO = "\ufdd0", "\ufddb", 0xFDD1
SLOT = f"{_OPEN}[\ufdd1-\ufdda]+{_CLOSE}"
"""A regular expression for one slot."""

_SLOT = re.compile(SLOT)
_NONCHARACTER = re.compile("[\ufdd0-\ufdef]")
_DIGITS = {str(digit): chr(_ZERO + digit) for digit in range(10)}
_TO_SLOT = str.maketrans(_DIGITS)
_FROM_SLOT = str.maketrans({slot: digit for digit, slot in _DIGITS.items()})

Mask = Callable[[str, str], str]
"""(kind, value) → what to write instead of the value."""


def placeholder(key: bytes, kind: str, value: str) -> str:
    """`[redacted:<kind>:<8 hex>]`. Under one key the same value gives the same eight digits."""
    digest = hmac.digest(key, value.encode("utf-8", "surrogatepass"), "sha256")
    return f"[redacted:{kind}:{digest.hex()[:8]}]"


@dataclass
class Marks:
    """The placeholders of one text while rules run over it. Not shared, not kept."""

    key: bytes
    hidden: set[tuple[str, str]] = field(default_factory=set)
    """(kind, value) of all that was masked so far."""
    _slots: list[str] = field(default_factory=list)

    def load(self, text: str) -> str:
        """The text with each placeholder it already has as a slot."""
        if not text.isascii():
            text = _NONCHARACTER.sub("\ufffd", text)
        if "[redacted:" not in text:
            return text
        return PLACEHOLDER.sub(lambda found: self._slot(found[0]), text)

    def mask(self, kind: str, value: str) -> str:
        """A slot for the value. Empty values and values that are one slot stay as they are."""
        if not value or _SLOT.fullmatch(value):
            return value
        value = self.dump(value)
        self.hidden.add((kind, value))
        return self._slot(placeholder(self.key, kind, value))

    def dump(self, text: str) -> str:
        """The text with its slots as placeholders again."""
        if _OPEN not in text:
            return text
        return _SLOT.sub(lambda found: self._slots[int(found[0][1:-1].translate(_FROM_SLOT))], text)

    def _slot(self, shown: str) -> str:
        self._slots.append(shown)
        return _OPEN + str(len(self._slots) - 1).translate(_TO_SLOT) + _CLOSE


def holds_slot(text: str) -> bool:
    return _OPEN in text


def is_slot(text: str) -> bool:
    return _SLOT.fullmatch(text) is not None
