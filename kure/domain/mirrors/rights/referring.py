"""ConfigMaps, Secrets and claims: a wanted pod names those that its original names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.references import references
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.words import NO_MORE, shown


@dataclass(frozen=True)
class Referring:
    """What the original names. `corrects`: a name may be corrected where the original has a wrong
    one, since rules computed it."""

    named: frozenset[tuple[str, str]]
    corrects: bool

    def refusal(self, path: str, kind: str, name: Any, was: Any = None) -> Iterator[str]:
        """A sentence where this may not be named there. `was` is what the original names there."""
        if isinstance(name, str) and (kind, name) in self.named:
            return
        if self.corrects and isinstance(was, str) and isinstance(name, str):
            return
        yield (
            f"{path} names the {kind} {shown(name)}, which the original does not: {NO_MORE}; name "
            "one that it names."
        )


def referring(*named_by: Manifest, corrects: bool) -> Referring:
    """What any of these pods names may be named."""
    named = (each for pod in named_by for each in references(pod))
    return Referring(frozenset((each.kind, each.name) for each in named), corrects)


def beyond(path: str, holder: Manifest, known: str) -> Iterator[str]:
    """A sentence for each field that is not known to be harmless."""
    for key in holder:
        if key not in known.split() and holder[key] is not None:
            yield (
                f"{path}.{key} is {shown(holder[key])}, a field that the original does not have "
                "so, and of which it is not known what it gives: take it out."
            )


def items_of(value: object, path: str) -> Iterator[tuple[str, Manifest, str]]:
    """(path, item, what is wrong) of a list."""
    if value is not None and not isinstance(value, list):
        yield path, {}, f"{path} is {shown(value)}: it has to be a list."
        return
    for index, item in enumerate(value or []):
        at = f"{path}[{manifests.text(manifests.mapping(item).get('name')) or index}]"
        if isinstance(item, dict):
            yield at, item, ""
        else:
            yield at, {}, f"{at} is {shown(item)}: it has to be an object."
