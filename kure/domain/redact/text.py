"""One pass of all rules over a text, repeated until nothing changes.

The order matters: what is certain by itself goes before what a key tells, so that a token in a
password's place is still one placeholder. Passes are repeated because a placeholder may complete
the form that another rule looks for; each pass leaves fewer characters to mask, and a text that
came out of here goes through unchanged.
"""

from kure.domain.redact.addresses import mask_addresses
from kure.domain.redact.assignments import mask_assignments
from kure.domain.redact.blocks import mask_blocks
from kure.domain.redact.encoded import mask_encoded
from kure.domain.redact.headers import mask_schemes
from kure.domain.redact.known import Literals
from kure.domain.redact.marks import Marks
from kure.domain.redact.pairs import mask_pairs
from kure.domain.redact.pem import mask_pem
from kure.domain.redact.shapes import mask_shapes
from kure.domain.redact.shell import mask_shell

_MOST_PASSES = 8
_DEEPEST = 2
"""Base64 within base64 is looked into this often: a Secret in an annotation, no deeper."""


def redact_text(
    text: str, marks: Marks, literals: Literals, allowed: frozenset[str], depth: int = 0
) -> str:
    """The text with placeholders for its secrets, as many lines as before."""
    before = ""
    text = marks.load(text)
    for _ in range(_MOST_PASSES):
        if text == before:
            break
        before = text
        text = _pass(text, marks, literals, allowed, depth)
    return marks.dump(text)


def _pass(text: str, marks: Marks, literals: Literals, allowed: frozenset[str], depth: int) -> str:
    mask = marks.mask

    def changes(content: str) -> bool:
        inner = Marks(marks.key)
        redact_text(content, inner, literals, allowed, depth + 1)
        return bool(inner.hidden)

    text = literals.mask(text, mask)
    text = mask_pem(text, mask)
    text = mask_shapes(text, mask)
    text = mask_addresses(text, mask)
    text = mask_pairs(text, mask, allowed)
    text = mask_blocks(text, mask, allowed)
    text = mask_assignments(text, mask)
    text = mask_schemes(text, mask)
    text = mask_shell(text, mask, allowed)
    return text if depth >= _DEEPEST else mask_encoded(text, mask, changes)
