"""Placeholders of redaction in what somebody edited, back to what they stand for.

There is no way from a placeholder to its value: it is looked up in the live object, at the place
where the reader was shown it. So it has to stand there unchanged. Items of lists are told by their
names, since people reorder them; items without names by what comes before and after.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Mismatch, Operation, applied
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.errors import InvalidInput

# Also what is left of a placeholder when somebody cut into it.
TRACE = re.compile(r"redacted\s*:", re.IGNORECASE)

KEYS = ("name", "mountPath", "containerPort", "devicePath", "key", "ip", "type", "uid")
"""By which items of lists are told apart: the first that all of them have, each another."""

MOST_COMPARED = 40_000
"""Pairs of items: above it, lists are compared item by item, since to find what was moved may take
the square of their lengths for each item that was."""

_NOTHING = object()


def resolve(edited: Manifest, shown: Manifest, live: Manifest) -> Manifest:
    """The edited object with the live values for its placeholders. `shown` is what redaction made
    of the live one. InvalidInput names every placeholder that does not stand where it was shown.

    The status is left out: it has changed since, and no mirror gets it."""
    found = Resolving()
    asked = {key: value for key, value in edited.items() if key != "status"}
    result: Manifest = found.value(asked, shown, live, "")
    if found.wrong:
        raise _refused(found.wrong)
    return result


def resolved_operations(
    live: Manifest, operations: Sequence[Operation], redactor: Redactor
) -> tuple[Operation, ...]:
    """The steps of a stored fix with live values for what was redacted in them. A placeholder has
    to be what redaction makes of the value that stands at the same path when the step comes.
    InvalidInput names every path at which it is not, or says that the fix does not apply."""
    shown = redactor.manifest(live)
    knowing = redactor.with_secrets_of(live)
    done: list[Operation] = []
    wrong: list[str] = []
    for step in operations:
        there, known = (_replaced(each, step) for each in (shown, live))
        texts = _as_text(known, knowing)
        resolved, wrong_here = _either(step, (there, texts), known)
        wrong += wrong_here
        done.append(replace(step, value=resolved))
        if wrong:
            continue
        try:
            live = applied(live, [done[-1]])
            # What the step tests was compared above; the redacted object only follows.
            shown = applied(shown, [] if step.op == "test" else [step])
        except Mismatch as error:
            raise InvalidInput(f"The fix does not apply to the live object: {error}.") from None
    if wrong:
        raise _refused(wrong)
    return tuple(done)


def _either(step: Operation, shown: Sequence[Any], live: Any) -> tuple[Any, list[str]]:
    """As the object is redacted, else as a text by itself is: fixes quote either."""
    found = Resolving()
    for each in shown:
        found = Resolving()
        value = found.value(step.value, each, live, step.path)
        if not found.wrong:
            return value, []
    return step.value, found.wrong


def _as_text(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(each, redactor) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each, redactor) for each in value]
    return redactor.text(value) if isinstance(value, str) else value


def _replaced(obj: Any, step: Operation) -> Any:
    """What the value of a step comes in place of; nothing where it is put between two items."""
    holder, _, _ = step.path.rpartition("/")
    if step.op == "add" and isinstance(_at(obj, holder), list):
        return _NOTHING
    return _at(obj, step.path)


def _at(obj: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(obj, list) and key.isdecimal() and int(key) < len(obj):
            obj = obj[int(key)]
        elif isinstance(obj, dict) and key in obj:
            obj = obj[key]
        else:
            return _NOTHING
    return obj


def _refused(wrong: list[str]) -> InvalidInput:
    why = "a placeholder stands only where it was shown, unchanged: put it back, or write a value"
    return InvalidInput(
        f"Placeholders of redaction stand where they were not shown: {', '.join(wrong)}.",
        tuple((path, why) for path in wrong),
    )


@dataclass
class Resolving:
    """One way through one edited object. `wrong` are the paths of what could not be resolved."""

    wrong: list[str] = field(default_factory=list)

    def value(self, edited: Any, shown: Any, live: Any, path: str) -> Any:
        """The edited value, resolved. `shown` and `live` stand at the same place; _NOTHING where
        nothing does."""
        if isinstance(edited, dict):
            return self._object(edited, shown, live, path)
        if isinstance(edited, list):
            return self._list(edited, shown, live, path)
        if isinstance(edited, str):
            return self._text(edited, shown, live, path)
        return edited

    def _text(self, edited: str, shown: Any, live: Any, path: str) -> Any:
        if edited == shown and not isinstance(live, dict | list) and live is not _NOTHING:
            return live
        if TRACE.search(edited):
            self.wrong.append(path or "the whole of it")
        return edited

    def _object(self, edited: Manifest, shown: Any, live: Any, path: str) -> Manifest:
        there, known = manifests.mapping(shown), manifests.mapping(live)
        if "name" in there and edited.get("name") != there["name"]:
            there, known = {}, {}  # another variable, another header: a value does not move there
        result = {}
        for key, value in edited.items():
            at = f"{path}.{key}" if path else str(key)
            if TRACE.search(str(key)) and key not in there:
                self.wrong.append(at)
            result[key] = self.value(value, there.get(key, _NOTHING), known.get(key, _NOTHING), at)
        return result

    def _list(self, edited: list[Any], shown: Any, live: Any, path: str) -> list[Any]:
        there = shown if isinstance(shown, list) else []
        known = live if isinstance(live, list) and len(live) == len(there) else []
        match = dict(_matches(edited, there))
        key = _key_of(there) or _key_of(edited)
        result = []
        for index, item in enumerate(edited):
            found = match.get(index)
            name = manifests.mapping(item).get(key) if key else None
            at = f"{path}[{name if isinstance(name, str | int) else index}]"
            if found is None or found >= len(known):
                result.append(self.value(item, _NOTHING, _NOTHING, at))
            else:
                result.append(self.value(item, there[found], known[found], at))
        return result


def _key_of(items: list[Any]) -> str:
    """The key that tells the items apart; '' where none does."""
    for key in KEYS:
        values = [manifests.mapping(item).get(key) for item in items]
        plain = all(isinstance(value, str | int) for value in values)
        if values and plain and len(set(map(str, values))) == len(values):
            return key
    return ""


def _matches(edited: list[Any], shown: list[Any]) -> Iterator[tuple[int, int]]:
    """Which item of the edited list is which of the shown one, each at most once."""
    if key := _key_of(shown):
        places = {item[key]: index for index, item in enumerate(shown)}
        for index, item in enumerate(edited):
            name = manifests.mapping(item).get(key)
            if isinstance(name, str | int) and name in places:
                yield index, places.pop(name)
    elif edited == shown or len(edited) * len(shown) > MOST_COMPARED:
        yield from ((index, index) for index in range(min(len(edited), len(shown))))
    else:
        yield from _in_order(edited, shown)


def _in_order(edited: list[Any], shown: list[Any]) -> Iterator[tuple[int, int]]:
    """Items that are equal, in the same order; between them, as many as there were are the same
    ones, changed."""
    first, second = ([repr(item) for item in each] for each in (edited, shown))
    for kind, start, end, other, stop in SequenceMatcher(
        None, first, second, autojunk=False
    ).get_opcodes():
        if kind == "equal" or (kind == "replace" and end - start == stop - other):
            yield from zip(range(start, end), range(other, stop), strict=True)
