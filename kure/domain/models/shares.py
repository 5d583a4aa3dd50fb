"""Which captured texts are told, in which order, and how much room each gets."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from kure.domain.models.subject import Item, Subject
from kure.domain.models.tokens import tokens

# How many texts are told at most; fewer where each would get less than this many tokens.
MOST_ITEMS = 12
LEAST_TOKENS = 300
# Of one log, or one object's events, the newest captures.
MOST_ALIKE = 2
# A quoted line's own mark.
TOKENS_OF_MARK = 8

RANKS = ("log", "events", "manifest", "owner", "usage", "node", "read")
WEIGHTS = {"log": 4, "events": 3, "manifest": 2, "owner": 2}
KINDS_OF_SOURCE = {
    "log": "log",
    "event": "events",
    "pod": "manifest",
    "object": "manifest",
    "owner": "owner",
    "node": "node",
}


def in_order(subject: Subject, room: int) -> list[Item]:
    """The texts to tell, the most telling first: what the rules refer to, then logs of failing
    containers, the newest captures first. The same texts in any order give the same."""
    cited = {
        (KINDS_OF_SOURCE.get(line.source, ""), line.subject)
        for cause in subject.causes
        for line in cause.evidence
    }
    failing = {cause.container for cause in subject.causes}

    def key(item: Item) -> tuple[bool, bool, int, bool, float, tuple[str, ...]]:
        rank = RANKS.index(item.kind) if item.kind in RANKS else len(RANKS)
        newest = -(item.captured_at or datetime.min.replace(tzinfo=UTC)).timestamp()
        names = (item.subject, item.container, item.stream, item.id)
        is_beside = item.kind == "log" and item.container not in failing
        return _cited(item) not in cited, is_beside, rank, item.stream == "current", newest, names

    ordered = sorted(subject.evidence, key=key)
    return list(_different(ordered))[: max(1, min(MOST_ITEMS, room // LEAST_TOKENS))]


def _cited(item: Item) -> tuple[str, str]:
    tail = [item.container, item.stream] if item.kind == "log" else []
    return item.kind, "/".join([item.subject, *tail])


def _different(items: Sequence[Item]) -> Iterator[Item]:
    """Without those that say the same, and without old captures of the same; newer ones stand
    first."""
    seen: set[str] = set()
    alike: dict[tuple[str, ...], int] = {}
    for item in items:
        of = (item.kind, item.subject, item.container, item.stream)
        if not item.text.strip() or item.text in seen or alike.get(of, 0) >= MOST_ALIKE:
            continue
        seen.add(item.text)
        alike[of] = alike.get(of, 0) + 1
        yield item


def shares(items: Sequence[Item], room: int) -> list[int]:
    """Tokens for each text: what it needs where that is less than its part by weight; what it does
    not need goes to the others."""
    needs = [tokens(item.text) + TOKENS_OF_MARK * (item.text.count("\n") + 1) for item in items]
    given = [0] * len(items)
    open_ones = set(range(len(items)))
    while open_ones:
        weight = sum(WEIGHTS.get(items[n].kind, 1) for n in open_ones)
        part = {n: room * WEIGHTS.get(items[n].kind, 1) // weight for n in open_ones}
        modest = {n for n in open_ones if needs[n] <= part[n]}
        for n in modest or open_ones:
            given[n] = needs[n] if modest else part[n]
        if not modest:
            break
        room -= sum(needs[n] for n in modest)
        open_ones -= modest
    return given
