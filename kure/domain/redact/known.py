"""Values that one object gives away and other text repeats: a password that is an ordinary word in
a pod's environment, and in its log.

Which values are looked for is a matter of balance: `hunter2` everywhere, but not `production`, nor
the name of the pod, of which every event speaks.
"""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from kure.domain.redact.marks import Mask
from kure.domain.redact.values import decoded, is_nothing, is_number, is_path, looks_random

_SHORTEST = 6
_SHORTEST_TOLD = 4
"""For values whose key says that they are secret, and that are not letters or digits alone."""

_MOST = 500
_RANDOM = 8
_COMMON = frozenset(
    "access account address admin administrator anonymous application backend basic"
    " bearer bridge browser client cluster common compact config configuration connect"
    " console container content context control controller custom database debugging"
    " default delete deployment develop developer development disable disabled docker"
    " domain dynamic elasticsearch enable enabled endpoint engine environment example"
    " exclude export external failed failure filesystem folder format forward frontend"
    " gateway global handler health healthy hostname import include information instance"
    " internal kubernetes language leader legacy library listen localhost logger logging"
    " machine manager manual master memory message metrics minimal mongodb monitor"
    " namespace network nobody normal nothing number object online option options output"
    " package password performance plugin policy postgres postgresql prefer primary"
    " private process processing producer production profile project prometheus protocol"
    " provider public publish python rabbitmq random readonly refresh region release"
    " remote replica report request require required reserved resource response restart"
    " restricted rolling running runtime scheduler schema secondary secret secure server"
    " service session setting settings shared simple single socket source staging"
    " standalone standard start started static status storage strict string support system"
    " template temporary testing thread timeout token tracing trigger unknown update"
    " upgrade username utf-8 verbose verify version volume warning watch webhook worker"
    " workload".split()
)
"""Words of settings that every log is full of."""

_ADDRESS = re.compile(r"\S*://\S*|[\w-]+(?:\.[\w-]+)+(?::\d+)?\.?|[\w.-]+:\d+|[\d.:,/-]+")
_WORD = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*")


@dataclass(frozen=True)
class Literals:
    """Exact values to mask wherever they stand: (kind, value, form), where `form` is how the value
    may be written: as it is, in base64, escaped for a URL or for JSON."""

    forms: tuple[tuple[str, str, str], ...] = ()

    def mask(self, text: str, mask: Mask) -> str:
        present = {form: (kind, value) for kind, value, form in self.forms if form in text}
        if not present:
            return text
        longest_first = sorted(present, key=len, reverse=True)

        def hidden(found: re.Match[str]) -> str:
            known = present.get(found[0])
            if known is None:
                known = present[next(form for form in longest_first if found[0].startswith(form))]
            return mask(*known)

        return re.sub("|".join(map(_bounded, longest_first)), hidden, text)

    def plus(self, values: Iterable[tuple[str, str]]) -> "Literals":
        """With further (kind, value) pairs; where there are too many, the longest are kept."""
        forms = {*self.forms, *(form for kind, value in values for form in _forms(kind, value))}
        kept = sorted(forms, key=lambda form: (-len(form[2]), form))[:_MOST]
        return Literals(tuple(kept))


def _forms(kind: str, value: str) -> Iterator[tuple[str, str, str]]:
    raw = value.encode("utf-8", "surrogatepass")
    for form in {value, quote(raw, safe=""), json.dumps(value, ensure_ascii=False)[1:-1]}:
        yield kind, value, form
    if len(raw) >= _SHORTEST:
        yield kind, value, base64.b64encode(raw).decode()


def _bounded(form: str) -> str:
    """Words are not looked for inside longer words; what looks random is, and what follows it there
    goes with it: it may be the rest of a longer secret, which nothing would know any more."""
    if looks_random(form, _RANDOM):
        return re.escape(form) + "[A-Za-z0-9]*"
    before = r"(?<![A-Za-z0-9])" if form[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if form[-1].isalnum() else ""
    return before + re.escape(form) + after


def worth_knowing(hidden: Iterable[tuple[str, str]], visible: str) -> Iterator[tuple[str, str]]:
    """Of what was masked in an object, the values to look for elsewhere; `visible` are the words
    that the object shows anyway: its names, labels and images."""
    shown = set(map(str.lower, _WORD.findall(visible)))
    for kind, value in hidden:
        if kind == "secret" and (content := decoded(value)):
            yield from worth_knowing([("secret", content)], visible)
        for line in value.split("\n"):
            line = line.strip()
            if _is_telling(kind, line) and line.lower() not in shown:
                yield kind, line


def _is_telling(kind: str, value: str) -> bool:
    told = kind != "env"
    if (
        value.lower() in _COMMON
        or is_nothing(value)
        or is_path(value)
        or value.startswith("[redac")
    ):
        return False
    if value.isdecimal():
        return told and len(value) > _SHORTEST
    if is_number(value) or (not told and _ADDRESS.fullmatch(value)):
        return False
    plain = value.isalpha()
    return len(value) >= (_SHORTEST_TOLD if told and not plain else _SHORTEST)
