"""What each kind of provider is known to have, from defaults.yaml, and what a call costs by it."""

import re
from collections.abc import Mapping
from decimal import ROUND_UP, Decimal
from pathlib import Path
from types import MappingProxyType

import yaml

from kure.contracts.models import KindDefaults, Price, ProviderKind, ProviderRules
from kure.domain.models.conversation import Usage

MILLION = Decimal(1_000_000)
# A token that is written into the cache costs a quarter more than one that is read, at both
# providers that ask for it: Anthropic (kept for five minutes) and OpenAI (for thirty).
WRITTEN = Decimal("1.25")
# As the database keeps it.
SMALLEST = Decimal("0.000001")
# The day of a model's version: claude-haiku-4-5-20251001, gpt-5.4-2026-03-05.
DAY = re.compile(r"-(\d{8}|\d{4}-\d\d-\d\d)$")


def _read() -> Mapping[ProviderKind, KindDefaults]:
    data = yaml.safe_load(Path(__file__).with_name("defaults.yaml").read_text())
    known = [KindDefaults.model_validate({**said, "kind": kind}) for kind, said in data.items()]
    return MappingProxyType({one.kind: one for one in known})


KINDS = _read()


def price_of(provider: ProviderRules) -> Price | None:
    """What was set, else what its model is known to cost; None where nobody knows."""
    if provider.price is not None:
        return provider.price
    known = {one.model: one.price for one in KINDS[provider.kind].models}
    return known.get(provider.model) or known.get(DAY.sub("", provider.model))


def cost(usage: Usage, price: Price | None) -> Decimal:
    """US dollars of one call, 0 without a price."""
    if price is None:
        return Decimal(0)
    plain = max(usage.input - usage.cached - usage.written, 0)
    parts = (
        plain * price.input,
        usage.cached * price.cached,
        usage.written * price.input * WRITTEN,
        usage.output * price.output,
    )
    return (sum(parts, Decimal(0)) / MILLION).quantize(SMALLEST, ROUND_UP)


def most_cost(prompt_tokens: int, most_output: int, price: Price | None) -> Decimal:
    """The most that a call can cost: nothing of it is cached yet, and it says all that it may."""
    return cost(Usage(input=prompt_tokens, output=most_output, written=prompt_tokens), price)
