"""A recorded object as if it were of today: its times moved, its identity new in each round."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from kure.domain.manifests import Manifest

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SHORTEST = len("2026-01-01T00:00:00Z")
ROUNDS = UUID("7b4f9a52-6a3b-5a54-9a0e-3f1f0d6a8f10")


@dataclass(frozen=True)
class Translation:
    """`shift` moves what happened then to now. In the first round objects keep the uids they had;
    in later ones those in `renewed` get others, since each round is a new shop."""

    shift: timedelta
    round: int = 0
    renewed: frozenset[str] = frozenset()

    def object(self, obj: Manifest) -> Manifest:
        """A deep copy."""
        return {key: self._value(value) for key, value in obj.items()}

    def uid(self, uid: str) -> str:
        if self.round and uid in self.renewed:
            return str(uuid5(ROUNDS, f"{uid}/{self.round}"))
        return uid

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(each) for each in value]
        if not isinstance(value, str) or len(value) < SHORTEST:
            return value
        if found := TIME.fullmatch(value):
            return self._time(value, precise=bool(found[1]))
        return self.uid(value)

    def _time(self, value: str, *, precise: bool) -> str:
        moment = datetime.fromisoformat(value)
        try:
            moved = moment + self.shift if moment.year > 1970 else moment  # "never" stays it
        except OverflowError:
            return value
        # Kubernetes' two kinds of time: whole seconds, and microseconds
        return moved.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if precise else "%Y-%m-%dT%H:%M:%SZ")


def renewed(objects: Iterable[Manifest]) -> frozenset[str]:
    """The uids of what belongs to a namespace: those, not the nodes, are new in each round."""
    found = (each.get("metadata", {}) for each in objects)
    return frozenset(each["uid"] for each in found if each.get("namespace"))
