"""Text of the cluster as data that nobody takes for anything else.

Each quoted line begins with a mark of ours, so that nothing in it can end the quotation, as a fence
of backticks could be ended. What would make one line look like two, hide in it, or turn its order
round is written out: `\\u202e`.
"""

import re
from collections.abc import Iterable

from kure.domain.diagnosis.model import storable

# A line is quoted up to here, its characters beyond are counted.
LONGEST_LINE = 1200

# Colours and cursor movements of terminals. https://ecma-international.org/publications-and-standards/standards/ecma-48/
_TERMINAL = re.compile("\x1b\\[[0-9;?]{0,20}[A-Za-z]")

# All controls but the tab, line ends of Unicode among them; marks of direction; characters of no
# width; tags and variation selectors, in which whole sentences can be hidden.
# https://www.unicode.org/reports/tr36/ and https://www.unicode.org/reports/tr55/
_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def seen(text: str) -> str:
    """The text as one line, in which a reader sees all that a program does."""
    if "\x1b" in text:
        text = _TERMINAL.sub("", text)
    if text.isprintable() and text.isascii():
        return text
    return storable(_UNSEEN.sub(_written_out, text))


def shown_line(text: str, most: int = LONGEST_LINE) -> str:
    """One line of evidence as it is quoted."""
    if len(text) <= most:
        return seen(text)
    return f"{seen(text[:most])} (… {len(text) - most} more characters)"


def quoted(mark: str, texts: Iterable[str]) -> list[str]:
    """Each text, line by line, under one mark: `R2| …`."""
    return [f"{mark}| {shown_line(line)}" for text in texts for line in text.split("\n")]


def plain(text: str, most: int) -> str:
    """What a model wrote, as text to be shown: at most so many characters, lines kept."""
    lines = (seen(line) for line in text.strip().split("\n"))
    whole = "\n".join(lines)
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
