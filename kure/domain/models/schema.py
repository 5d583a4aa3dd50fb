"""JSON Schemas that every provider takes for what a model fills in, and the check of what came.

OpenAI's strict mode and Anthropic's structured outputs share little: closed objects, every property
required, `anyOf` with null for what may be absent, and no bounds of lengths or numbers, which are
therefore checked by whoever reads a value. At most sixteen unions are allowed in one request, so
that '' stands for "none" where it can.
https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

NULL: Schema = {"type": "null"}

# What may stand for each type; JSON's true is no number.
_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool}


def closed(properties: Mapping[str, Schema], description: str = "") -> Schema:
    """An object of exactly these properties."""
    return _told(
        {
            "type": "object",
            "properties": dict(properties),
            "required": list(properties),
            "additionalProperties": False,
        },
        description,
    )


def text(description: str) -> Schema:
    return _told({"type": "string"}, description)


def one_of(values: tuple[str, ...], description: str) -> Schema:
    return _told({"type": "string", "enum": list(values)}, description)


def whole_number(description: str) -> Schema:
    return _told({"type": "integer"}, description)


def truth(description: str) -> Schema:
    return _told({"type": "boolean"}, description)


def list_of(items: Schema, description: str) -> Schema:
    return _told({"type": "array", "items": items}, description)


def nullable(schema: Schema, description: str) -> Schema:
    return _told({"anyOf": [schema, NULL]}, description)


def problem(value: Any, schema: Schema, place: str = "the answer") -> str:
    """The first place at which a value is not as the schema wants it, in words; '' where it is."""
    if "anyOf" in schema:
        wanted, _ = schema["anyOf"]
        return "" if value is None else problem(value, wanted, place)
    kind = schema["type"]
    if kind == "integer":
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        return "" if is_whole else f"{place} is no whole number"
    if not isinstance(value, _TYPES[kind]):
        return f"{place} is no {kind}"
    if isinstance(value, dict):
        return _of_object(value, schema, place)
    if isinstance(value, list):
        found = (problem(each, schema["items"], f"{place}[{n}]") for n, each in enumerate(value))
        return next(filter(None, found), "")
    if "enum" in schema and value not in schema["enum"]:
        return f"{place} is none of {', '.join(schema['enum'])}"
    return ""


def _of_object(value: dict[str, Any], schema: Schema, place: str) -> str:
    properties: Mapping[str, Schema] = schema["properties"]
    if missing := [name for name in properties if name not in value]:
        return f"{place} has no `{missing[0]}`"
    if len(value) > len(properties):
        return f"{place} has more properties than {', '.join(properties) or 'none'}"
    found = (problem(value[name], inner, f"`{name}`") for name, inner in properties.items())
    return next(filter(None, found), "")


def _told(schema: dict[str, Any], description: str) -> Schema:
    return schema | {"description": description} if description else schema
