"""Kubernetes objects: the same keys and structure, with placeholders for the values to hide."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kure.domain.redact.commands import mask_arguments
from kure.domain.redact.document import rewrite_json, rewrite_yaml
from kure.domain.redact.env import hidden_kind
from kure.domain.redact.marks import Marks, is_slot
from kure.domain.redact.names import SecretKey, Strength, secret_key, tells_elsewhere
from kure.domain.redact.values import hides

_DEEPEST = 100
"""Deeper than any object of the API; what is deeper is hidden whole."""

_SHOWN = frozenset(
    "name namespace generateName image nodeName serviceAccountName hostname secretName claimName"
    " kind reason phase".split()
)
_PERSONAL = frozenset("name namespace generateName nodeName serviceAccountName hostname".split())
_VARIABLES = frozenset(("env", "environment", "envVars", "extraEnv", "extraEnvVars"))
"""In containers a list of `{name, value}`; in the settings of charts and composes also a map."""

_LABELS = (
    "app",
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/part-of",
)
_HEADERS = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie"))
_NOBODY = frozenset(("", "default", "kube-system", "kube-public", "kube-node-lease"))


@dataclass
class Walk:
    """One way through one object. `rule` redacts a string as text."""

    marks: Marks
    rule: Callable[[str], str]
    allowed: frozenset[str]
    visible: list[str] = field(default_factory=list)
    """The names, labels and images met on the way."""

    _depth: int = 0

    def value(self, value: Any, key: str = "") -> Any:
        """The value of a key, redacted; nothing of the original is shared that can be changed."""
        if isinstance(value, str):
            return self._string(value, key)
        if not isinstance(value, dict | list):
            return self._scalar(value, key)
        if self._depth >= _DEEPEST:
            return self._hide("secret", str(value))
        self._depth += 1
        try:
            return self._list(value, key) if isinstance(value, list) else self._dict(value, key)
        finally:
            self._depth -= 1

    def _dict(self, value: dict[str, Any], key: str) -> dict[str, Any]:
        if value.get("kind") == "Secret":
            return {name: self._of_secret(name, inner) for name, inner in value.items()}
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            return {
                **self._members(value),
                "value": self._named(key, value["name"], value["value"]),
            }
        if key == "annotations" or (key == "data" and all(map(_is_text, value.values()))):
            return {name: self._entry(name, inner) for name, inner in value.items()}
        if key in _VARIABLES and "name" not in value:
            return {name: self._named("env", name, inner) for name, inner in value.items()}
        if key.endswith("s") and (secret := secret_key(key)):
            return {name: self._of_map(name, inner, secret) for name, inner in value.items()}
        return {**self._members(value), **self._command(value)}

    def _members(self, value: dict[str, Any]) -> dict[str, Any]:
        return {name: self.value(inner, name) for name, inner in value.items()}

    def _of_map(self, name: str, value: Any, secret: SecretKey) -> Any:
        """A value in `passwords: {app: x}`, not in `secrets: {name: db-creds}`."""
        if isinstance(value, str) and hides(secret, value) and not tells_elsewhere(name):
            return self._hide(secret.kind, value)
        return self.value(value, name)

    def _list(self, value: list[Any], key: str) -> list[Any]:
        inner = key if key in _VARIABLES else ""
        return [self.value(item, inner if isinstance(item, dict) else key) for item in value]

    def _string(self, value: str, key: str) -> str:
        if key in _SHOWN:
            self.visible.append(value)
        secret = secret_key(key)
        if secret is not None and hides(secret, value):
            return self._hide(secret.kind, value)
        return self._document(value)

    def _scalar(self, value: Any, key: str) -> Any:
        secret = secret_key(key)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and secret is not None and secret.strength is Strength.STRONG:
            return self._hide(secret.kind, str(value)) if len(str(value)) > 3 else value
        return value

    def _of_secret(self, name: str, value: Any) -> Any:
        """A field of a Secret: its data goes whole, whatever is in it."""
        if name in ("data", "stringData") and isinstance(value, dict):
            return {
                key: self._hide("secret", inner if isinstance(inner, str) else str(inner))
                for key, inner in value.items()
            }
        return self.value(value, name)

    def _named(self, key: str, name: str, value: Any) -> Any:
        """The value of a `{name, value}`: a variable in `env`, else a header or a parameter."""
        if not isinstance(value, str):
            return self.value(value, name)
        if key in _VARIABLES:
            kind = hidden_kind(name, value, self.allowed)
            return self._hide(kind, value) if kind else self._document(value)
        if name.lower() in _HEADERS:
            return self._hide("token", value)
        return self._string(value, name)

    def _entry(self, name: str, value: Any) -> Any:
        """An annotation, or a file of a ConfigMap: often a document in itself."""
        prefix, _, last = name.rpartition("/")
        secret = None if prefix.startswith("checksum") else secret_key(last)
        if not isinstance(value, str) or secret is None:
            return self.value(value)
        return self._of_entry(secret, value)

    def _of_entry(self, secret: SecretKey, value: str) -> str:
        if "\n" not in value.strip() and hides(secret, value.strip()):
            return self._hide(secret.kind, value)
        return self._document(value)

    def _command(self, value: dict[str, Any]) -> dict[str, Any]:
        """`command` and `args` together: the flags of one may be followed by the other's values."""
        lists = {name: value[name] for name in ("command", "args") if _is_tokens(value.get(name))}
        tokens = [token for each in lists.values() for token in each]
        if not tokens:
            return {}
        done = iter(mask_arguments(tokens, self._hide, self._document, self.allowed))
        return {name: [next(done) for _ in each] for name, each in lists.items()}

    def _document(self, value: str) -> str:
        """A string that may be JSON or YAML in itself, as in last-applied-configuration."""
        rewritten = rewrite_json(value, self.value) or rewrite_yaml(value, self.value)
        return self.rule(value) if rewritten is None else rewritten

    def _hide(self, kind: str, value: str) -> str:
        loaded = self.marks.load(value)
        return value if is_slot(loaded) else self.marks.dump(self.marks.mask(kind, loaded))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def names_of(manifest: dict[str, Any]) -> set[str]:
    """The names by which people would know the object: its own, its owners', its node's, its
    application's; of a list, those of its items."""
    metadata = _mapping(manifest.get("metadata"))
    sources = [metadata, *map(_mapping, _sequence(metadata.get("ownerReferences")))]
    sources += [_mapping(manifest.get(key)) for key in ("spec", "involvedObject", "regarding")]
    found = {
        source.get(key) for source in sources for key in _PERSONAL if _is_text(source.get(key))
    }
    labels = _mapping(metadata.get("labels"))
    found |= {labels[key] for key in _LABELS if _is_text(labels.get(key))}
    names = {str(name).rstrip("-") for name in found} - _NOBODY
    return names.union(*(names_of(_mapping(item)) for item in _sequence(manifest.get("items"))))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
