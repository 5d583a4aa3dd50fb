"""Redactor: one cluster's way of hiding secrets."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from kure.domain.redact.document import rewrite_json, rewrite_yaml
from kure.domain.redact.known import Literals, worth_knowing
from kure.domain.redact.manifest import Walk, names_of
from kure.domain.redact.marks import Marks
from kure.domain.redact.text import redact_text

_KEY_BYTES = 32


@dataclass(frozen=True)
class Redactor:
    """Replaces secrets by placeholders, `[redacted:<kind>:<8 hex>]`.

    Within a cluster the same value gives the same placeholder, so that people and models still see
    that two are equal; nothing leads back from a placeholder to its value. What has been redacted
    goes through unchanged.
    """

    key: bytes = field(repr=False)
    """The cluster's HMAC key, 32 bytes."""

    names: bool = False
    """Whether names of workloads, namespaces and nodes are hidden too. They are learned from
    manifests (see `with_secrets_of`): a text alone does not say what in it is a name."""

    allowed: frozenset[str] = frozenset()
    """Further environment variables, by their whole names, whose literal values stay."""

    literals: Literals = field(default=Literals(), repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != _KEY_BYTES:
            raise ValueError(
                f"A redaction key has {_KEY_BYTES} bytes, this one {len(self.key)}; "
                "derive it from the installation's key"
            )
        object.__setattr__(self, "allowed", frozenset(map(str.upper, self.allowed)))

    def text(self, text: str) -> str:
        """Logs, events, messages: the same lines, with placeholders for the secrets in them."""
        return redact_text(text, Marks(self.key), self.literals, self.allowed)

    def manifest(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """A deep copy of a Kubernetes object, with the same keys and structure. What is secret in
        one place of it is hidden in all."""
        walk = self._walk()
        redacted: dict[str, Any] = walk.value(manifest)
        knowing = self._knowing(manifest, walk)
        if knowing is not self:
            redacted = knowing._walk().value(manifest)
        return redacted

    def known(self, values: Iterable[str], kind: str = "secret") -> "Redactor":
        """A redactor that also hides these values wherever they stand as words of their own."""
        pairs = ((kind, value) for value in values if value.strip())
        return replace(self, literals=self.literals.plus(pairs))

    def with_secrets_of(self, manifest: dict[str, Any]) -> "Redactor":
        """A redactor that also hides what this object gives away, in the logs and events of its
        pods: the values that its environment, arguments or data hold. Words that every log is full
        of, and those the object shows in its names and images, are not looked for."""
        walk = self._walk()
        walk.value(manifest)
        return self._knowing(manifest, walk)

    def _knowing(self, manifest: dict[str, Any], walk: Walk) -> "Redactor":
        found = set(worth_knowing(walk.marks.hidden, "\n".join(walk.visible)))
        if self.names:
            found |= {("name", name) for name in names_of(manifest)}
        return replace(self, literals=self.literals.plus(found)) if found else self

    def _walk(self) -> Walk:
        marks = Marks(self.key)
        return Walk(
            marks, lambda text: redact_text(text, marks, self.literals, self.allowed), self.allowed
        )


def redact_document(text: str, redactor: Redactor) -> str:
    """A file, redacted: manifests in YAML (several documents too) or JSON as objects, anything
    else, such as logs and what `kubectl describe` prints, as text. Lines and comments stay."""

    def learn(found: Any) -> Any:
        nonlocal redactor
        for manifest in found if isinstance(found, list) else [found]:
            if isinstance(manifest, dict):
                redactor = redactor.with_secrets_of(manifest)
        return found

    if rewrite_json(text, learn) is None:
        rewrite_yaml(text, learn)
    walk = redactor._walk()
    rewritten = rewrite_json(text, walk.value)
    if rewritten is None:
        rewritten = rewrite_yaml(text, walk.value, redactor.text)
    return redactor.text(text) if rewritten is None else rewritten
