"""How an answer of a model is marked: by facts that a live case knows, not by another model. Pure.

The class is known by words, since a model answers in its own: one of those that stand for the rule
in tests/cases/evals/words.yaml must be in its cause or its why. What decides (an object, a value)
must be named in its cause, its why or its fix; what it quotes of the evidence does not count.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import yaml

from kure.contracts.investigating import InvestigationView, ModelAnswer
from tests.accuracy.marking import Expected, Says
from tests.case_files import CASES
from workflows.investigation import NO_END, UNUSABLE

WORDS = CASES / "evals" / "words.yaml"

# `unusable`: the model answered, and nothing can be made of it: that is the model's own miss.
# `away`: nobody answered, which says nothing of the model.
End = Literal["answered", "unusable", "away"]


@dataclass(frozen=True)
class Judgement:
    """`named`: the class of each fault, with the object and value that decide. `wrong`: something
    else is claimed: a word that no right cause has, or another class, and not as a mere guess."""

    is_class: bool
    named: bool
    wrong: bool
    why: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.is_class and self.named and not self.wrong


# Why there is no answer, where that is the model's own doing. All else (no provider, no money left,
# an incident that is over) is not.
MODELS_OWN = (UNUSABLE, NO_END, "The model's answer cannot be used")

NO_ANSWER = Judgement(is_class=False, named=False, wrong=False, why=("no answer that can be used",))


@cache
def words() -> dict[str, list[str]]:
    """For each rule what its class is known by."""
    found: dict[str, list[str]] = yaml.safe_load(WORDS.read_text())
    return found


def judge(expected: Expected, answer: ModelAnswer) -> Judgement:
    """The answer held against what the case expects of every diagnosis."""
    said = f"{answer.cause}\n{answer.why}"
    whole = f"{said}\n{_fix(answer)}"
    classes = [is_named(one.rules, said) for one in expected.says]
    lacks = [name for one in expected.says for name in one.names if not _stands(name, whole)]
    false = [word for one in expected.says for word in one.never if _begins(word, answer.cause)]
    why = [
        f"says nothing of {_or(one)}"
        for one, is_ in zip(expected.says, classes, strict=True)
        if not is_
    ]
    why += [f"does not name {name}" for name in lacks]
    why += [f"wrong: speaks of {word}" for word in false]
    is_class = all(classes)
    claims = answer.confidence != "low" and not is_class
    return Judgement(
        is_class=is_class,
        named=is_class and not lacks,
        wrong=bool(false) or claims,
        why=(*why, f"said: {answer.cause}") if why else (),
    )


def is_named(rules: Sequence[str], text: str) -> bool:
    """Whether the text speaks of the class of one of these rules."""
    return any(
        all(_begins(word, text) for word in entry.split())
        for rule in rules
        for entry in words().get(rule, ())
    )


def end_of(found: InvestigationView | None) -> End:
    """How an investigation ended. One that still asks has run out of the time that it was given."""
    if found is None or found.state == "asking":
        return "away"
    if found.state == "answered":
        return "answered"
    return "unusable" if found.text.startswith(MODELS_OWN) else "away"


def _fix(answer: ModelAnswer) -> str:
    if answer.fix is None:
        return ""
    steps = [json.dumps([step.path, step.value]) for step in answer.fix.operations]
    return "\n".join((answer.fix.title, answer.fix.explanation, answer.fix.risk, *steps))


def _or(says: Says) -> str:
    return " or ".join(says.rules)


def _stands(name: str, text: str) -> bool:
    """As a word of its own, whatever the case of its letters."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _begins(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(word)}", text, re.IGNORECASE))
