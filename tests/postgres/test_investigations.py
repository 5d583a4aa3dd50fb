"""Investigations: one at a time for an incident, ended once, shown with what they cost, and wanted
where the settings want them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from kure.adapters.postgres import merging, retention
from kure.adapters.postgres.fixes import of_operations
from kure.adapters.postgres.models import feedback, investigations, views
from kure.adapters.postgres.models.investigations import Ending
from kure.adapters.postgres.pool import Pool, open_pool, transaction
from kure.contracts.investigating import FeedbackBody, ModelAnswer
from kure.contracts.models import Budget
from kure.domain.diagnosis.fixes import Operation
from kure.domain.retention import Record
from kure.errors import Conflict, ModelFailed, NotFound
from kure.ids import new_id
from tests.investigating.stage import (
    CIPHER,
    PLACE,
    PRICE,
    PROMPT,
    Stage,
    failing,
    investigated,
    provider,
    put,
)
from tests.postgres import old
from tests.postgres.old import NOW, ago

ANSWER = ModelAnswer(
    cause="The probe asks the wrong port.", why="It says so.", confidence="high", evidence=[],
    ruled_out=[], missing=[], fix=None,
)  # fmt: skip
INCIDENT = "SELECT * FROM incidents WHERE id = $1 FOR UPDATE"
SYMPTOM = [{"confidence": "symptom", "title": "It crashes"}]
KNOWN = [{"confidence": "likely", "title": "No memory"}]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 8)
    yield pool
    await pool.close()


async def diagnosed(pool: Pool, causes: list[dict[str, Any]], number: int = 1) -> UUID:
    incident = await old.incident(pool, "open", NOW)
    await diagnose(pool, incident, causes, number)
    return incident


async def diagnose(
    pool: Pool, incident: UUID, causes: list[dict[str, Any]], number: int = 1
) -> None:
    await pool.execute("UPDATE incidents SET diagnosing = false WHERE id = $1", incident)
    await pool.execute(
        "INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes,"
        " unavailable, evidence_ids, created_at)"
        " VALUES ($1, $2, NULL, $3, 'rules', '{}', $4, '[]', '{}', $5)",
        *(new_id(), incident, number, causes, NOW + timedelta(seconds=number)),
    )


async def is_wanted(pool: Pool, incident: UUID, at: Any = NOW) -> bool:
    async with transaction(pool) as connection:
        row = await connection.fetchrow("SELECT * FROM incidents WHERE id = $1", incident)
        return await views.wanted(connection, row, at)


async def incident_of(pool: Pool, investigation: UUID) -> UUID:
    return (await investigations.read(pool, investigation)).incident_id


async def test_one_is_under_way_for_an_incident_however_many_begin(pool: Pool) -> None:
    incident = await old.incident(pool, "open", NOW)
    found = await asyncio.gather(*(investigated(pool, incident) for _ in range(8)))
    assert len(set(found)) == 1
    with pytest.raises(NotFound):
        await investigated(pool, new_id())


async def test_a_run_that_repeats_itself_finds_its_own_though_it_is_over(pool: Pool) -> None:
    incident, run = await old.incident(pool, "open", NOW), new_id()
    first = await investigated(pool, incident, run)
    await investigations.finish(pool, CIPHER, first, Ending(text="No."), NOW)
    assert await investigated(pool, incident, run) == first
    assert await investigated(pool, incident) != first


async def test_the_first_question_stands_and_is_stored_sealed(pool: Pool) -> None:
    of = await investigated(pool)
    await investigations.keep_question(pool, CIPHER, of, {"text": "hunter2"}, "f1")
    await investigations.keep_question(pool, CIPHER, of, {"text": "other"}, "f2")
    assert await investigations.question(pool, CIPHER, of) == {"text": "hunter2"}
    row = await pool.fetchrow("SELECT sealed, fingerprint FROM investigations")
    assert row["fingerprint"] == "f1"
    assert b"hunter2" not in row["sealed"]


async def test_an_answer_is_kept_once_and_told_with_its_fix_and_its_cost(pool: Pool) -> None:
    stage = Stage(pool)
    await put(pool, provider("a"), provider("b", price=PRICE))
    stage.model("a", failing("down")), stage.model("b")
    of = await investigated(pool)
    incident = await incident_of(pool, of)
    await stage.worker().ask(of, 1, PROMPT, PLACE)
    fix = of_operations("One port", [Operation("replace", "/spec/x", 1)], "model")
    ending = Ending(ANSWER, fix=fix, checked="dry run")
    await investigations.finish(pool, CIPHER, of, ending, NOW)
    await investigations.finish(pool, CIPHER, of, Ending(text="late"), NOW)
    view = await views.newest(pool, incident)
    assert view is not None
    assert (view.state, view.answer, view.fix_checked) == ("answered", ANSWER, "dry run")
    assert (view.provider, view.model, view.usd) == ("b", "small-1", Decimal("0.11"))
    assert [(one.provider, one.state) for one in view.calls] == [("a", "failed"), ("b", "answered")]
    assert (view.turns, view.fix_id is not None, view.next_try_at) == (1, True, None)
    topics = await pool.fetch("SELECT topic, payload FROM ui_events ORDER BY seq DESC LIMIT 2")
    assert [row["topic"] for row in topics] == ["incident.updated", "diagnosis.ready"]
    assert topics[1]["payload"]["source"] == "model"
    told = await pool.fetch("SELECT what, text FROM timeline WHERE what = 'model answered'")
    assert [row["text"] for row in told] == ["small-1: The probe asks the wrong port."]
    assert await pool.fetchval("SELECT source FROM fixes") == "model"


async def test_why_there_is_no_answer_is_told(pool: Pool) -> None:
    of = await investigated(pool)
    await investigations.finish(pool, CIPHER, of, Ending(text="The day's budget is spent."), NOW)
    view = await views.newest(pool, await incident_of(pool, of))
    assert view is not None
    assert (view.state, view.text) == ("unanswered", "The day's budget is spent.")
    assert (view.provider, view.turns, view.usd, view.ended_at) == ("", 0, Decimal(), NOW)


async def test_while_all_providers_are_left_alone_the_next_try_is_shown(pool: Pool) -> None:
    stage = Stage(pool)
    await put(pool, provider("a"), provider("b"), provider("c", enabled=False))
    stage.model("a", failing("key")), stage.model("b", failing("busy", retry_after=60))
    of = await investigated(pool)
    with pytest.raises(ModelFailed, match="No model answers"):
        await stage.worker().ask(of, 1, PROMPT, PLACE)
    view = await views.newest(pool, await incident_of(pool, of))
    assert view is not None
    assert view.next_try_at == NOW + timedelta(seconds=60)


async def test_the_same_evidence_is_answered_from_before_for_a_day(pool: Pool) -> None:
    first = await investigated(pool)
    incident = await incident_of(pool, first)
    await investigations.keep_question(pool, CIPHER, first, {}, "same")
    await investigations.finish(pool, CIPHER, first, Ending(ANSWER), NOW)
    later = NOW + timedelta(hours=23)
    second = await investigated(pool, incident)
    assert not await investigations.answer_from_earlier(pool, second, "other", later)
    assert not await investigations.answer_from_earlier(pool, second, "", later)
    assert await investigations.answer_from_earlier(pool, second, "same", later)
    view = await views.newest(pool, incident)
    assert view is not None
    assert (view.answer, view.answered_before) == (ANSWER, True)
    third = await investigated(pool, incident)
    much_later = NOW + timedelta(hours=24)
    assert not await investigations.answer_from_earlier(pool, third, "same", much_later)
    elsewhere = await investigated(pool)
    assert not await investigations.answer_from_earlier(pool, elsewhere, "same", later)


async def test_what_the_rules_leave_open_is_asked_once(pool: Pool) -> None:
    open_, known = await diagnosed(pool, SYMPTOM), await diagnosed(pool, KNOWN)
    nothing = await diagnosed(pool, [])
    assert not await is_wanted(pool, open_), "nobody is set up"
    await put(pool, provider("a", enabled=False))
    assert not await is_wanted(pool, open_)
    await put(pool, provider("a"))
    assert await is_wanted(pool, open_)
    assert await is_wanted(pool, nothing)
    assert not await is_wanted(pool, known)
    await put(pool, provider("a"), ask="on_request")
    assert not await is_wanted(pool, open_)
    await put(pool, provider("a"), ask="always")
    assert await is_wanted(pool, known)

    of = await investigated(pool, open_)
    assert not await is_wanted(pool, open_), "it is being asked"
    await investigations.finish(pool, CIPHER, of, Ending(ANSWER), NOW)
    assert not await is_wanted(pool, open_), "it was answered"
    await diagnose(pool, open_, SYMPTOM, 2)
    assert await is_wanted(pool, open_), "something else fails"


@pytest.mark.parametrize(
    "change",
    [
        "status = 'ignored', ignored_by = 'ada'",
        "status = 'resolved', resolved_at = now(), resolution = 'person'",
        "diagnosing = true",
    ],
)
async def test_nothing_is_wanted_of_what_nobody_looks_at(pool: Pool, change: str) -> None:
    incident = await diagnosed(pool, SYMPTOM)
    await put(pool, provider("a"))
    await pool.execute(f"UPDATE incidents SET {change}")
    assert not await is_wanted(pool, incident)


async def test_nothing_is_wanted_where_nothing_fails_any_more(pool: Pool) -> None:
    incident = await diagnosed(pool, SYMPTOM)
    await put(pool, provider("a"))
    await pool.execute("UPDATE failed_pods SET state = 'healthy'")
    assert not await is_wanted(pool, incident)


async def test_one_that_could_not_begin_is_wanted_again_the_next_day_or_with_other_settings(
    pool: Pool,
) -> None:
    incident, stage = await diagnosed(pool, SYMPTOM), Stage(pool)
    await put(pool, provider("a"), budget=Budget(calls=0))
    stage.model("a")
    of = await investigated(pool, incident)
    with pytest.raises(Conflict):
        await stage.worker().ask(of, 1, PROMPT, PLACE)
    await investigations.finish(pool, CIPHER, of, Ending(text="No."), NOW + timedelta(seconds=1))
    assert not await is_wanted(pool, incident, NOW + timedelta(hours=11))
    assert await is_wanted(pool, incident, NOW + timedelta(hours=12))
    await pool.execute("UPDATE admin_config SET changed_at = $1", NOW + timedelta(seconds=2))
    assert await is_wanted(pool, incident, NOW + timedelta(hours=1))


async def test_one_word_of_each_person_counts(pool: Pool) -> None:
    incident = await diagnosed(pool, SYMPTOM)
    of = await investigated(pool, incident)
    right, wrong = (FeedbackBody(about="model", right=is_right) for is_right in (True, False))
    with pytest.raises(NotFound, match="no answer of a model"):
        await feedback.give(pool, incident, right, "ada", NOW)
    await investigations.finish(pool, CIPHER, of, Ending(ANSWER), NOW)
    await feedback.give(pool, incident, right, "ada", NOW)
    await feedback.give(pool, incident, wrong, "ada", NOW + timedelta(seconds=1))
    await feedback.give(pool, incident, FeedbackBody(about="rules", right=True), "ada", NOW)
    rows = await pool.fetch("SELECT about, is_right FROM feedback ORDER BY about")
    assert [(row["about"], row["is_right"]) for row in rows] == [("model", False), ("rules", True)]
    view = await views.newest(pool, incident)
    assert view is not None
    assert view.right is False


async def test_what_becomes_part_of_another_incident_takes_its_answers_along(pool: Pool) -> None:
    source, target = await old.incident(pool, "open", NOW), await old.incident(pool, "open", NOW)
    answered = await investigated(pool, source)
    await investigations.finish(pool, CIPHER, answered, Ending(ANSWER), NOW)
    await feedback.give(pool, source, FeedbackBody(about="model", right=True), "ada", NOW)
    under_way, of_target = await investigated(pool, source), await investigated(pool, target)
    async with transaction(pool) as connection:
        from_ = await connection.fetchrow(INCIDENT, source)
        to = await connection.fetchrow(INCIDENT, target)
        pod = await connection.fetchrow("SELECT * FROM failed_pods WHERE incident_id = $1", source)
        assert (await merging.move(connection, pod, from_, to, NOW)).is_whole
    found = await pool.fetch("SELECT id, incident_id, state FROM investigations")
    assert {row["incident_id"] for row in found} == {target}
    assert {row["id"]: row["state"] for row in found} == {
        answered: "answered", under_way: "unanswered", of_target: "asking",
    }  # fmt: skip
    assert await pool.fetchval("SELECT incident_id FROM feedback") == target
    await investigations.finish(pool, CIPHER, under_way, Ending(ANSWER), NOW)
    assert (await investigations.read(pool, under_way)).text.endswith("part of another one.")


async def test_old_ones_go_but_the_newest_of_an_open_incident_and_the_calls_of_today(
    pool: Pool,
) -> None:
    stage = Stage(pool)
    await put(pool, provider("a"))
    stage.model("a")
    incident = await old.incident(pool, "open", ago(60))
    for days in (50, 40):
        stage.clock.now = ago(days)
        of = await investigated(pool, incident)
        await stage.worker().ask(of, 1, PROMPT, PLACE)
        await investigations.finish(pool, CIPHER, of, Ending(ANSWER), ago(days))
    await pool.execute(
        "INSERT INTO model_calls (id, turn, attempt, provider, model, state, asked_at, ended_at)"
        " SELECT gen_random_uuid(), 1, 1, 'a', 'small', 'answered', at, at"
        " FROM unnest($1::timestamptz[]) AS at",
        [ago(31), ago(1.01), ago(0.49)],
    )
    assert await retention.delete_some(pool, Record.RUN, ago(30)) == (3, False)
    assert await pool.fetchval("SELECT id FROM investigations") == of
    assert await pool.fetchval("SELECT count(*) FROM model_calls") == 3
    # The shortest time that may be set.
    assert await retention.delete_some(pool, Record.RUN, ago(1)) == (1, False)
    kept = await pool.fetch("SELECT asked_at FROM model_calls ORDER BY asked_at")
    assert [row["asked_at"] for row in kept] == [ago(40), ago(0.49)]
