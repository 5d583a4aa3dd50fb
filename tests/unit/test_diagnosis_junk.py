"""A diagnosis survives any object: no rule raises, whatever is missing, null or of another type.

The objects are those of the rules' cases, so that each rule is reached, with a few places changed.
"""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kure.domain.diagnosis.diagnose import diagnose, wanted
from kure.domain.diagnosis.facts import Facts, ObjectFacts, PodFacts
from kure.domain.diagnosis.model import fitted, redacted
from kure.domain.diagnosis.nearby import Nearby
from kure.domain.redact import Redactor
from tests.unit.junk import GONE, changed
from tests.unit.test_diagnosis_rules import facts_of, load

FACTS = [facts_of(param.values[0]) for param in load()]
REDACTOR = Redactor(b"k" * 32)

JUNK = st.sampled_from(
    [
        *(GONE, None, True, -1, 0, 3, 1e300, "", " ", "x", "10.96.0.1:80", "1Mi", "0/0", "100%"),
        *([], {}, [None], [{}], [[]], {"name": None}, {"": ""}, [{"name": "app"}], "2026-01-01"),
        *("\x00\ud800", "a" * 5000, "app" * 300, '"', "{", "%s{0}{name}", "'; rm -rf /", "\n\n"),
    ]
)
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), JUNK), min_size=1, max_size=6)


def junk_facts(facts: Facts, changes: list[tuple[int, Any]]) -> Facts:
    """The same facts with objects of which some places are changed. What is no object at all would
    not have come out of a list."""
    wants = list(facts.nearby.lists)
    told = {
        "objects": [found.object for found in facts.all],
        "events": [list(found.events or ()) for found in facts.all],
        "rest": [facts.owner or {}, *facts.nodes],
        "nearby": [list(facts.nearby.lists[want]) for want in wants],
    }
    read = {
        name: [_mappings(each) if isinstance(each, list) else each for each in values]
        for name, values in changed(told, changes).items()
        if isinstance(values, list)
    }
    return _rebuilt(facts, read)


def _mappings(values: list[Any]) -> list[Any]:
    return [each for each in values if isinstance(each, dict)]


def _rebuilt(facts: Facts, read: dict[str, list[Any]]) -> Facts:
    objects, events = iter(read.get("objects", [])), iter(read.get("events", []))

    def fresh(found: PodFacts | ObjectFacts) -> dict[str, Any]:
        obj: Any = next(objects, {})
        told = next(events, ())
        return {
            "pod" if isinstance(found, PodFacts) else "object": obj
            if isinstance(obj, dict)
            else {},
            "events": tuple(told) if isinstance(told, list) else None,
        }

    owner, *nodes = read.get("rest", [{}]) or [{}]
    lists = dict(zip(facts.nearby.lists, read.get("nearby", []), strict=False))
    return Facts(
        pods=tuple(PodFacts(**fresh(p), failures=p.failures, logs=p.logs) for p in facts.pods),
        objects=tuple(
            ObjectFacts(kind=o.kind, **fresh(o), failures=o.failures) for o in facts.objects
        ),
        owner=owner if isinstance(owner, dict) and owner else None,
        nodes=tuple(_mappings(nodes)),
        nearby=Nearby({want: tuple(v) for want, v in lists.items() if isinstance(v, list)}),
    )


@given(facts=st.sampled_from(FACTS), changes=CHANGES)
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_rule_raises_on_objects_that_no_api_server_would_send(
    facts: Facts, changes: list[tuple[int, Any]]
) -> None:
    junk = junk_facts(facts, changes)
    wanted(junk)
    assert fitted(redacted(diagnose(junk), REDACTOR), 40 * 1024).causes


@given(facts=st.sampled_from(FACTS), text=st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_no_rule_raises_on_any_log(facts: Facts, text: str) -> None:
    pods = tuple(
        PodFacts(p.pod, p.failures, p.events, tuple(_with(log, text) for log in p.logs))
        for p in facts.pods
    )
    assert diagnose(
        Facts(pods, facts.objects, facts.owner, facts.nodes, nearby=facts.nearby)
    ).causes


def _with(log: Any, text: str) -> Any:
    """The log with a text amid it, cut somewhere."""
    half = len(log.text or "") // 2
    return replace(log, text=(log.text or "")[:half] + text + (log.text or "")[half:])
