"""The line of a YAML document on which a finding's path leads."""

import re
from collections.abc import Iterator

import yaml

# `spec.containers[app].image`, `metadata.annotations[example.com/a]`
_STEPS = re.compile(r"\[([^\]]*)\]|([^.\[\]]+)")


def line_of(document: yaml.Node, path: str) -> tuple[int, int]:
    """The line, counted from 1, of the last field of the path that is there, and how many of its
    steps were found: what is missing is told of what should hold it."""
    line, depth, node = document.start_mark.line, 0, document
    for step in _steps(path):
        found = _step(node, step)
        if found is None:
            break
        line, node = found
        depth += 1
    return line + 1, depth


def _steps(path: str) -> Iterator[str]:
    for match in _STEPS.finditer(path):
        yield match[1] if match[1] is not None else match[2]


def _step(node: yaml.Node, step: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line, value
        return None
    if not isinstance(node, yaml.SequenceNode):
        return None
    for index, item in enumerate(node.value):
        if _names(item, step) or (step.isdecimal() and int(step) == index):
            return item.start_mark.line, item
    return None


def _names(item: yaml.Node, step: str) -> bool:
    """Entries of lists go by their names; those of plain lists by what they say."""
    if isinstance(item, yaml.ScalarNode):
        return bool(item.value == step)
    if not isinstance(item, yaml.MappingNode):
        return False
    return any(key.value == "name" and value.value == step for key, value in item.value)
