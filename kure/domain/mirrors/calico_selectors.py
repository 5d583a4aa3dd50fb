"""Calico's selectors: `app == 'cart' && !has(canary)`.

https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors
"""

import re
from collections.abc import Callable, Mapping

from kure.errors import InvalidInput

# Whether a selector holds for labels. Labels that do not come from the pod itself (its namespace's,
# its account's) are not known: they are taken to fit or not to fit, as the second argument says.
Selector = Callable[[Mapping[str, str], bool], bool]

INHERITED = ("pcns.", "pcsa.", "projectcalico.org/")
DEEPEST = 40

_TOKEN = re.compile(
    r"""\s*(?: (?P<text>'[^']*'|"[^"]*") | (?P<sign>&&|\|\||==|!=|[!(){},])
        | (?P<word>[A-Za-z0-9_./-]+) )""",
    re.VERBOSE,
)
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, text: text in value,
    "starts": lambda value, text: value.startswith(text),
    "ends": lambda value, text: value.endswith(text),
}


def parse(text: str) -> Selector:
    """InvalidInput where it is none that is known. '' selects all."""
    tokens = _tokens(text)
    if not tokens:
        return lambda labels, unknown: True
    parser = _Parser(tokens)
    found = parser.either(0)
    if parser.tokens:
        raise _not_known(text)
    return found


def _tokens(text: str) -> list[str]:
    tokens, at, text = [], 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _not_known(text)
        tokens.append(match.group().strip())
        at = match.end()
    return tokens


class _Parser:
    """`tokens` are those that are left."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def _next(self) -> str:
        if not self.tokens:
            raise _not_known("its end")
        return self.tokens.pop(0)

    def _comes(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _must(self, token: str) -> None:
        if not self._comes(token):
            raise _not_known(" ".join(self.tokens))

    def either(self, depth: int) -> Selector:
        found = [self._both(depth)]
        while self._comes("||"):
            found.append(self._both(depth))
        return lambda labels, unknown: any(one(labels, unknown) for one in found)

    def _both(self, depth: int) -> Selector:
        found = [self._one(depth)]
        while self._comes("&&"):
            found.append(self._one(depth))
        return lambda labels, unknown: all(one(labels, unknown) for one in found)

    def _one(self, depth: int) -> Selector:
        if depth > DEEPEST:
            raise _not_known("so many levels")
        if self._comes("!"):
            inner = self._one(depth + 1)
            return lambda labels, unknown: not inner(labels, unknown)
        if self._comes("("):
            inner = self.either(depth + 1)
            self._must(")")
            return inner
        word = self._next()
        if word in ("all", "global", "has") and self._comes("("):
            return self._called(word)
        return _known_only(word, self._compared(word))

    def _called(self, word: str) -> Selector:
        if word == "has":
            key = self._next()
            self._must(")")
            return _known_only(key, lambda labels: key in labels)
        self._must(")")
        # Pods are in a namespace, for which `global()` never holds.
        return lambda labels, unknown: word == "all"

    def _compared(self, key: str) -> Callable[[Mapping[str, str]], bool]:
        sign = self._next()
        if sign in ("==", "!="):
            text = _unquoted(self._next())
            same = sign == "=="
            return lambda labels: (labels.get(key) == text) is same
        if sign in ("in", "not"):
            if sign == "not":
                self._must("in")
            texts, among = self._set(), sign == "in"
            return lambda labels: (labels.get(key) in texts) is among
        if sign in ("starts", "ends"):
            self._must("with")
        if sign not in _TESTS:
            raise _not_known(sign)
        text = _unquoted(self._next())
        return lambda labels: key in labels and _TESTS[sign](labels[key], text)

    def _set(self) -> frozenset[str | None]:
        self._must("{")
        texts: set[str | None] = set()
        while not self._comes("}"):
            texts.add(_unquoted(self._next()))
            self._comes(",")
        return frozenset(texts)


def _known_only(key: str, holds: Callable[[Mapping[str, str]], bool]) -> Selector:
    if key.startswith(INHERITED):
        return lambda labels, unknown: holds(labels) if key in labels else unknown
    return lambda labels, unknown: holds(labels)


def _unquoted(token: str) -> str:
    if len(token) < 2 or token[0] not in "'\"":
        raise _not_known(token)
    return token[1:-1]


def _not_known(text: str) -> InvalidInput:
    return InvalidInput(f"{text[:100]} is no selector of Calico that Kure knows.")
