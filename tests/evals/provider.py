"""The provider that is evaluated, as whoever pays for it says: a file, the environment, or both."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from pydantic import ValidationError

from api.providers import address_of
from kure.adapters.models.defaults import KINDS, price_of
from kure.contracts.models import ProviderBody
from kure.errors import InvalidInput

PREFIX = "KURE_EVAL_"
KEY = f"{PREFIX}KEY"
# What the environment may say; it stands above the file.
FIELDS = ("kind", "model", "base_url", "place")


def provider_of(file: Path | None, env: Mapping[str, str]) -> ProviderBody:
    """The file's fields are those of a provider at /api/admin/llm, but for its key, which only the
    environment has. InvalidInput says what is missing or may not be."""
    said = _read(file) if file else {}
    if "key" in said or "headers" in said:
        raise InvalidInput(f"A key does not belong into {file}: put it into {KEY}.")
    said |= {name: env[PREFIX + name.upper()] for name in FIELDS if env.get(PREFIX + name.upper())}
    if not said.get("kind"):
        raise InvalidInput(f"No provider: set {PREFIX}KIND and {PREFIX}MODEL, or --provider FILE.")
    try:
        provider = ProviderBody.model_validate({"id": "eval"} | _proposed(said) | said)
    except ValidationError as error:
        # Without what was given: a key in the wrong place must not be told.
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise InvalidInput(f"The provider cannot be used: {wrong}.") from None
    return _complete(provider, env.get(KEY, ""))


def own_environment() -> None:
    """Take what is set for Kure out of this process: neither a developer's settings nor the key may
    reach the processes that are started."""
    for name in [name for name in os.environ if name.startswith("KURE_")]:
        del os.environ[name]


def is_loopback(provider: ProviderBody) -> bool:
    """Whether it runs on this machine, which Kure calls only where it is told to."""
    host = urlsplit(address_of(provider) or "").hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read(file: Path) -> dict[str, Any]:
    try:
        said = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput(f"{file} cannot be read as YAML: {error}") from None
    if not isinstance(said, dict):
        raise InvalidInput(f"{file} has no provider: kind, model, base_url, price…")
    return said


def _proposed(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a kind is known to have. An unknown kind is told by the form."""
    known = next((one for one in KINDS.values() if one.kind == said["kind"]), None)
    if known is None:
        return {}
    model = {"model": known.models[0].model} if known.models else {}
    return {"place": known.place} | model


def _complete(provider: ProviderBody, key: str) -> ProviderBody:
    if address_of(provider) is None:
        raise InvalidInput(f"A provider of kind {provider.kind} needs {PREFIX}BASE_URL.")
    if KINDS[provider.kind].needs_key and not key:
        raise InvalidInput(f"A provider of kind {provider.kind} needs its key in {KEY}.")
    if provider.place == "outside" and price_of(provider) is None:
        raise InvalidInput(
            f"Nobody knows what {provider.model} costs, so no limit of money would hold: write its "
            "price (input, output, cached: USD for a million tokens) into the file of --provider."
        )
    return provider.model_copy(update={"key": key} if key else {})
