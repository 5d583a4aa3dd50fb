"""What a model said, on its way to a workflow or to people: data, bounded and redacted."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from kure.contracts.investigating import (
    MOST_CALLS,
    Asked,
    FixChecked,
    FixDraft,
    ModelAnswer,
    Wish,
)
from kure.domain.models.answer import Answer, ProposedFix, Unusable
from kure.domain.models.conversation import Reply, ToolCall
from kure.domain.models.quoting import seen
from kure.domain.redact import Redactor
from kure.investigating.conversing import Conversation

# A workflow is told of wishes so far; of more it is said that they are too many.
MOST_WISHES = 16
# What no wish that is granted comes near: a larger one is refused without.
MOST_ARGUMENTS_BYTES = 4096
LONGEST_NAME = 64

Json = TypeVar("Json")


def asked(talk: Conversation, reply: Reply, redactor: Redactor, *, is_last: bool) -> Asked:
    """What the model wants or has found, as its workflow is told."""
    if reply.calls and not is_last:
        return Asked(state="wishes", wishes=_wishes(talk.wishes(reply), redactor))
    found = talk.answer(reply)
    if isinstance(found, Unusable):
        return Asked(state="unusable", text=redactor.text(seen(found.reason))[:1000])
    return Asked(state="answer", fix=_draft(found.fix, redactor))


def _draft(fix: ProposedFix | None, redactor: Redactor) -> FixDraft | None:
    """What is to be checked; None for a fix in words only."""
    if fix is None or not fix.operations:
        return None
    steps = [replace(step, value=redacted(step.value, redactor)) for step in fix.operations]
    return FixDraft(title=redacted(fix.title, redactor), operations=steps)


def _wishes(calls: Sequence[ToolCall], redactor: Redactor) -> list[Wish]:
    return [
        Wish(
            call_id=call.id,
            tool=seen(call.name)[:LONGEST_NAME],
            arguments=_arguments(call, redactor) if number < MOST_CALLS else {},
        )
        for number, call in enumerate(calls[:MOST_WISHES])
    ]


def _arguments(call: ToolCall, redactor: Redactor) -> dict[str, Any]:
    """Steps show them: what cannot be seen in them is written out."""
    if len(json.dumps(call.arguments, default=str).encode()) > MOST_ARGUMENTS_BYTES:
        return {}
    arguments: dict[str, Any] = redacted(dict(call.arguments), redactor)
    return arguments


def shown(answer: Answer, checked: FixChecked | None, redactor: Redactor) -> ModelAnswer:
    """The answer as people see it; of its fix only what was checked."""
    told = redacted(asdict(answer), redactor)
    if told["fix"] is not None:
        told["fix"]["operations"] = checked.operations if checked else []
    return ModelAnswer.model_validate(told)


def redacted(value: Json, redactor: Redactor) -> Json:
    """All texts of a JSON value, each as one that can be seen."""
    found: Any = value
    if isinstance(value, str):
        found = redactor.text("\n".join(map(seen, value.split("\n"))))
    elif isinstance(value, dict):
        found = {seen(str(key)): redacted(one, redactor) for key, one in value.items()}
    elif isinstance(value, list | tuple):
        found = [redacted(one, redactor) for one in value]
    result: Json = found
    return result
