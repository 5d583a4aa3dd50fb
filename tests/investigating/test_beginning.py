"""What a model is asked after a mirror has failed: first about what that mirror showed."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.models import subjects
from kure.adapters.postgres.models.settings import Current
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.investigating import BeginRequest
from kure.ids import new_id
from kure.investigating.beginning import Beginning
from kure.ports import NewEvidence
from tests.api.mirror_stage import IMAGE, put
from tests.postgres import old
from tests.postgres.old import NOW

KEYRING = Keyring((("1", b"k" * 32),))
FAILED = "UPDATE mirrors SET text = 'container app: crash loop'"
DIAGNOSED = """
    INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes, unavailable,
                           evidence_ids, created_at)
    VALUES ($1, $2, NULL, 1, 'rules', '{}', '[]', '[]', '{}', $3)
"""


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 5)
    yield pool
    await pool.close()


@pytest.fixture
async def incident(pool: Pool) -> UUID:
    found = await old.incident(pool, "open", NOW)
    await pool.execute(DIAGNOSED, new_id(), found, NOW)
    return found


def beginning(pool: Pool) -> Beginning:
    current = Current(pool, KEYRING.cipher("models"), lambda: NOW)
    return Beginning(pool, KEYRING, current, lambda: NOW)


def asked(incident: UUID, mirror_id: str | None) -> BeginRequest:
    run_id = str(new_id())
    return BeginRequest(
        incident_id=str(incident), run_id=run_id, workflow_id="w", asked_by="ada",
        mirror_id=mirror_id,
    )  # fmt: skip


async def test_it_is_asked_about_the_mirror_that_failed_and_what_that_had_changed(
    pool: Pool, incident: UUID
) -> None:
    mirror = await put(pool, KEYRING.cipher("mirrors"), str(incident), "c", "cart:2")
    await pool.execute(FAILED)
    table = EvidenceTable(pool, KEYRING.cipher("evidence"))
    for name, text in ((f"mirror/{mirror}/verdict", "port in use"), ("mirror/x/verdict", "other")):
        new = NewEvidence("worker", name, "log", "Pod/m", text, "app", "current")
        await table.save(str(incident), [new], NOW - timedelta(minutes=1))
    later = NewEvidence("agent", "crash", "log", "Pod/p", "of the original", "app", "current")
    await table.save(str(incident), [later], NOW + timedelta(minutes=1))

    request = asked(incident, mirror)
    begun = [await beginning(pool).begin(request) for _ in range(2)]
    assert (begun[0].ask, begun[0]) == (True, begun[1])
    found = await subjects.subject(pool, KEYRING.cipher("evidence"), incident, mirror)
    texts = [item.text for item in found.evidence]
    assert [text.splitlines()[0] for text in texts[1:]] == ["port in use", "of the original"]
    assert texts[0].splitlines()[1:] == [
        f'replace {IMAGE} "cart:2"',
        "The copy failed: container app: crash loop",
    ]
    without = await subjects.subject(pool, KEYRING.cipher("evidence"), incident)
    assert [item.text for item in without.evidence] == ["of the original"]


async def test_a_mirror_that_is_forgotten_by_now_holds_up_nobody(
    pool: Pool, incident: UUID
) -> None:
    begun = await beginning(pool).begin(asked(incident, str(new_id())))
    assert begun.ask
