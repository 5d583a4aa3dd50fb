"""Whom a test shares, against tests/cases/mirrors/shared.yaml. Add a case there."""

from typing import Any

import pytest

from kure.domain.mirrors.shared import MOST, shares
from tests.case_files import read

SERVICES = [{"metadata": {"name": name}} for name in ("postgres", "redis", "api", "web")]


@pytest.mark.parametrize(
    "case", [pytest.param(c, id=c["name"]) for c in read("mirrors/shared.yaml")]
)
def test_peers_are_named_before_the_test(case: dict[str, Any]) -> None:
    env = [{"name": name, "value": str(value)} for name, value in case.get("env", {}).items()]
    container = {"name": "app", "env": env, "args": case.get("args", [])} | case.get("more", {})
    spec = {"containers": [container], "volumes": case.get("volumes", [])}
    pod = {"metadata": {"namespace": "shop"}, "spec": spec}
    said = shares(pod, SERVICES, case.get("config"))
    assert list(said) == case["says"]
    assert "hunter2" not in "".join(said)


def test_not_more_peers_are_told_than_anybody_reads() -> None:
    hosts = ",".join(f"h{number}.example.com:80" for number in range(50))
    pod = {"spec": {"containers": [{"name": "app", "env": [{"name": "ALL", "value": hosts}]}]}}
    said = shares(pod, None)
    assert len(said) == MOST + 1
    assert said[-1] == "and 30 more"
