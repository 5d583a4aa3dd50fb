"""The question to a model: what it holds, in which order, and what is left out of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kure.domain.models.answer import SCHEMA
from kure.domain.models.conversation import Exchange, Prompt, Reply, ToolCall, ToolResult, Usage
from kure.domain.models.prompt import BUDGET, LEAST_BUDGET, question, told
from kure.domain.models.subject import Item, Subject
from kure.domain.models.tokens import of_prompt, tokens
from kure.domain.models.tools import TOOLS
from tests.unit.models.asked import CART, LOG, NOW, cause, events, log, owner, subject

NOISE = "".join(f"2026-11-23T20:29:00Z INFO GET /cart/{n} took 12 ms\n" for n in range(2000))


def test_too_small_a_budget_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least"):
        question(subject(), LEAST_BUDGET - 1)


def test_a_small_failure_is_told_whole_and_by_number() -> None:
    asked = question(subject(), BUDGET)
    assert asked.numbers == ("log-1", "events-1", "owner-1")
    for number, line in enumerate(LOG.split("\n"), 1):
        assert f"E1:{number}| {line}\n" in asked.text
    assert "W| kind: Deployment\nW| namespace: shop\nW| name: cart\n" in asked.text
    assert "R1| Python ends with KeyError: 'PORT'\n" in asked.text
    assert "U| Cannot read the log of shop/cart/sidecar: 404\n" in asked.text
    assert "E3:1| apiVersion: apps/v1\n" in asked.text
    assert "left out" not in asked.text


def test_where_the_rules_and_the_evidence_are_silent_that_is_said() -> None:
    asked = question(Subject(CART), BUDGET)
    assert "Rules found no cause.\n" in asked.text
    assert "There is no evidence beside this.\n" in asked.text
    assert asked.numbers == ()


def test_the_order_in_which_evidence_comes_changes_no_byte() -> None:
    evidence = [*subject().evidence, log(id_="log-2", pod="cart-2", text="fatal: b\n")]
    first = question(subject(evidence=evidence), BUDGET)
    assert question(subject(evidence=evidence[::-1]), BUDGET) == first


def test_what_the_rules_refer_to_comes_first() -> None:
    beside = log("ERROR something else\n", id_="beside", container="proxy")
    asked = question(subject(evidence=(beside, owner(), log())), BUDGET)
    assert asked.numbers == ("log-1", "owner-1", "beside")


def test_a_telling_line_deep_in_a_long_log_is_kept_with_its_number() -> None:
    text = NOISE + LOG + NOISE[:10_000]
    asked = question(subject(evidence=(log(text),)), 6000)
    at = text[: text.index("KeyError")].count("\n") + 1
    assert f"E1:{at}| KeyError: 'PORT'\n" in asked.text
    assert f'E1:{at - 1}|     port = os.environ["PORT"]\n' in asked.text
    assert "lines left out)" in asked.text


def test_the_start_of_a_crash_and_the_newest_lines_are_kept() -> None:
    text = (
        f"panic: no route\ngoroutine 1 [running]:\n(900 lines were left out here)\n{NOISE}the end"
    )
    asked = question(subject(evidence=(log(text),)), 5000)
    assert "E1:1| panic: no route\n" in asked.text
    assert f"E1:{text.count(chr(10)) + 1}| the end\n" in asked.text


def test_lines_told_and_left_out_add_up_to_the_whole() -> None:
    text = NOISE + LOG
    asked = question(subject(evidence=(log(text),)), 6000)
    shown = sum(line.startswith("E1:") for line in asked.text.split("\n"))
    left_out = sum(
        int(line[1:].split()[0]) for line in asked.text.split("\n") if line.endswith("left out)")
    )
    assert shown + left_out == len(text.split("\n"))


def test_of_many_captures_of_one_log_the_newest_are_told() -> None:
    logs = [
        log(f"crash {n}\n", id_=f"log-{n}", captured_at=NOW + timedelta(minutes=n))
        for n in range(9)
    ]
    assert question(subject(evidence=logs), BUDGET).numbers == ("log-8", "log-7")


def test_the_same_text_is_told_once() -> None:
    evidence = [log(id_="a"), log(id_="b", pod="cart-other"), log(id_="c", pod="cart-third")]
    assert len(question(subject(evidence=evidence), BUDGET).numbers) == 1


def test_of_a_large_manifest_its_state_and_spec_are_told_before_who_it_is() -> None:
    notes = "".join(f"    note-{n}: {'x' * 40}\n" for n in range(400))
    text = f"kind: Pod\nmetadata:\n  annotations:\n{notes}spec:\n  a: 1\nstatus:\n  b: 2\n"
    asked = question(subject(evidence=(Item("m", "manifest", "Pod/a", text),)), LEAST_BUDGET)
    assert "|   a: 1\n" in asked.text
    assert "|   b: 2\n" in asked.text
    assert "lines left out)" in asked.text


def test_of_many_events_what_they_say_is_told_before_the_rest() -> None:
    many = [events(*(f"message {n} {'word ' * 20}" for n in range(200)))]
    asked = question(subject(evidence=many), LEAST_BUDGET)
    assert "  message: 'message 0 word" in asked.text
    assert "involvedObject" not in asked.text


def test_many_causes_leave_room_for_the_evidence() -> None:
    causes = [cause(title=f"cause {n}", explanation="word " * 400) for n in range(50)]
    asked = question(subject(causes=causes), LEAST_BUDGET + 1000)
    assert "(more was found than there is room for)" in asked.text
    assert "E1:5| KeyError: 'PORT'\n" in asked.text


TEXTS = st.text(st.characters(codec="utf-8"), max_size=3000) | st.integers(1, 200).map(
    lambda n: NOISE[: n * 100]
)


# How long it takes is measured by `make bench`.
@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            Item,
            st.uuids().map(str),
            st.sampled_from(["log", "events", "manifest", "owner", "node", "usage", "read"]),
            st.sampled_from(["Pod/a", "Pod/b", "Node/n"]),
            TEXTS,
            st.sampled_from(["", "app"]),
            st.sampled_from(["", "current", "previous"]),
        ),
        max_size=15,
    ),
    st.integers(LEAST_BUDGET, 30_000),
    st.integers(0, 20),
)
def test_the_budget_holds_and_each_number_is_evidence(
    evidence: list[Item], budget: int, causes: int
) -> None:
    about = subject(evidence=evidence, causes=[cause()] * causes)
    asked = question(about, budget)
    assert tokens(asked.system) + tokens(asked.text) == asked.tokens <= budget
    by_id = {item.id: item for item in evidence}
    quoted = [line for line in asked.text.split("\n") if line.startswith("E") and ":" in line[:6]]
    for line in quoted:
        mark, _, text = line.partition("| ")
        number, colon, at = mark[1:].partition(":")
        if colon:
            source = by_id[asked.numbers[int(number) - 1]].lines[int(at) - 1]
            assert text == source or not source.isascii() or not source.isprintable()


def test_what_was_read_at_a_wish_is_numbered_on_and_quoted_whole() -> None:
    item = Item("r", "read", "Pod/cart", "a\nb", truncated=True)
    assert told(7, item) == (
        "E7| read, of Pod/cart, 2 lines, older lines were not captured\nE7:1| a\nE7:2| b"
    )


def test_tokens_of_a_call_count_all_that_it_sends() -> None:
    asked = question(subject(), BUDGET)
    reply = Reply("tools", "", (ToolCall("c", "revisions", {}),), Usage(), "m")
    alone = Prompt(asked.system, asked.text, (), (), SCHEMA, 1000)
    whole = replace(
        alone, tools=TOOLS, exchanges=(Exchange(reply, (ToolResult("c", LOG),), "again"),)
    )
    assert of_prompt(alone) >= asked.tokens
    assert of_prompt(whole) >= of_prompt(alone) + tokens(LOG)


@pytest.mark.parametrize(
    ("text", "least"),
    [("word " * 100, 100), ("0f3a9c" * 100, 250), ("连接" * 100, 190), ("{}[]" * 100, 200)],
)
def test_the_rule_of_thumb_is_on_the_safe_side(text: str, least: int) -> None:
    assert tokens(text) >= tokens(text, "openai") >= least
