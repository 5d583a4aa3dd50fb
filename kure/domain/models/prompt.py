"""The question to a model: what is known of one incident, within a budget of tokens.

Nothing of the cluster stands in it but behind a mark of ours at the beginning of each line, so that
nothing that a program, an event or a name says can be taken for the question itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from kure.domain.diagnosis.model import Cause, short
from kure.domain.models.choosing import gap, kept, mark
from kure.domain.models.quoting import quoted, seen, shown_line
from kure.domain.models.rules_of_game import SYSTEM
from kure.domain.models.shares import in_order, shares
from kure.domain.models.subject import Item, Subject
from kure.domain.models.tokens import tokens
from kure.domain.workloads import Workload

# What a question needs at least, and what is enough for most.
LEAST_BUDGET = 4000
BUDGET = 20_000

MOST_CAUSES = 12
MOST_CAUSE_LINES = 4
MOST_UNAVAILABLE = 20
LONGEST_TEXT = 1200
LONGEST_LINE = 400
# Of what is left beside the rules of the game, how much the rules' words may take.
PART_OF_CAUSES = 0.4

TITLES = {
    "workload": "The workload in question:",
    "causes": "What rules found, first to fix first:",
    "no causes": "Rules found no cause.",
    "unavailable": "What could not be read:",
    "evidence": "The evidence, the most telling first:",
    "no evidence": "There is no evidence beside this.",
    "end": "Why does it fail? Use the tools where something is missing, then answer.",
}


@dataclass(frozen=True)
class Question:
    """`system` is the same for every incident, so that providers keep it in their caches; `text`
    is the question; `numbers` are the evidence's ids by their numbers in it, from 1; `tokens` is
    how many both have, by rule of thumb."""

    system: str
    text: str
    numbers: tuple[str, ...]
    tokens: int


def question(subject: Subject, budget_tokens: int) -> Question:
    """The same subject gives the same bytes. Most telling evidence comes first; where it does not
    fit, lines are left out, and how many is said. ValueError under LEAST_BUDGET."""
    if budget_tokens < LEAST_BUDGET:
        raise ValueError(f"A question needs at least {LEAST_BUDGET} tokens")
    fixed = [TITLES["workload"], *_workload(subject.workload), ""]
    room = budget_tokens - tokens(SYSTEM) - _size([*fixed, *TITLES.values()])
    findings = _within(_findings(subject), int(room * PART_OF_CAUSES))
    room -= _size(findings)
    items = in_order(subject, room)
    evidence = list(_evidence(items, room))
    title = TITLES["evidence"] if items else TITLES["no evidence"]
    text = "\n".join([*fixed, *findings, "", title, *evidence, "", TITLES["end"], ""])
    numbers = tuple(item.id for item in items)
    return Question(SYSTEM, text, numbers, tokens(SYSTEM) + tokens(text))


def told(number: int, item: Item) -> str:
    """What was read at a wish, quoted whole as the evidence of that number: the one after those of
    the question and of earlier wishes."""
    lines = (f"{mark(number, at)}| {shown_line(line)}" for at, line in enumerate(item.lines, 1))
    return "\n".join([*_head(number, item), *lines])


def refused(reason: str) -> str:
    """Why nothing was read at a wish: the words of a program, quoted like all else."""
    return "\n".join(["Nothing was read:", *quoted("U", [reason])])


def correction(reason: str) -> str:
    """What is said of an answer that cannot be used, where the model is asked once more."""
    return "\n".join(
        ["Your answer cannot be used:", *quoted("U", [reason]), "Answer again, mending only that."]
    )


def _workload(workload: Workload) -> list[str]:
    told = (workload.kind, workload.namespace, workload.name, workload.cluster)
    named = zip(("kind", "namespace", "name", "cluster"), told, strict=True)
    return quoted("W", (f"{name}: {seen(value)}" for name, value in named))


def _findings(subject: Subject) -> Iterator[str]:
    if not subject.causes:
        yield TITLES["no causes"]
    else:
        yield TITLES["causes"]
    for number, cause in enumerate(subject.causes[:MOST_CAUSES], 1):
        yield from quoted(f"R{number}", _cause(cause))
    if subject.unavailable:
        yield TITLES["unavailable"]
        unread = (short(line, LONGEST_LINE) for line in subject.unavailable[:MOST_UNAVAILABLE])
        yield from quoted("U", unread)


def _cause(cause: Cause) -> Iterator[str]:
    where = f", container {cause.container}" if cause.container else ""
    yield f"{cause.failure_class}{where}; {cause.confidence}; rule {cause.rule}"
    yield short(cause.title, LONGEST_LINE)
    yield short(cause.explanation, LONGEST_TEXT)
    for line in cause.evidence[:MOST_CAUSE_LINES]:
        yield short(f"shown by {line.source} {line.subject}, {line.field}: {line.text}", 400)
    if cause.fix:
        yield short(f"proposed: {cause.fix}", LONGEST_TEXT)


def _within(lines: Iterable[str], room: int) -> list[str]:
    """As many of the lines as there is room for; that some are missing is said."""
    found: list[str] = []
    for line in lines:
        room -= _size([line])
        if room < 0:
            return [*found, "(more was found than there is room for)"]
        found.append(line)
    return found


def _evidence(items: list[Item], room: int) -> Iterator[str]:
    heads = [_head(number, item) for number, item in enumerate(items, 1)]
    room -= _size(line for head in heads for line in head)
    allowed = shares(items, room)
    for number, (item, head, most) in enumerate(zip(items, heads, allowed, strict=True), 1):
        yield from head
        yield from _lines(number, item, most)


def _head(number: int, item: Item) -> list[str]:
    parts = [item.kind, f"of {item.subject}"]
    parts += [f"container {item.container}"] if item.container else []
    parts += [f"{item.stream} run"] if item.stream else []
    parts += [f"captured {item.captured_at:%Y-%m-%dT%H:%M:%SZ}"] if item.captured_at else []
    parts += [f"{len(item.lines)} lines"]
    parts += ["older lines were not captured"] if item.truncated else []
    return quoted(f"E{number}", [seen(", ".join(parts))])


def _lines(number: int, item: Item, most: int) -> Iterator[str]:
    """The lines that are told, with how many are left out before, between and after them."""
    lines = item.lines
    chosen = kept(number, item, most)
    for before, at in pairwise([-1, *chosen, len(lines)]):
        if left_out := at - before - 1:
            yield gap(left_out)
        if at < len(lines):
            yield f"{mark(number, at + 1)}| {shown_line(lines[at])}"


def _size(lines: Iterable[str]) -> int:
    return sum(tokens(line + "\n") for line in lines)
