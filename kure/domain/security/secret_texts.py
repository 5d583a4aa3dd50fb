"""Whether a text holds a secret: by its shape, which is certain, or by the name it goes under.

The rules are those of redaction, which know what secrets look like and what only sounds like one.
What was found is never told: only of which kind it is.
"""

import re

from kure.domain.redact.addresses import mask_addresses
from kure.domain.redact.assignments import mask_assignments
from kure.domain.redact.blocks import mask_blocks
from kure.domain.redact.commands import mask_arguments
from kure.domain.redact.marks import Marks
from kure.domain.redact.names import SecretKey, Strength, secret_key
from kure.domain.redact.pairs import mask_pairs
from kure.domain.redact.pem import mask_pem
from kure.domain.redact.shapes import mask_shapes
from kure.domain.redact.values import hides, is_boolean, is_number, is_object_name, is_path

_KEY = bytes(32)
_LEAST = 8
"""No shorter value has the shape of a secret."""

MOST = 200_000
"""Characters of a text that are looked at; a ConfigMap holds a million at most."""

# People are no secrets here, and that a variable has a literal value says nothing.
_INNOCENT = frozenset({"email", "name", "env"})
# Who masked a value in a manifest had a secret there.
_MASK = re.compile(r"[*x•]{3,}")
# Names of clouds' command lines whose words do not give them away.
_KNOWN = {
    name: SecretKey("key", Strength.PLAIN) for name in ("AZURE_BATCH_KEY", "OCI_CLI_KEY_CONTENT")
}
_PRIVATE_KEY = re.compile(r"-{3,}BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY")
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*://")


def shaped(text: str) -> str:
    """The kind of a secret in a text that its shape gives away: `key`, `token`, `url-password`, …;
    '' where there is none."""
    if len(text) < _LEAST:
        return ""
    text = text[:MOST]
    if _PRIVATE_KEY.search(text):
        return "key"
    kinds: list[str] = []
    if "@" not in text and "=" not in text and "PRIVATE KEY" not in text:

        def seen(kind: str, value: str) -> str:
            kinds.append(kind)
            return value

        mask_shapes(text, seen)
        return min(kinds, default="")
    marks = Marks(_KEY)
    _shapes(marks.load(text), marks)
    return _worst(marks)


def named(name: str, value: str) -> str:
    """The kind of secret that a key promises and its value keeps; '' where the value is a path, an
    address, a number, a reference or the name of an object."""
    key = secret_key(name) or _KNOWN.get(name.upper())
    plain = value.strip()
    if key is not None and _MASK.fullmatch(plain):
        return key.kind
    if key is None or not hides(key, value):
        return ""
    if is_number(plain) or is_boolean(plain) or is_path(plain) or _ADDRESS.match(plain):
        return ""
    return "" if is_object_name(plain) else key.kind


def named_inside(text: str) -> str:
    """The same for the keys inside a text: properties, YAML, JSON, a file of variables."""
    marks = Marks(_KEY)
    found = marks.load(text[:MOST])
    found = mask_pairs(found, marks.mask, frozenset())
    found = mask_blocks(found, marks.mask, frozenset())
    mask_assignments(found, marks.mask)
    return _worst(marks)


def on_command_line(tokens: list[str]) -> str:
    """The kind of secret among the arguments of a command."""
    marks = Marks(_KEY)
    tokens = [marks.load(token) for token in tokens]
    mask_arguments(tokens, marks.mask, lambda token: _shapes(token, marks))
    if not _worst(marks):
        for token in tokens:
            mask_assignments(token, marks.mask)
    return _worst(marks)


def _shapes(text: str, marks: Marks) -> str:
    return mask_addresses(mask_shapes(mask_pem(text, marks.mask), marks.mask), marks.mask)


def _worst(marks: Marks) -> str:
    return min((kind for kind, _ in marks.hidden if kind not in _INNOCENT), default="")
