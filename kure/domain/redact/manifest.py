"""Kubernetes objects: the same keys and structure, with placeholders for the values to hide."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kure.domain.redact.commands import mask_arguments
from kure.domain.redact.document import rewrite_json, rewrite_yaml
from kure.domain.redact.env import hidden_kind
from kure.domain.redact.headers import cookies
from kure.domain.redact.marks import Marks
from kure.domain.redact.names import secret_key
from kure.domain.redact.values import hides, is_nothing

_DEEPEST = 64
_DOCUMENTS = frozenset(("annotations", "data"))


@dataclass
class Walk:
    """One way through one object. `rule` redacts a string as text."""

    marks: Marks
    rule: Callable[[str], str]
    allowed: frozenset[str]
    visible: list[str] = field(default_factory=list)
    """The names, labels and images met on the way."""

    def value(self, value: Any, key: str = "") -> Any:
        """The value of a key, redacted; a copy where it can be changed."""
        if isinstance(value, dict):
            return self._mapping(value, key)
        if isinstance(value, list):
            return [self.value(item, key) for item in value]
        if isinstance(value, str):
            return self._string(value, key)
        return value
