"""A scan must survive any object: no check raises, whatever is missing, null or of another type."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.difference import new_findings
from kure.domain.security.pss import Level, pss
from kure.domain.security.scan import findings_of, scan
from kure.domain.security.settings import Settings
from kure.domain.security.snapshot import Snapshot
from tests.unit.junk import GONE, changed
from tests.unit.test_security_checks import ROWS, object_of

ALL = Settings(on=frozenset(CATALOGUE), trusted_registries=("registry.example.com",))
CASES = [case for row in ROWS for case in (*row["fail"], *row["pass"])]
OBJECTS = [object_of(case) for case in CASES]
AROUND = [each for case in CASES for each in case.get("around", ())]
KINDS = sorted({kind for check in CATALOGUE.values() for kind in (*check.kinds, *check.needs)})

JUNK: st.SearchStrategy[Any] = st.one_of(
    st.just(GONE),
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(
        ["", "*", "0", "-1", "/", "@", ":", "a/b", "http://", "%", "[", "{}", "9" * 50]
    ),
    st.just([None, {}, 7, [], "x"]),
    st.just({"": None, "a": {}, "b": []}),
    st.just({7: 8}),
)
CHANGES = st.lists(st.tuples(st.integers(0, 200), JUNK), max_size=4)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(OBJECTS), CHANGES, st.sampled_from(AROUND), CHANGES, st.integers(18, 40))
def test_no_check_raises(obj: Any, changes: Any, other: Any, others: Any, version: int) -> None:
    odd, beside = changed(obj, changes), changed(other, others)
    around = Snapshot.of([odd, beside, *AROUND], empty=KINDS)
    chosen = Settings(on=ALL.on, trusted_registries=("a",), policy_version=version)
    report = scan([odd, beside], around, chosen, "prod")
    keys = [each.key for each in report.findings]
    assert len(keys) == len(set(keys))


@settings(deadline=None)
@given(st.sampled_from(OBJECTS), CHANGES, CHANGES)
def test_no_difference_raises(obj: Any, before: Any, after: Any) -> None:
    first, second = changed(obj, before), changed(obj, after)
    assert new_findings(first, first) == ()
    new_findings(first, second)


@settings(deadline=None)
@given(st.sampled_from(OBJECTS), CHANGES, st.sampled_from([*Level]), st.integers(1, 40))
def test_no_level_raises(obj: Any, changes: Any, level: str, version: int) -> None:
    odd = changed(obj, changes)
    spec, metadata = odd.get("spec"), odd.get("metadata")
    if isinstance(spec, dict) and isinstance(metadata, dict):
        pss(spec, metadata, level, version)


@settings(deadline=None)
@given(st.sampled_from(OBJECTS), st.sampled_from(KINDS))
def test_every_check_is_fed_every_kind(obj: Any, kind: str) -> None:
    """A check of Services that is given the fields of a Pod, and so on."""
    plain = kind.partition(".")[0]
    findings_of({**obj, "kind": plain}, Snapshot.of(AROUND, empty=KINDS), ALL)
