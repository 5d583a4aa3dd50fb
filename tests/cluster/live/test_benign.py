"""What is well on a real node is not told: a case is data in tests/cases/live/benign.

Here every third case is played; `make accuracy` plays all of them.
"""

from collections.abc import AsyncIterator

import pytest

from kure.adapters.cluster.credentials import Access
from kure.settings import Settings
from tests.cluster.live.benign import Played
from tests.cluster.live.graces import LONG
from tests.cluster.live.shorthand import CASES, Case, cases_of
from tests.cluster.live.stage import stage

pytestmark = pytest.mark.cluster

BENIGN = cases_of(*sorted((CASES / "benign").glob("*.yaml")))[::3]


@pytest.fixture(scope="module")
async def played(
    agent_settings: Settings, admin_settings: Settings, admin_access: Access
) -> AsyncIterator[Played]:
    async with stage(agent_settings, admin_settings, admin_access, LONG) as on:
        cases = Played(on, BENIGN)
        yield cases
        await cases.tear_down()


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in BENIGN])
async def test_nothing_is_told_of_it(case: Case, played: Played) -> None:
    await played.over(case)
    assert [(one.body["name"], one.body["failures"]) for one in played.stage.failed(case)] == []
