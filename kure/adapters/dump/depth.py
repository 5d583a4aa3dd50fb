"""How deep a text of YAML is nested, known before anything is built of it."""

from typing import Any

import yaml

from kure.errors import InvalidInput

# Deeper than any object; the parser written in C would run out of stack and end the process.
DEEPEST = 200

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def refuse_depths(text: str, source: str) -> None:
    """Raises InvalidInput where it is deeper than Kure reads, and YAMLError where it is no YAML."""
    depth = 0
    for event in yaml.parse(text, Loader=_SAFE):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise InvalidInput(
                f"{source} is nested deeper than any Kubernetes object ({DEEPEST} levels)"
            )
