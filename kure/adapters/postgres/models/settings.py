"""The providers of models in the settings: secrets sealed, read again after two seconds by whoever
asks."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from kure.adapters.crypto import Cipher
from kure.adapters.postgres import config, sealed
from kure.adapters.postgres.pool import Db, Pool
from kure.adapters.postgres.sealed import Fresh, Part, opened, seal, sealed_text
from kure.contracts.models import ModelRules, Provider

KEY = "llm"
SECRET = ("key", "headers")


@dataclass(frozen=True)
class Known:
    """What is known of a provider beside its settings: the version of the settings that changed it
    last, and when its key was set."""

    changed_in: int
    key_set_at: datetime | None


@dataclass(frozen=True)
class ModelSettings:
    """What is set, with its secrets in clear; providers in the order in which they are asked."""

    version: int = 0
    rules: ModelRules = field(default_factory=ModelRules)
    providers: Sequence[Provider] = ()
    known: Mapping[str, Known] = field(default_factory=dict)

    def provider(self, name: str) -> Provider | None:
        return next((one for one in self.providers if one.id == name), None)

    @property
    def enabled(self) -> list[Provider]:
        return [one for one in self.providers if one.enabled]

    def breaker(self, provider: Provider) -> str:
        """The name of the provider's breaker. A changed provider has a new one, which is closed:
        what a worker that still knows the old settings sees says nothing of the new."""
        return breaker_name(provider.id, self.known[provider.id].changed_in)


def breaker_name(provider: str, changed_in: int) -> str:
    """`@` is in no provider's id."""
    return f"{provider}@{changed_in}"


async def any_enabled(db: Db) -> bool:
    """Whether there is a provider that may be asked."""
    stored = (await config.read(db, KEY)).get(KEY)
    return stored is not None and any(one["enabled"] for one in stored.value["providers"])


async def read(db: Db, cipher: Cipher) -> ModelSettings:
    """What is set now. Misconfigured where the installation's key cannot open it."""
    stored = (await config.read(db, KEY)).get(KEY)
    if stored is None:
        return ModelSettings()
    found = [opened(one, one["id"], cipher) for one in stored.value["providers"]]
    return ModelSettings(
        stored.version,
        ModelRules.model_validate(stored.value["rules"]),
        [Provider.model_validate(_without_known(one)) for one in found],
        {one["id"]: _known(one) for one in found},
    )


def _without_known(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name not in Known.__annotations__}


def _known(stored: Mapping[str, Any]) -> Known:
    at = stored["key_set_at"]
    return Known(stored["changed_in"], datetime.fromisoformat(at) if at else None)


async def write(
    pool: Pool, cipher: Cipher, wanted: ModelSettings, before: ModelSettings, by: str, now: datetime
) -> None:
    """Set all of it, made from `wanted.version`. `before` is what was read; `wanted.known` does not
    matter. Conflict where somebody was faster."""
    providers = []
    for one in wanted.providers:
        known = _known_after(one, wanted.version, before, now)
        at = known.key_set_at
        extra = {"changed_in": known.changed_in, "key_set_at": at.isoformat() if at else None}
        providers.append(seal(one.model_dump(mode="json") | extra, SECRET, one.id, cipher))
    value = {"rules": wanted.rules.model_dump(mode="json"), "providers": providers}
    sealing = config.Sealing(lambda stored: _audited(stored, cipher), frozenset(SECRET))
    await config.change(pool, KEY, value, wanted.version, by, now, sealing)


def _known_after(one: Provider, version: int, before: ModelSettings, now: datetime) -> Known:
    old = before.provider(one.id)
    if old == one:
        return before.known[one.id]
    if not one.key:
        return Known(version + 1, None)
    kept = old is not None and old.key == one.key
    return Known(version + 1, before.known[one.id].key_set_at if kept else now)


def _audited(value: dict[str, Any], cipher: Cipher) -> dict[str, Any]:
    """What the audit log compares: of all headers of a provider it says only that they changed."""
    providers = []
    for stored in value["providers"]:
        found = _without_known(opened(stored, stored["id"], cipher))
        headers = found["headers"]
        providers.append(found | {"headers": json.dumps(headers) if headers else ""})
    order = [one["id"] for one in value["providers"]]
    return {**value["rules"], "order": order, "providers": providers}


def _named(value: Any) -> list[tuple[str, Part]]:
    return [(one["id"], one) for one in value["providers"]]


async def sealed_texts(db: Db) -> list[bytes]:
    """The secrets as they are stored."""
    stored = (await config.read(db, KEY)).get(KEY)
    return [sealed_text(one) for _, one in _named(stored.value)] if stored else []


async def seal_anew(pool: Pool, cipher: Cipher, writing: str) -> int:
    """Seal the secrets that are not under the key `writing` under it; how many there were."""
    return await sealed.seal_anew(pool, KEY, _named, cipher, writing)


class Current(Fresh[ModelSettings]):
    """What is set, at most two seconds ago."""

    def __init__(self, pool: Pool, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        super().__init__(partial(read, pool, cipher), clock)


@dataclass(frozen=True)
class Public:
    """What may be known without a key: the rules, and of each enabled provider the name of its
    breaker."""

    rules: ModelRules
    breakers: Mapping[str, str]
    changed_at: datetime | None


async def public(db: Db) -> Public:
    """What is set now, without its secrets."""
    stored = (await config.read(db, KEY)).get(KEY)
    if stored is None:
        return Public(ModelRules(), {}, None)
    enabled = [one for one in stored.value["providers"] if one["enabled"]]
    breakers = {one["id"]: breaker_name(one["id"], one["changed_in"]) for one in enabled}
    return Public(ModelRules.model_validate(stored.value["rules"]), breakers, stored.changed_at)
