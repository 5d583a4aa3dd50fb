"""Which addresses may be called, as a table."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.domain.addresses import refusal

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/addresses.yaml").read_text())
LOOPBACK = [case for case in CASES if case["to"] in ("127.0.0.1", "::1", "::ffff:127.0.0.1")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['to']}:{case.get('port', 443)}")
def test_an_address_is_called_only_where_it_may_be(case: dict[str, Any]) -> None:
    address, port = ip_address(case["to"]), case.get("port", 443)
    outside = refusal(address, port, inside=False)
    inside = refusal(address, port, inside=True)
    assert (outside == "", inside == "") == {
        "public": (True, True),
        "inside": (False, True),
        "never": (False, False),
    }[case["may"]], (outside, inside)


@pytest.mark.parametrize("case", LOOPBACK, ids=lambda case: case["to"])
def test_the_machine_itself_is_called_only_where_a_setting_allows_it(case: dict[str, Any]) -> None:
    assert refusal(ip_address(case["to"]), 80, inside=False)
    assert not refusal(ip_address(case["to"]), 80, inside=False, loopback=True)
