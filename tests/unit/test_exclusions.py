"""Which failures an exclusion covers."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kure.domain.exclusions import Exclusion, Failing, excluding
from kure.domain.globs import is_everything, matches

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WEB = Failing("c1", "shop", "Deployment", "web", "web-7f-x", {"team": "cart", "tier": "front"})


@pytest.mark.parametrize(
    ("patterns", "covered"),
    [
        ({"namespace": "shop"}, True),
        ({"namespace": "sho?"}, True),
        ({"namespace": "[rs]hop"}, True),
        ({"namespace": "shop-*"}, False),
        ({"namespace": "SHOP"}, False),
        ({"namespace": "hop"}, False),
        ({"cluster": "c2", "namespace": "shop"}, False),
        ({"workload": "Deployment/web"}, True),
        ({"workload": "*/web"}, True),
        ({"workload": "web"}, False),
        ({"workload": "StatefulSet/*"}, False),
        ({"pod": "web-*"}, True),
        ({"pod": "web"}, False),
        ({"label": "team=cart"}, True),
        ({"label": "ti*=fr*"}, True),
        ({"label": "team=front"}, False),
        ({"failure_class": "Crash*"}, True),
        ({"failure_class": "OOMKilled"}, False),
        ({"namespace": "shop", "pod": "cart-*"}, False),
        ({"namespace": "shop", "pod": "web-*", "label": "team=*"}, True),
        ({"namespace": "shop", "expires_at": NOW + timedelta(seconds=1)}, True),
        ({"namespace": "shop", "expires_at": NOW}, False),
    ],
)
def test_every_pattern_must_match(patterns: dict[str, Any], covered: bool) -> None:
    found = excluding([Exclusion("e1", **patterns)], WEB, "CrashLoopBackOff", NOW)
    assert found == ("e1" if covered else None)


def test_the_first_that_covers_is_named() -> None:
    several = [Exclusion("e1", pod="no"), Exclusion("e2", pod="web*"), Exclusion("e3", pod="*x")]
    assert excluding(several, WEB, "OOMKilled", NOW) == "e2"


def test_a_pattern_with_many_stars_is_not_slow() -> None:
    pattern, text = "*a" * 140 + "b", "a" * 300
    began = time.perf_counter()
    assert not matches(pattern, text)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(("pattern", "expected"), [("*", True), ("***", True), ("*-*", False)])
def test_what_matches_everything(pattern: str, expected: bool) -> None:
    assert is_everything(pattern) is expected
