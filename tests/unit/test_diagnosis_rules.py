"""Rules against tests/cases/diagnosis/rules/*.yaml. Add a case there, not a test here.

A case is one failure (`class`, and where they count `container`, `reason`, `message`, `since`) of a
`pod` or of an `object` of another kind, with what was read: `events`, `logs` by container and
stream, `owner`, `nodes`, and `nearby`, lists by kind. Of those a rule sees only what it wants;
`cut` are kinds of which only a part was read.
`expect` are the causes in their order: `rule`, and as far as given `confidence`, `title`, `says`
and `fix` (parts of the explanation and of the fix), `evidence`, `commands` (parts), `patch`
(operations, `test` left out), `blames`. `has` are causes that must be among them, whatever else is;
`never` are rules that must not be. `behind` are pods of an `object`, each failing with `class`, of
which `logs` may be given.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kure.domain import manifests
from kure.domain.diagnosis.diagnose import ROUNDS, diagnose, wanted
from kure.domain.diagnosis.facts import Facts, Log, ObjectFacts, PodFacts
from kure.domain.diagnosis.fixes import applied
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Nearby, Want
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.manifests import Manifest
from tests.case_files import files_of, read

SINCE = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)


def load() -> list[Any]:
    return [
        pytest.param(case, id=f"{Path(file).stem}: {case['name']}")
        for file in files_of("diagnosis/rules")
        for case in read(file)
    ]


def failure_of(case: dict[str, Any]) -> Failure:
    return Failure(
        failure_class=FailureClass(case["class"]),
        container=case.get("container", ""),
        since=manifests.time_of(case.get("since")) or SINCE,
        reason=case.get("reason", case["class"]),
        message=case.get("message", ""),
        field=case.get("field", "status"),
    )


def facts_of(case: dict[str, Any]) -> Facts:
    events = None if case.get("events", ()) is None else tuple(case.get("events", ()))
    pods: tuple[PodFacts, ...] = ()
    objects: tuple[ObjectFacts, ...] = ()
    if "pod" in case:
        pods = (PodFacts(case["pod"], (failure_of(case),), events, _logs(case)),)
    else:
        obj = case["object"]
        objects = (ObjectFacts(obj["kind"], obj, (failure_of(case),), events),)
        pods = tuple(
            PodFacts(one["pod"], (failure_of(one),), logs=_logs(one))
            for one in case.get("behind", ())
        )
    now = manifests.time_of(case.get("now"))
    facts = Facts(pods, objects, case.get("owner"), tuple(case.get("nodes", ())), now=now)
    for _ in range(ROUNDS):
        lists = {
            want: tuple(obj for obj in case["nearby"][want.kind] if _is_in(obj, want))
            for want in wanted(facts)
            if want.kind in case.get("nearby", {})
        }
        if lists.keys() <= facts.nearby.lists.keys():
            break
        cut = frozenset(want for want in lists if want.kind in case.get("cut", ()))
        facts = replace(facts, nearby=Nearby({**facts.nearby.lists, **lists}, cut))
    return facts


def _logs(case: dict[str, Any]) -> tuple[Log, ...]:
    return tuple(_log(place, text) for place, text in case.get("logs", {}).items())


def _log(place: str, text: str | None) -> Log:
    """A log that is null could not be read."""
    container, _, stream = place.partition("/")
    return Log(container, stream, text, missing="" if text is not None else "refused")


def _is_in(obj: Manifest, want: Want) -> bool:
    """As the API server narrows a list. Objects of a case need not repeat its namespace."""
    if want.namespace and manifests.namespace(obj) not in ("", want.namespace):
        return False
    field, _, value = want.fields.partition("=")
    known = {
        "metadata.name": manifests.name(obj),
        "spec.nodeName": manifests.node_name(obj),
        "spec.clusterIP": manifests.spec(obj).get("clusterIP"),
        "status.podIP": manifests.status(obj).get("podIP"),
        "involvedObject.name": manifests.mapping(obj.get("involvedObject")).get("name"),
    }
    return not want.fields or known[field] == value


@pytest.mark.parametrize("case", load())
def test_a_rule_says_what_its_case_shows(case: dict[str, Any]) -> None:
    facts = facts_of(case)
    causes = diagnose(facts).causes
    rules = [cause.rule for cause in causes]
    assert not {*rules} & {*case.get("never", ())}
    for expected in case.get("has", ()):
        assert expected["rule"] in rules
        assert_says(causes[rules.index(expected["rule"])], expected)
    if "expect" not in case:
        return
    assert rules == [wanted_cause["rule"] for wanted_cause in case["expect"]]
    for cause, expected in zip(causes, case["expect"], strict=True):
        assert_says(cause, expected)
        if cause.patch:
            assert_applies(cause, facts)


def assert_says(cause: Cause, expected: dict[str, Any]) -> None:
    assert cause.confidence == expected.get("confidence", cause.confidence)
    assert cause.title == expected.get("title", cause.title)
    for part in expected.get("says", ()):
        assert part in cause.explanation
    for part in expected.get("fix", ()):
        assert part in cause.fix
    for part in expected.get("commands", ()):
        assert part in "\n".join(cause.commands)
    lines = [f"{line.source} {line.subject} {line.field}" for line in cause.evidence]
    assert lines == expected.get("evidence", lines)
    if "blames" in expected:
        assert cause.blames is not None
        assert vars(cause.blames) == expected["blames"]
    if "patch" in expected:
        assert patched(cause) == (expected["patch"] or [])


def patched(cause: Cause) -> list[dict[str, Any]]:
    steps = cause.patch.operations if cause.patch else ()
    return [
        {"op": step.op, "path": step.path} | ({} if step.op == "remove" else {"value": step.value})
        for step in steps
        if step.op != "test"
    ]


def assert_applies(cause: Cause, facts: Facts) -> None:
    """A patch fits the object that it names, as it was read."""
    patch = cause.patch
    assert patch
    known = [(found.kind, found.object) for found in facts.all]
    known += [(manifests.text((facts.owner or {}).get("kind")), facts.owner or {})]
    known += [(want.kind, obj) for want, read in facts.nearby.lists.items() for obj in read]
    wanted_object = (patch.kind, patch.name)
    target = next(obj for kind, obj in known if (kind, manifests.name(obj)) == wanted_object)
    assert applied(target, patch.operations) != target
