"""Patches: what they set, and what they refuse."""

import json
import shlex
from typing import Any

import pytest

from kure.domain.diagnosis.fixes import (
    Mismatch,
    Operation,
    applied,
    drop,
    patch_of,
    put,
    template_of,
)

WEB: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"template": {"spec": {"containers": [{"name": "app", "image": "web:1"}]}}},
}
IMAGE = ("spec", "template", "spec", "containers", 0, "image")


def image_of(obj: dict[str, Any]) -> str:
    return str(obj["spec"]["template"]["spec"]["containers"][0]["image"])


def test_a_value_is_replaced_only_where_it_is_as_it_was() -> None:
    steps = put(WEB, IMAGE, "web:2")
    assert image_of(applied(WEB, steps)) == "web:2"
    assert image_of(WEB) == "web:1"
    changed = applied(WEB, steps)
    with pytest.raises(Mismatch, match="not what it was"):
        applied(changed, steps)


def test_what_is_missing_on_the_way_is_made() -> None:
    place = ("spec", "template", "spec", "containers", 0, "resources", "limits", "memory")
    (step,) = put(WEB, place, "64Mi")
    assert step == Operation(
        "add", "/spec/template/spec/containers/0/resources", {"limits": {"memory": "64Mi"}}
    )
    found = applied(WEB, [step])["spec"]["template"]["spec"]["containers"][0]
    assert found["resources"] == {"limits": {"memory": "64Mi"}}


def test_keys_with_a_slash_are_escaped() -> None:
    (step,) = put(WEB, ("metadata", "labels"), {"a/b": "c"})
    labelled = applied(WEB, [step])
    steps = drop(labelled, ("metadata", "labels", "a/b"))
    assert [s.path for s in steps] == ["/metadata/labels/a~1b"] * 2
    assert applied(labelled, steps)["metadata"]["labels"] == {}


def test_nothing_to_change_is_no_patch() -> None:
    assert drop(WEB, ("spec", "paused")) == ()
    assert patch_of(WEB) is None


@pytest.mark.parametrize("path", ["/spec/none/x", "/spec/template/spec/containers/7/image"])
def test_a_patch_of_what_is_not_there_is_refused(path: str) -> None:
    with pytest.raises(Mismatch):
        applied(WEB, [Operation("replace", path, "x")])


def test_the_command_is_one_that_a_shell_takes_apart_again() -> None:
    patch = patch_of(WEB, *put(WEB, IMAGE, "it's"))
    assert patch
    words = shlex.split(patch.command)
    assert words[:6] == ["kubectl", "patch", "deployment", "web", "-n", "shop"]
    assert [step["op"] for step in json.loads(words[-1])] == ["test", "replace"]


def test_a_job_is_made_anew_without_what_was_of_the_old_one() -> None:
    """Else it would be deleted, and the new one refused."""
    job = {**WEB, "apiVersion": "batch/v1", "kind": "Job"}
    patch = patch_of(job, *put(job, IMAGE, "web:2"), recreate=True)
    assert patch
    words = shlex.split(patch.command)
    merge = json.loads(words[words.index("--type=merge") + 2])
    assert merge["spec"]["selector"] is None
    assert merge["spec"]["template"]["metadata"]["labels"]["controller-uid"] is None
    assert words[-4:] == ["replace", "--force", "-f", "-"]


def test_a_template_finds_its_containers_wherever_it_stands() -> None:
    cron_job = {"kind": "CronJob", "spec": {"jobTemplate": {"spec": WEB["spec"]}}}
    template = template_of(cron_job)
    assert template
    app = template.container("app")
    assert app == ("spec", "containers", 0)
    assert template.container("other") is None
    (_, step) = template.put((*app, "image"), "web:2")
    assert step.path == "/spec/jobTemplate/spec/template/spec/containers/0/image"
