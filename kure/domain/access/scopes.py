"""Which clusters and namespaces somebody may see: globs, written `cluster/namespace`.

`*` stands for any characters, `?` for one. What belongs to no namespace has the namespace `_`, so
`prod/*` covers the nodes of prod and `*/shop` covers none.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from kure.domain.globs import matches
from kure.errors import InvalidInput

EVERYTHING = "*/*"
OF_NO_NAMESPACE = "_"
MOST = 50
_GLOB = re.compile(r"[a-z0-9_.*?-]{1,100}/[a-z0-9_.*?-]{1,100}")


@dataclass(frozen=True)
class Scope:
    """One pair of globs."""

    cluster: str
    namespace: str

    def covers(self, cluster: str, namespace: str) -> bool:
        return matches(self.cluster, cluster) and matches(self.namespace, namespace)


@dataclass(frozen=True)
class Scopes:
    """What may be seen. Each group must have a scope that covers it: a token has its own group
    beside its owner's, so that it never shows more than either. No group at all is everything."""

    groups: tuple[tuple[Scope, ...], ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """From the stored texts. No text at all covers nothing."""
        group = tuple(Scope(*text.split("/", 1)) for text in texts)
        everything = any(scope == Scope("*", "*") for scope in group)
        return cls(() if everything else (group,))

    def __and__(self, other: "Scopes") -> "Scopes":
        return Scopes(self.groups + other.groups)

    @property
    def everything(self) -> bool:
        return not self.groups

    def covers(self, cluster: str, namespace: str) -> bool:
        """Whether an object there may be seen."""
        return all(any(s.covers(cluster, namespace) for s in group) for group in self.groups)

    def covers_cluster(self, cluster: str) -> bool:
        """Whether something of that cluster may be seen."""
        return all(any(matches(s.cluster, cluster) for s in group) for group in self.groups)


EVERYWHERE = Scopes()


def checked(texts: Iterable[str]) -> list[str]:
    """The texts in order, each once. InvalidInput for one that is no scope, for none, for many."""
    found = list(dict.fromkeys(texts))
    wrong = [(f"scopes.{n}", _wrong(t)) for n, t in enumerate(found) if not _GLOB.fullmatch(t)]
    if not found:
        wrong = [("scopes", f"give at least one, such as {EVERYTHING}")]
    elif len(found) > MOST:
        wrong = [("scopes", f"at most {MOST}")]
    if wrong:
        raise InvalidInput("These scopes cannot be used.", tuple(wrong))
    return found


def _wrong(text: str) -> str:
    return f"{text[:100]!r} is not CLUSTER/NAMESPACE, of lower case letters, digits and - . _ * ?"
