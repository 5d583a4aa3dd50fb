"""Steps from one value to another: they lead there, and say no more than they must."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kure.domain.diagnosis.difference import steps_to
from kure.domain.diagnosis.fixes import applied

SCALARS = st.one_of(st.integers(2, 9), st.sampled_from(["", "a", "b", "a/b", "~1"]))
NAMED = st.fixed_dictionaries({"name": st.sampled_from("abcd")}, optional={"value": SCALARS})
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(NAMED, max_size=4),
        st.dictionaries(st.sampled_from(["x", "y/z", "~"]), inner, max_size=3),
    ),
    max_leaves=12,
)


@given(now=VALUES, wanted=VALUES)
def test_the_steps_lead_from_one_to_the_other(now: Any, wanted: Any) -> None:
    steps = tuple(steps_to(wanted, now, ("spec",)))
    assert applied({"spec": now}, steps) == {"spec": wanted}


@given(VALUES)
def test_between_what_is_alike_there_are_none(value: Any) -> None:
    assert tuple(steps_to(value, value, ("spec",))) == ()


def test_what_stays_is_not_told() -> None:
    now = [{"name": "A", "value": "kept"}, {"name": "B", "value": "new"}, {"name": "C"}]
    was = [{"name": "A", "value": "kept"}, {"name": "B", "value": "old"}]
    told = [(step.op, step.path, step.value) for step in steps_to(was, now, ("env",))]
    assert told == [
        ("test", "/env/2", {"name": "C"}),
        ("remove", "/env/2", None),
        ("test", "/env/1/value", "new"),
        ("replace", "/env/1/value", "old"),
    ]


def test_a_long_list_is_replaced_as_a_whole() -> None:
    now, wanted = [*map(str, range(200))], ["x"]
    assert [step.path for step in steps_to(wanted, now, ("args",))] == ["/args", "/args"]
