"""Reports of what fails, as the API takes them."""

from datetime import UTC, datetime
from typing import Any

from agent.messages import failed
from agent.report import encode
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.failures.objects.deployment import keep_deployment
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from tests.agent.recording_api import KEY

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
FAILURES = [Failure(FailureClass.NODE_NOT_READY, "", SINCE, "", "Kubelet stopped", "status")]


def test_a_node_is_told_without_a_namespace_and_without_its_images() -> None:
    node: dict[str, Any] = {
        "kind": "Node",
        "metadata": {"name": "node-1", "uid": "u", "managedFields": [{}]},
        "status": {"images": [{}], "capacity": {"cpu": "2"}},
    }
    owner = Workload("local", "_", "Node", "node-1")
    told = failed("Node", node, FAILURES, owner, Redactor(KEY))
    assert (told.kind, told.name, told.namespace, told.node) == ("Node", "node-1", "", "")
    assert told.owner is not None
    assert (told.owner.kind, told.owner.name, told.reason) == ("Node", "node-1", "NodeNotReady")
    assert isinstance(told.manifest, dict)
    assert told.manifest["status"] == {"capacity": {"cpu": "2"}}
    assert "managedFields" not in told.manifest["metadata"]


def test_what_an_agent_has_kept_for_its_rules_is_no_part_of_the_manifest() -> None:
    made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart", "uid": "u"}}
    told = failed("Deployment", keep_deployment(made), FAILURES, None, Redactor(KEY))
    assert isinstance(told.manifest, dict)
    assert sorted(told.manifest) == ["apiVersion", "kind", "metadata", "spec", "status"]


def test_a_manifest_that_is_too_large_is_left_out_and_that_is_said() -> None:
    job: dict[str, Any] = {
        "kind": "Job",
        "metadata": {"name": "job", "namespace": "shop", "uid": "u"},
        "status": {"note": "x " * 700_000},
    }
    told = failed("Job", job, FAILURES, None, Redactor(KEY))
    assert len(encode(told)) < 2000
    assert isinstance(told.manifest, dict)
    said = {"kure.dev/manifest": "larger than 1024 KiB: left out"}
    assert told.manifest["metadata"]["annotations"] == said
