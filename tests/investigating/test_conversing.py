"""A conversation rebuilt from what is stored says, turn by turn, what was said before."""

import json
from dataclasses import replace
from typing import Any

import pytest

from kure.contracts.investigating import Past, Read
from kure.domain.models.answer import Answer, Unusable
from kure.domain.models.conversation import Reply, Stop, ToolCall, Usage
from kure.domain.models.hiding import Names
from kure.domain.models.prompt import question
from kure.domain.models.subject import Item, Subject
from kure.domain.redact import Redactor
from kure.investigating import saying
from kure.investigating.conversing import Conversation, Turn, kept
from tests.models.saying import ANSWER
from tests.unit.models.asked import CART, LOG, cause, log, owner

KEY = b"k" * 32
REDACTOR = Redactor(KEY)
SUBJECT = Subject(CART, (cause(),), evidence=(log(), owner()))


def conversation(*turns: Turn, hidden: bool = False, budget: int = 20_000) -> Conversation:
    names = Names.of(SUBJECT, KEY) if hidden else None
    asked = question(names.hidden(SUBJECT) if names else SUBJECT, budget)
    return Conversation(kept(asked, names), CART, KEY, turns)


def said(text: str = "", *calls: ToolCall, **change: Any) -> Reply:
    stop: Stop = "tools" if calls else "answer"
    return replace(Reply(stop, text, calls, Usage(), "small"), **change)


def wish(number: int, **arguments: Any) -> ToolCall:
    return ToolCall(f"call_1_{number}", "logs", arguments)


def read(text: str = "it waits for db", id_: str = "read-1") -> Turn:
    """Two wishes: one was read, one was refused."""
    item = Item(id_, "read", "Pod/cart-db-0", text)
    past = Past(
        reads=[
            Read(call_id="call_1_1", evidence_id=id_),
            Read(call_id="call_1_2", refusal="There is no such pod."),
        ]
    )
    return Turn(said("", wish(1), wish(2), wish(3)), past, {id_: item})


def answer(**change: Any) -> str:
    return json.dumps(ANSWER | {"confidence": "high"} | change)


def refers_to(number: int, line: int) -> Reply:
    return said(answer(evidence=[{"evidence": number, "line": line}]))


def test_the_first_turn_asks_the_question_alone_and_the_last_has_no_tools() -> None:
    prompt = conversation().prompt(is_last=False)
    assert (prompt.exchanges, bool(prompt.tools)) == ((), True)
    assert conversation().prompt(is_last=True).tools == ()


def test_what_was_read_goes_on_with_the_numbers_and_each_wish_has_its_result() -> None:
    first, second = read(), read("db is not there", "read-2")
    prompt = conversation(first, second).prompt(is_last=False)
    texts = [[result.text for result in one.results] for one in prompt.exchanges]
    assert [len(results) for results in texts] == [3, 3]
    assert texts[0][0].endswith("E3:1| it waits for db")
    assert texts[0][1].endswith("U| There is no such pod.")
    assert "at most 4 a turn" in texts[0][2]
    assert texts[1][0].endswith("E4:1| db is not there")
    before = conversation(first).prompt(is_last=False)
    assert prompt.exchanges[: len(before.exchanges)] == before.exchanges
    assert (prompt.system, prompt.question) == (before.system, before.question)


def test_what_is_not_kept_any_more_keeps_its_number() -> None:
    first = replace(read(), read={})
    prompt = conversation(first, read("db is not there", "read-2")).prompt(is_last=False)
    texts = [one.results[0].text for one in prompt.exchanges]
    assert "not kept any more" in texts[0]
    assert texts[1].endswith("E4:1| db is not there")


def test_a_correction_says_what_was_wrong() -> None:
    wrong = Turn(said("no JSON"), Past(correction="the answer is no JSON"), {})
    [exchange] = conversation(wrong).prompt(is_last=False).exchanges
    assert "U| the answer is no JSON" in exchange.correction


@pytest.mark.parametrize(
    ("number", "line", "text"),
    [(1, 5, "KeyError: 'PORT'"), (3, 1, "it waits for db")],
    ids=["of the question", "of what was read"],
)
def test_an_answer_may_refer_to_what_the_model_was_shown(number: int, line: int, text: str) -> None:
    found = conversation(read()).answer(refers_to(number, line))
    assert isinstance(found, Answer), found
    assert [one.text for one in found.evidence] == [text]


@pytest.mark.parametrize(("number", "line"), [(1, 99), (4, 1), (3, 2), (0, 1)])
def test_an_answer_may_not_refer_to_what_is_not_there(number: int, line: int) -> None:
    assert isinstance(conversation(read()).answer(refers_to(number, line)), Unusable)


def test_nor_to_a_line_that_was_left_out_for_room() -> None:
    long = replace(SUBJECT, evidence=(log("\n".join(f"line {n}" for n in range(9000)) + LOG),))
    asked = question(long, 4000)
    assert "lines left out" in asked.text
    talk = Conversation(kept(asked, None), CART, KEY)
    shown = {int(line.split("|")[0][3:]) for line in asked.text.splitlines() if "E1:" in line[:3]}
    unseen = min(set(range(1, 9000)) - shown)
    assert isinstance(talk.answer(refers_to(1, min(shown))), Answer)
    assert isinstance(talk.answer(refers_to(1, unseen)), Unusable)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (said("", stop="refused"), "does not want"),
        (said('{"cause": "it', stop="length"), "cut off"),
        (said("", wish(1)), "last turn"),
        (said("I think it is the port."), "no JSON"),
    ],
)
def test_why_an_answer_cannot_be_used(reply: Reply, why: str) -> None:
    found = saying.asked(conversation(), reply, REDACTOR, is_last=True)
    assert found.state == "unusable"
    assert why in found.text


def test_hidden_names_stay_hidden_in_what_was_read_and_come_back_in_the_answer() -> None:
    talk = conversation(read("db of Pod/cart-db-0 is away"), hidden=True)
    prompt = talk.prompt(is_last=False)
    for text in (prompt.question, prompt.exchanges[0].results[0].text):
        assert "cart" not in text
        assert "[redacted:name:" in text
    names = Names.of(SUBJECT, KEY)
    told = names.text("cart")
    found = talk.answer(said(answer(cause=f"{told} has no PORT.", confidence="low")))
    assert isinstance(found, Answer), found
    assert found.cause == "cart has no PORT."
    [call] = talk.wishes(said("", wish(1, pod=told)))
    assert call.arguments == {"pod": "cart"}


def test_wishes_are_bounded_on_their_way_to_a_workflow() -> None:
    calls = [ToolCall(f"call_1_{n}", "logs", {"pod": "x" * 9000 if n else "a"}) for n in range(40)]
    found = saying.asked(conversation(), said("", *calls), REDACTOR, is_last=False)
    assert [bool(one.arguments) for one in found.wishes] == [True] + [False] * 15
