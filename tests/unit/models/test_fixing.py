"""What a model's fix may change, what it never may, and how a patch knows that its object has
changed since."""

import json
from copy import deepcopy
from typing import Any

import pytest

from kure.domain.diagnosis.fixes import TEMPLATES, Mismatch, Operation, applied
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.fields import FIELDS
from kure.domain.models import fix_places
from kure.domain.models.fixing import guarded, patch, refusals
from kure.domain.workloads import Workload
from tests.case_files import files_of, read
from tests.unit.mirrors_asked import wanted
from tests.unit.test_mirror_policy import assert_says

CASES = read("models/fixes.yaml")
ESCALATIONS = [case for file in files_of("mirrors/escalations") for case in read(file)]
EVERY_CLASS = [str(each) for each in FailureClass]
IMAGE = "/spec/template/spec/containers/0/image"


def by_name(cases: list[Any]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


def workload(of: str = "shop", kind: str = "Deployment") -> Manifest:
    """An object of the cases, or a workload whose pods are like one of the originals."""
    if of in (known := read("models/owners.yaml")):
        other: Manifest = deepcopy(known[of])
        return other
    pod: Manifest = deepcopy(read("mirrors/originals.yaml")[of])
    if kind == "Pod":
        return pod
    kept = {
        key: pod["metadata"][key] for key in ("labels", "annotations") if key in pod["metadata"]
    }
    held: Manifest = {"metadata": kept, "spec": pod["spec"]}
    for key in reversed(TEMPLATES[kind]):
        held = {str(key): held}
    metadata = {"name": "checkout", "namespace": "shop", "uid": "1"}
    group = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    return {"apiVersion": group, "kind": kind, "metadata": metadata} | held


def steps(case: dict[str, Any]) -> list[Operation]:
    place = "".join(f"/{key}" for key in TEMPLATES.get(case.get("kind", "Deployment"), ()))
    return [
        Operation(op, path.replace("~", place, 1) if path.startswith("~") else path, *value)
        for op, path, *value in case["steps"]
    ]


@pytest.mark.parametrize("case", by_name([case for case in CASES if "says" in case]))
def test_what_is_not_a_models_to_change_is_refused_with_every_reason(case: dict[str, Any]) -> None:
    live = workload(case.get("of", "shop"), case.get("kind", "Deployment"))
    assert_says(refusals(live, applied(live, steps(case)), case["fails"]), case["says"])


@pytest.mark.parametrize("case", by_name([case for case in CASES if "says" not in case]))
def test_what_concerns_the_failure_is_taken(case: dict[str, Any]) -> None:
    live = workload(case.get("of", "shop"), case.get("kind", "Deployment"))
    assert refusals(live, applied(live, steps(case)), case["fails"]) == ()


@pytest.mark.parametrize("case", by_name(ESCALATIONS))
def test_no_escalation_is_a_fix_whatever_fails(case: dict[str, Any]) -> None:
    live = workload(case.get("of", "shop"), "Pod")
    assert refusals(live, wanted(live, case), EVERY_CLASS)


def test_there_are_as_many_cases_as_there_should_be() -> None:
    assert len([case for case in CASES if "says" in case]) >= 50
    assert len([case for case in CASES if "says" not in case]) >= 30


def test_each_field_of_a_pod_is_either_some_failures_or_no_models() -> None:
    in_groups = frozenset().union(*fix_places.BY_CLASS.values())
    assert in_groups <= FIELDS.keys()
    undecided = []
    for pattern in FIELDS.keys() - in_groups:
        name = pattern.removeprefix("spec.containers[].").removeprefix("spec.initContainers[].")
        known = (name, name.partition(".")[0], name.rpartition(".")[0])
        if not any(each in fix_places.NEVER for each in known):
            undecided.append(pattern)
    assert undecided == []
    both = [p for p in in_groups if p.removeprefix("spec.containers[].") in fix_places.NEVER]
    assert both == []


class TestGuarded:
    """A patch that finds another object does nothing."""

    def test_what_is_replaced_or_removed_is_tested_first_with_the_name_of_its_container(
        self,
    ) -> None:
        live = workload("bare")
        steps = [Operation("replace", IMAGE, "registry.example/worker:2")]
        assert guarded(live, steps) == (
            Operation("test", "/spec/template/spec/containers/0/name", "app"),
            Operation("test", IMAGE, "registry.example/worker:1"),
            *steps,
        )

    def test_an_added_value_that_takes_the_place_of_another_is_tested(self) -> None:
        step = Operation("add", "/spec/ports/0/targetPort", 9090)
        tests = guarded(workload("service"), [step])[:-1]
        assert tests == (Operation("test", "/spec/ports/0/targetPort", 8080),)

    def test_what_is_new_has_nothing_to_be_tested_but_its_container(self) -> None:
        live = workload("bare")
        step = Operation("add", "/spec/template/spec/containers/0/args", ["x"])
        assert [each.path for each in guarded(live, [step])] == [
            "/spec/template/spec/containers/0/name",
            step.path,
        ]

    def test_a_test_of_the_models_own_is_not_said_twice(self) -> None:
        live = workload("bare")
        own = Operation("test", IMAGE, "registry.example/worker:1")
        step = Operation("replace", IMAGE, "registry.example/worker:2")
        assert [each.op for each in guarded(live, [own, step])] == ["test", "test", "replace"]

    def test_a_second_step_is_tested_on_what_the_first_leaves(self) -> None:
        live = workload("bare")
        steps = [Operation("replace", IMAGE, "a:2"), Operation("replace", IMAGE, "a:3")]
        assert Operation("test", IMAGE, "a:2") in guarded(live, steps)

    @pytest.mark.parametrize("other", [{"image": "x:9"}, {"name": "proxy"}])
    def test_an_object_that_has_changed_since_is_refused(self, other: Manifest) -> None:
        live = workload("bare")
        done = guarded(live, [Operation("replace", IMAGE, "registry.example/worker:2")])
        live["spec"]["template"]["spec"]["containers"][0] |= other
        with pytest.raises(Mismatch):
            applied(live, done)

    @pytest.mark.parametrize("case", by_name([case for case in CASES if "says" not in case]))
    def test_with_its_tests_it_does_the_same(self, case: dict[str, Any]) -> None:
        live = workload(case.get("of", "shop"), case.get("kind", "Deployment"))
        assert applied(live, guarded(live, steps(case))) == applied(live, steps(case))


class TestPatch:
    """What is shown to who wants to apply it."""

    def test_a_command_has_the_tests_that_everybody_can_run(self) -> None:
        hidden = Operation(
            "test", "/spec/template/spec/containers/0/env", "[redacted:env:1a2b3c4d]"
        )
        step = Operation("replace", IMAGE, "a:2")
        told = patch(Workload("c", "shop", "Deployment", "cart"), [hidden, step], "accepted")
        assert told.operations == (step,)
        assert told.command == (
            "kubectl patch deployment cart -n shop --type=json -p "
            f"'{json.dumps([{'op': 'replace', 'path': IMAGE, 'value': 'a:2'}])}'"
        )
        assert (told.api_version, told.checked) == ("apps/v1", "accepted")

    @pytest.mark.parametrize(
        ("kind", "api", "path", "recreate"),
        [
            ("Pod", "v1", "/spec/containers/0/image", True),
            ("Job", "batch/v1", "/spec/backoffLimit", True),
            ("ReplicaSet", "apps/v1", IMAGE, False),
            ("PersistentVolumeClaim", "v1", "/spec/storageClassName", True),
            ("PersistentVolumeClaim", "v1", "/spec/resources/requests/storage", False),
            ("HTTPRoute.gateway.networking.k8s.io", "gateway.networking.k8s.io/v1", "/x", False),
        ],
    )
    def test_what_cannot_be_changed_in_place_is_made_anew(
        self, kind: str, api: str, path: str, recreate: bool
    ) -> None:
        told = patch(Workload("c", "shop", kind, "cart"), [Operation("replace", path, 1)], "")
        assert (told.api_version, told.recreate) == (api, recreate)
        assert told.kind == kind.partition(".")[0]
