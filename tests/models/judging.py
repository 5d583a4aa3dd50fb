"""What the real servers refuse of a request, as far as it is known from their documentation: a
test must not pass with a body that they would answer with 400."""

from typing import Any

from tests.models.wire import Protocol

Body = dict[str, Any]


def wrong(protocol: Protocol, asked: Body) -> str:
    """What is wrong with the body, '' where it is right."""
    check = {"responses": _of_responses, "chat": _of_chat, "messages": _of_messages}[protocol]
    return check(asked) or _of_schemas(protocol, asked)


def _of_chat(asked: Body) -> str:
    messages = asked.get("messages") or []
    open_calls: set[str] = set()
    for message in messages:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                return "A message of role 'tool' must follow the call of its id."
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            return "Each call must be followed by the message of its tool."
        open_calls = {call["id"] for call in message.get("tool_calls") or []}
    if not messages:
        return "messages: at least one."
    return "Each call must be followed by the message of its tool." if open_calls else ""


def _of_responses(asked: Body) -> str:
    called: set[str] = set()
    for item in asked.get("input") or []:
        if item.get("type") == "function_call":
            called.add(item["call_id"])
        elif item.get("type") == "function_call_output":
            if item["call_id"] not in called:
                return f"No tool call found for function call output {item['call_id']}."
            called.discard(item["call_id"])
    if called:
        return f"No tool output found for function call {sorted(called)[0]}."
    return "" if asked.get("input") else "input: missing."


def _of_messages(asked: Body) -> str:
    if not isinstance(asked.get("max_tokens"), int):
        return "max_tokens: Field required"
    messages = asked.get("messages") or []
    if not messages or messages[0]["role"] != "user" or messages[-1]["role"] != "user":
        return "messages: the first and the last must be the user's."
    open_calls: set[str] = set()
    for message in messages:
        blocks = message["content"] if isinstance(message["content"], list) else []
        if any(not block.get("text", "x") for block in blocks):
            return "messages: text content blocks must be non-empty"
        results = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if results != open_calls:
            return "`tool_use` ids were found without `tool_result` blocks immediately after."
        open_calls = {block["id"] for block in blocks if block["type"] == "tool_use"}
        if open_calls and not asked.get("tools"):
            return "Requests which have `tool_use` blocks in `messages` must define tools."
    return "messages: more than 4 blocks have cache_control" if _marks(asked) > 4 else ""


def _marks(part: Any) -> int:
    if isinstance(part, list):
        return sum(map(_marks, part))
    if isinstance(part, dict):
        return ("cache_control" in part) + sum(map(_marks, part.values()))
    return 0


def _of_schemas(protocol: Protocol, asked: Body) -> str:
    """Strict schemas: closed objects, every property required, no bounds that are not taken."""
    if protocol == "messages":
        told = (asked.get("output_config") or {}).get("format") or {}
        schemas = [told["schema"]] if told else []
    elif protocol == "responses":
        told = (asked.get("text") or {}).get("format") or {}
        schemas = [told["schema"]] if told.get("strict") else []
        schemas += [tool["parameters"] for tool in asked.get("tools") or [] if tool.get("strict")]
    else:
        told = (asked.get("response_format") or {}).get("json_schema") or {}
        schemas = [told["schema"]] if told.get("strict") else []
    return next((why for schema in schemas if (why := _loose(schema))), "")


def _loose(schema: Any) -> str:
    if isinstance(schema, list):
        return next((why for one in schema if (why := _loose(one))), "")
    if not isinstance(schema, dict):
        return ""
    if schema.get("type") == "object":
        properties = schema.get("properties") or {}
        if schema.get("additionalProperties") is not False:
            return "Invalid schema: 'additionalProperties' is required to be supplied and false."
        if set(schema.get("required") or []) != set(properties):
            return "Invalid schema: 'required' must have every key in properties."
        return _loose(list(properties.values()))
    bounds = {"minLength", "maxLength", "minimum", "maximum", "maxItems"} & set(schema)
    if bounds:
        return f"Invalid schema: {sorted(bounds)[0]} is not supported."
    return _loose(
        [schema.get("items"), schema.get("anyOf"), list((schema.get("$defs") or {}).values())]
    )
