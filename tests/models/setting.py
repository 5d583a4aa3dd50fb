"""Providers of models as an administrator sets them, for tests of what asks them."""

from decimal import Decimal
from typing import Any

from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.postgres.models import settings
from kure.adapters.postgres.models.settings import ModelSettings
from kure.adapters.postgres.pool import Pool
from kure.contracts.models import Budget, ModelRules, Price, Provider, ProviderKind
from tests.models.server import ModelServer

PRICE = Price(input=Decimal(1), output=Decimal(4), cached=Decimal("0.1"))
KEY = "sk-provider-1234567890"


def provider(server: ModelServer, name: str = "local", **more: Any) -> Provider:
    """One that is asked here, by chat completions."""
    known: dict[str, Any] = {
        "kind": ProviderKind.COMPATIBLE,
        "model": "small",
        "base_url": f"{server.url}/v1",
        "place": "inside",
        "price": PRICE,
        "per_minute": 1000,
        "key": KEY,
    }
    return Provider(id=name, **(known | more))


async def put(pool: Pool, keyring: Keyring, *providers: Provider, **rules: Any) -> None:
    """Set these providers, asked of all incidents."""
    cipher = keyring.cipher("models")
    before = await settings.read(pool, cipher)
    known: dict[str, Any] = {"ask": "always", "budget": Budget(calls=None, usd=None)}
    wanted = ModelSettings(before.version, ModelRules(**(known | rules)), providers)
    await settings.write(pool, cipher, wanted, before, "ada", utc_now())
