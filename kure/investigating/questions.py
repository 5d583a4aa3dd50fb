"""The question of an incident, exactly as a provider gets it: for whoever asks, and for the preview
that an administrator sees."""

from collections.abc import Sequence

from kure.contracts.models import ModelRules
from kure.domain.models.answer import SCHEMA
from kure.domain.models.conversation import Exchange, Prompt
from kure.domain.models.hiding import Names
from kure.domain.models.prompt import BUDGET, Question, question
from kure.domain.models.subject import Subject
from kure.domain.models.tools import TOOLS

# An answer is short; a model that thinks first needs more than the answer does.
MOST_OUTPUT_TOKENS = 8000


def question_of(subject: Subject, rules: ModelRules, redaction_key: bytes) -> Question:
    """`redaction_key` is the cluster's; names are hidden under it where the settings want that."""
    names = names_of(subject, rules, redaction_key)
    return question(names.hidden(subject) if names else subject, BUDGET)


def names_of(subject: Subject, rules: ModelRules, redaction_key: bytes) -> Names | None:
    """The names that are hidden; None where the settings do not want that."""
    return Names.of(subject, redaction_key) if rules.hide_names else None


def prompt_of(
    asked: Question, exchanges: Sequence[Exchange] = (), *, is_last: bool = False
) -> Prompt:
    """A turn. In the last one there are no tools: it has to answer."""
    return Prompt(
        system=asked.system,
        question=asked.text,
        exchanges=tuple(exchanges),
        tools=() if is_last else TOOLS,
        answer=SCHEMA,
        most_output_tokens=MOST_OUTPUT_TOKENS,
    )
