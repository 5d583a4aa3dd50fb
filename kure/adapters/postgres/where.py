"""Conditions of a statement, with their arguments; and the one place where scopes become SQL."""

from dataclasses import dataclass, field
from typing import Any

from kure.domain.access.scopes import Scope, Scopes

LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_", "*": "%", "?": "_"})


@dataclass
class Where:
    """Conditions that all must hold, with their arguments numbered as they come."""

    args: list[Any] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        """A condition whose `{0}`, `{1}` stand for the values."""
        self.conditions.append(condition.format(*(self._mark(value) for value in values)))

    def within(self, scopes: Scopes, cluster: str, namespace: str | None) -> None:
        """Only what the scopes cover; `cluster` and `namespace` are the columns that say where a
        row belongs. Without a namespace what is of a cluster is shown to whoever sees any part of
        it. Scopes of everything add no condition, and rows without a place need them."""
        for group in scopes.groups:
            covered = [self._covered(scope, cluster, namespace) for scope in group]
            self.conditions.append(f"({' OR '.join(covered) or 'false'})")

    def _covered(self, scope: Scope, cluster: str, namespace: str | None) -> str:
        parts = [self._matches(cluster, scope.cluster)]
        if namespace is not None:
            parts.append(self._matches(namespace, scope.namespace))
        return f"({' AND '.join(parts)})"

    def _matches(self, column: str, glob: str) -> str:
        if glob == "*":
            return f"{column} IS NOT NULL"
        if "*" in glob or "?" in glob:
            return f"{column} LIKE {self._mark(glob.translate(LIKE))}"
        return f"{column} = {self._mark(glob)}"

    def _mark(self, value: Any) -> str:
        self.args.append(value)
        return f"${len(self.args)}"

    def __str__(self) -> str:
        return "WHERE " + " AND ".join(self.conditions) if self.conditions else ""
