"""What each kind is known to have, and what a call costs by it."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from anthropic.types import ModelParam
from openai.types.shared import ChatModel

from kure.adapters.models.defaults import KINDS, cost, most_cost, price_of
from kure.contracts.models import Price, ProviderKind, ProviderRules
from kure.domain.models.conversation import Usage

PRICE = Price(input=Decimal(2), output=Decimal(10), cached=Decimal("0.1"))


def test_every_kind_has_its_defaults() -> None:
    assert set(KINDS) == set(ProviderKind)
    assert all(one.title for one in KINDS.values())


def test_the_names_are_those_that_the_libraries_know() -> None:
    claude = get_args(get_args(ModelParam)[0])
    assert {one.model for one in KINDS[ProviderKind.ANTHROPIC].models} <= set(claude)
    assert {one.model for one in KINDS[ProviderKind.OPENAI].models} <= set(get_args(ChatModel))


def provider(**set_: Any) -> ProviderRules:
    return ProviderRules.model_validate({"id": "one", "kind": "anthropic", "model": "x", **set_})


def test_a_price_that_was_set_goes_before_the_known_one() -> None:
    assert price_of(provider(model="claude-sonnet-5-5", price=PRICE)) == PRICE
    assert price_of(provider(model="claude-sonnet-5-5")) == PRICE
    assert price_of(provider(model="claude-sonnet-5-5-20260928")) == PRICE
    assert price_of(provider(model="claude-of-tomorrow")) is None
    assert price_of(provider(kind="openai", model="claude-sonnet-5-5")) is None


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (Usage(), "0.000000"),
        (Usage(input=1_000_000), "2.000000"),
        (Usage(input=1_000_000, cached=1_000_000), "0.100000"),
        (Usage(input=1_000_000, written=1_000_000), "2.500000"),
        (Usage(input=1000, output=100, cached=600, written=100), "0.001910"),
        (Usage(output=1), "0.000010"),
        (Usage(input=1, cached=1), "0.000001"),
        (Usage(input=10, cached=20), "0.000002"),
    ],
)
def test_what_a_call_costs(usage: Usage, usd: str) -> None:
    assert str(cost(usage, PRICE)) == usd


def test_the_most_that_a_call_can_cost_is_never_less_than_it_does() -> None:
    most = most_cost(1000, 100, PRICE)
    assert most == Decimal("0.003500")
    assert most >= cost(Usage(input=1000, output=100, written=400), PRICE)
    assert most_cost(1000, 100, None) == cost(Usage(input=1000), None) == 0
