"""The answers of the providers' protocols, byte for byte as the libraries' types and the public
documentation have them: OpenAI's responses and chat completions, Anthropic's messages."""

import json
from typing import Any, Literal
from uuid import uuid4

from tests.models.steps import Step

Protocol = Literal["responses", "chat", "messages"]
Body = dict[str, Any]


def answer(protocol: Protocol, step: Step, asked: Body) -> Body:
    return {"responses": _response, "chat": _completion, "messages": _message}[protocol](
        step, asked
    )


def failure(protocol: Protocol, kind: str, text: str) -> Body:
    """The body of an error."""
    if protocol == "messages":
        error = {"type": kind, "message": text}
        return {"type": "error", "error": error, "request_id": f"req_{uuid4().hex[:24]}"}
    return {"error": {"message": text, "type": kind, "param": None, "code": None}}


def failed_inside(protocol: Protocol, step: Step, asked: Body) -> Body:
    """An error that comes with 200."""
    if protocol != "responses":
        return failure(protocol, step.error, step.text or "It did not work.")
    whole = _response(Step(say=""), asked)
    error = {"code": step.error, "message": step.text or "It did not work."}
    return {**whole, "status": "failed", "output": [], "error": error, "usage": None}


def models(protocol: Protocol, names: list[str]) -> Body:
    if protocol == "messages":
        made = {"type": "model", "created_at": "2026-09-01T00:00:00Z", "lifecycle": "active"}
        data = [{**made, "id": name, "display_name": name} for name in names]
        return {"data": data, "has_more": False, "first_id": names[0], "last_id": names[-1]}
    owned = {"object": "model", "created": 1790000000, "owned_by": "kure"}
    return {"object": "list", "data": [{**owned, "id": name} for name in names]}


def _said(step: Step) -> str:
    return step.say if isinstance(step.say, str) else json.dumps(step.say or {})


def _arguments(call: Body) -> str:
    given = call.get("arguments", {})
    return given if isinstance(given, str) else json.dumps(given)


def _completion(step: Step, asked: Body) -> Body:
    message: Body = {"role": "assistant", "content": _said(step), "refusal": None}
    finish = "stop"
    calls = step.call or _through_tool(step, asked)
    if calls:
        message["content"], finish = None, "tool_calls"
        message["tool_calls"] = [
            {
                "id": f"call_{uuid4().hex[:24]}",
                "type": "function",
                "function": {"name": call["name"], "arguments": _arguments(call)},
            }
            for call in calls
        ]
    elif step.refuse:
        message["content"], message["refusal"] = None, step.refuse
    elif step.cut_off:
        message["content"], finish = step.cut_off, "length"
    usage = step.usage
    return {
        "id": f"chatcmpl-{uuid4().hex}",
        "object": "chat.completion",
        "created": 1796000000,
        "model": step.model or asked.get("model", ""),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
            "prompt_tokens_details": {
                "cached_tokens": usage.cached,
                "cache_write_tokens": usage.written,
            },
        },
        "system_fingerprint": None,
    }


def _through_tool(step: Step, asked: Body) -> list[Body]:
    """Where it must call a tool, an answer comes by the tool of that name."""
    forced = asked.get("tool_choice") == "required" or isinstance(asked.get("tool_choice"), dict)
    names = [tool["function"]["name"] for tool in asked.get("tools") or []]
    if step.say is None or not forced or "answer" not in names:
        return []
    return [{"name": "answer", "arguments": _said(step)}]


def _response(step: Step, asked: Body) -> Body:
    content: Body = {"type": "output_text", "text": _said(step), "annotations": [], "logprobs": []}
    status, incomplete = "completed", None
    if step.refuse:
        content = {"type": "refusal", "refusal": step.refuse}
    if step.cut_off:
        content["text"] = step.cut_off
        status, incomplete = "incomplete", {"reason": "max_output_tokens"}
    reasoning = {"type": "reasoning", "id": f"rs_{uuid4().hex}", "summary": []}
    output: list[Body] = [
        {
            "type": "function_call",
            "id": f"fc_{uuid4().hex}",
            "call_id": f"call_{uuid4().hex[:24]}",
            "name": call["name"],
            "arguments": _arguments(call),
            "status": "completed",
        }
        for call in step.call
    ] or [
        {
            "type": "message",
            "id": f"msg_{uuid4().hex}",
            "role": "assistant",
            "status": status,
            "content": [content],
        }
    ]
    usage = step.usage
    return {
        "id": f"resp_{uuid4().hex}",
        "object": "response",
        "created_at": 1796000000,
        "status": status,
        "error": None,
        "incomplete_details": incomplete,
        "instructions": asked.get("instructions"),
        "max_output_tokens": asked.get("max_output_tokens"),
        "model": step.model or asked.get("model", ""),
        "output": [reasoning, *output],
        "parallel_tool_calls": True,
        "store": asked.get("store", True),
        "text": asked.get("text", {"format": {"type": "text"}}),
        "tool_choice": asked.get("tool_choice", "auto"),
        "tools": asked.get("tools", []),
        "usage": {
            "input_tokens": usage.input,
            "input_tokens_details": {
                "cached_tokens": usage.cached,
                "cache_write_tokens": usage.written,
            },
            "output_tokens": usage.output,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": usage.input + usage.output,
        },
        "metadata": {},
    }


def _message(step: Step, asked: Body) -> Body:
    thinking = {"type": "thinking", "thinking": "", "signature": "c2lnbmVk"}
    content: list[Body] = [thinking, {"type": "text", "text": step.cut_off or _said(step)}]
    stop = "max_tokens" if step.cut_off else "end_turn"
    if step.call:
        stop = "tool_use"
        content = [thinking] + [
            {
                "type": "tool_use",
                "id": f"toolu_{uuid4().hex[:24]}",
                "name": call["name"],
                "input": call.get("arguments", {}),
            }
            for call in step.call
        ]
    details = None
    if step.refuse:
        stop, content = "refusal", []
        details = {"type": "refusal", "category": None, "explanation": step.refuse}
    usage = step.usage
    return {
        "id": f"msg_{uuid4().hex[:24]}",
        "type": "message",
        "role": "assistant",
        "model": step.model or asked.get("model", ""),
        "content": content,
        "stop_reason": stop,
        "stop_sequence": None,
        "stop_details": details,
        "usage": {
            "input_tokens": usage.input - usage.cached - usage.written,
            "cache_creation_input_tokens": usage.written,
            "cache_read_input_tokens": usage.cached,
            "output_tokens": usage.output,
        },
    }
