"""What fails on a real node is told, with its owner: a case is data in tests/cases/live/failing.

Here the first case of each kind of failure and owner is played; `make accuracy` plays all of them.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from kure.adapters.cluster.credentials import Access
from kure.settings import Settings
from tests.agent.recording_api import Told
from tests.cluster.live.graces import SHORT
from tests.cluster.live.shorthand import CASES, Case, cases_of
from tests.cluster.live.stage import Stage, owners_of, stage

pytestmark = pytest.mark.cluster


def one_of_each(cases: list[Case]) -> list[Case]:
    """The first of those that are told alike."""
    found: dict[tuple[str, ...], Case] = {}
    for case in cases:
        expect = case.data["expect"]
        found.setdefault((*expect["classes"], expect["owner"]["kind"]), case)
    return list(found.values())


FAILING = one_of_each(cases_of(*sorted((CASES / "failing").glob("*.yaml"))))

# Cases that are played at the same time: their pods fit on the node, with room for others'.
AT_ONCE = 70

# A case says within how many seconds it is told on a node with little else to do.
BUSY = 6


class Judged:
    """All cases, each being played or over."""

    def __init__(self, on: Stage) -> None:
        self._stage = on
        self._room = asyncio.Semaphore(AT_ONCE)
        # What takes long begins first.
        order = sorted(FAILING, key=lambda case: -case.data["expect"]["within"])
        self._tasks = {case.id: asyncio.create_task(self._judge(case)) for case in order}

    async def told(self, case: Case) -> list[Told]:
        """What was told of its failures until the expected one came, or its time was over."""
        return await self._tasks[case.id]

    async def over(self) -> None:
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _judge(self, case: Case) -> list[Told]:
        expect = case.data["expect"]
        async with self._room:
            try:
                await self._stage.play(case)
                with suppress(TimeoutError):  # the test says what was told instead
                    await self._stage.told(case, expect["classes"], expect["within"] * BUSY)
                return self._stage.failed(case)
            finally:
                await self._stage.hands.tear_down(case)


@pytest.fixture(scope="module")
async def judged(
    agent_settings: Settings, admin_settings: Settings, admin_access: Access
) -> AsyncIterator[Judged]:
    async with stage(agent_settings, admin_settings, admin_access, SHORT) as on:
        cases = Judged(on)
        yield cases
        await cases.over()


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in FAILING])
async def test_it_is_told_with_its_owner(case: Case, judged: Judged) -> None:
    expect = case.data["expect"]
    reports = await judged.told(case)
    told = [(one.classes, owners_of([one])) for one in reports]
    wanted = [one for one in reports if {*one.classes} & {*expect["classes"]}]
    assert wanted, f"in {case.namespace}, told instead: {told}"
    owner = (expect["owner"]["kind"], expect["owner"]["name"])
    others = {(other["kind"], other["name"]) for other in expect.get("also", [])}
    assert owner in owners_of(wanted) <= {owner} | others, told
    assert owners_of(reports) <= {owner} | others, told
    blamed = {failure.get("container", "") for one in wanted for failure in one.body["failures"]}
    assert expect.get("container", "") in blamed | {""}
