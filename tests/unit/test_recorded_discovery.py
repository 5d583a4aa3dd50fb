"""What a played recording says it serves."""

from typing import Any

from kure.demo.recorded.discovery import discovery
from kure.domain.diagnosis.readable import ALL
from kure.recording.kinds import RECORDED

APPS = "/apis/apps/v1"


def test_what_is_not_served_is_not_told() -> None:
    documents: dict[str, Any] = {
        "/apis": {
            "groups": [
                {"name": "apps", "versions": [{"groupVersion": "apps/v1"}]},
                {"name": "example.com", "versions": [{"groupVersion": "example.com/v1"}]},
            ]
        },
        APPS: {"resources": [{"name": "deployments"}, {"name": "deployments/scale"}]},
    }
    told = discovery(documents)
    assert [each["name"] for each in told[APPS]["resources"]] == [
        *("deployments", "controllerrevisions")
    ]
    assert [group["name"] for group in told["/apis"]["groups"]] == [
        *("apps", "gateway.networking.k8s.io", "storage.k8s.io", "node.k8s.io"),
        "admissionregistration.k8s.io",
    ]


def test_every_kind_that_rules_may_want_is_recorded() -> None:
    recorded = {(each.path, each.namespaced) for each in RECORDED}
    assert {(kind.list_path, kind.namespaced) for kind in ALL} <= recorded
