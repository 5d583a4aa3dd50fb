"""The conversation of one investigation, rebuilt from what is stored of it: the question, what the
model said turn by turn, what was read at its wishes.

Nothing of it is kept in a process, so that whoever asks the next turn says the same as the one who
asked before it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kure.contracts.investigating import MOST_CALLS, Past, Read
from kure.contracts.reports import Message
from kure.domain.models.answer import Answer, Evidence, Unusable, parse
from kure.domain.models.conversation import Exchange, Prompt, Reply, ToolCall, ToolResult
from kure.domain.models.hiding import Names
from kure.domain.models.prompt import Question, correction, refused, told
from kure.domain.models.subject import Item, Subject
from kure.domain.workloads import Workload
from kure.investigating.questions import prompt_of

# A line of evidence in a question, by our mark before it.
QUOTED = re.compile(r"E(?P<number>[1-9]\d{0,3}):(?P<line>[1-9]\d{0,7})\| (?P<text>.*)")

TOO_MANY = f"Not read: at most {MOST_CALLS} a turn."
NOT_KEPT = "It was read, and is not kept any more."
REFUSED = "the model does not want to answer"
CUT_OFF = "the answer was longer than it may be, and was cut off: answer shorter"
NO_TOOLS = "it wants something to be read, and has to answer: this was the last turn"


class KeptQuestion(Message):
    """A question as it is stored. `numbers` are the ids of its evidence, from 1; `names` are those
    that were hidden, by their placeholders; None where names are not."""

    system: str
    text: str
    numbers: list[str]
    tokens: int
    names: dict[str, str] | None = None

    @property
    def question(self) -> Question:
        return Question(self.system, self.text, tuple(self.numbers), self.tokens)


def kept(question: Question, names: Names | None) -> KeptQuestion:
    """The question as it is to be stored."""
    return KeptQuestion(
        system=question.system,
        text=question.text,
        numbers=list(question.numbers),
        tokens=question.tokens,
        names=dict(names.by_placeholder) if names else None,
    )


@dataclass(frozen=True)
class Turn:
    """A turn that is over: what the model said, what it was told, and what was read, by the id of
    its evidence."""

    reply: Reply
    past: Past
    read: Mapping[str, Item]


@dataclass(frozen=True)
class Conversation:
    """As far as it went. `key` is the cluster's redaction key."""

    asked: KeptQuestion
    workload: Workload
    key: bytes = field(repr=False)
    turns: Sequence[Turn] = ()

    def prompt(self, *, is_last: bool) -> Prompt:
        """What the next turn is asked. Names that a later wish brought up were told before it: each
        turn is told as it was."""
        number, exchanges = len(self.asked.numbers), []
        for at, turn in enumerate(self.turns, 1):
            names, results = self._names(self.turns[:at]), []
            reads = {read.call_id: read for read in turn.past.reads}
            for call in turn.reply.calls:
                item = _item(reads.get(call.id), turn)
                if item is not None:
                    number += 1
                    text = told(number, names.item(item) if names else item)
                else:
                    text = refused(_hidden(_why_not(reads.get(call.id)), names))
                results.append(ToolResult(call.id, text))
            wrong = turn.past.correction
            wrong = correction(_hidden(wrong, names)) if wrong else ""
            exchanges.append(Exchange(turn.reply, tuple(results), wrong))
        return prompt_of(self.asked.question, exchanges, is_last=is_last)

    def wishes(self, reply: Reply) -> list[ToolCall]:
        """What the model wants to have read, about the objects that it means."""
        names = self._names(self.turns)
        return [names.wished(call) if names else call for call in reply.calls]

    def answer(self, reply: Reply) -> Answer | Unusable:
        """What the model found, or why its answer cannot be used."""
        if reply.stop == "refused":
            return Unusable(REFUSED)
        if reply.stop == "length":
            return Unusable(CUT_OFF)
        if reply.calls:
            return Unusable(NO_TOOLS)
        names = self._names(self.turns)
        text = names.revealed(reply.text) if names else reply.text
        return parse(text, self._evidence(names), self.workload)

    def _evidence(self, names: Names | None) -> Evidence:
        """All that the model was given, by number: of the question only the lines that it saw."""
        shown: list[dict[int, str]] = [{} for _ in self.asked.numbers]
        for line in self.asked.text.split("\n"):
            found = QUOTED.fullmatch(line)
            if found and int(found["number"]) <= len(shown):
                text = names.revealed(found["text"]) if names else found["text"]
                shown[int(found["number"]) - 1][int(found["line"])] = text
        of_question = zip(self.asked.numbers, map(_lines, shown), strict=True)
        return [*of_question, *((item.id, item.lines) for item in self._read(self.turns))]

    def _read(self, turns: Iterable[Turn]) -> Iterable[Item]:
        """What was read, in the order in which it was told."""
        for turn in turns:
            reads = {read.call_id: read for read in turn.past.reads}
            items = (_item(reads.get(call.id), turn) for call in turn.reply.calls)
            yield from (item for item in items if item is not None)

    def _names(self, turns: Sequence[Turn]) -> Names | None:
        """The names that are hidden after these turns; None where none are."""
        if self.asked.names is None:
            return None
        known = Names.known(self.key, self.asked.names)
        return known.plus(Subject(self.workload, evidence=list(self._read(turns))))


def _item(read: Read | None, turn: Turn) -> Item | None:
    """What was read; what is not kept any more has its number all the same."""
    if read is None or read.evidence_id is None:
        return None
    gone = Item(id=read.evidence_id, kind="read", subject="?", text=NOT_KEPT)
    return turn.read.get(read.evidence_id, gone)


def _why_not(read: Read | None) -> str:
    return read.refusal if read is not None else TOO_MANY


def _hidden(text: str, names: Names | None) -> str:
    return names.text(text) if names else text


def _lines(shown: Mapping[int, str]) -> list[str]:
    return [shown.get(at, "") for at in range(1, max(shown, default=0) + 1)]
