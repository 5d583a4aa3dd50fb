"""What people do to a mirror while it lives: extend it, end it, cancel its run."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import WorkflowEnvironment

from kure.contracts.mirroring import EndRequest, Extended, ExtendRequest
from kure.contracts.mirrors import Phase, Verdict
from kure.errors import AccessDenied
from tests.workflows.mirror_world import FAILED, PASSED, TTL, MirrorWorld
from tests.workflows.test_mirror import MADE, OVER, said
from tests.workflows.waiting import eventually
from workflows.mirror import FAREWELL, MirrorWorkflow

Handle = WorkflowHandle[Any, Any]


async def extend(handle: Handle, seconds: int, key: str = "k1") -> Extended:
    request = ExtendRequest(ttl_seconds=seconds, by="ada", idempotency_key=key)
    return await handle.execute_update(MirrorWorkflow.extend, request, id=key)


async def end(handle: Handle, key: str = "e1") -> None:
    request = EndRequest(by="ada", idempotency_key=key)
    await handle.execute_update(MirrorWorkflow.end, request, id=key)


async def refusal(work: Any) -> tuple[str | None, str]:
    with pytest.raises(WorkflowUpdateFailedError) as raised:
        await work
    assert isinstance(raised.value.cause, ApplicationError)
    return raised.value.cause.type, raised.value.cause.message


async def kept(mirrors: MirrorWorld) -> Handle:
    """A mirror that has failed and waits for its end."""
    handle = await mirrors.start()
    mirrors.cluster.shows(FAILED)
    await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
    return handle


async def test_what_is_not_there_yet_or_no_longer_lives_is_not_extended(
    mirrors: MirrorWorld,
) -> None:
    made, deleted = asyncio.Event(), asyncio.Event()
    mirrors.cluster.on = {"deploy": made.wait, "delete": deleted.wait}
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(lambda: mirrors.cluster.called["deploy"] == 1)
        kind, text = await refusal(extend(handle, 600))
        assert (kind, text) == ("Conflict", "Only a mirror that lives can be extended.")
        made.set()
        await eventually(lambda: bool(mirrors.cluster.watched))
        await end(handle)
        await eventually(lambda: mirrors.cluster.called["delete"] == 1)
        assert (await refusal(extend(handle, 600, "k2")))[0] == "Conflict"
        deleted.set()
        await handle.result()


async def test_a_shorter_life_is_refused_and_the_same_one_changes_nothing(
    mirrors: MirrorWorld,
) -> None:
    async with mirrors.working():
        handle = await kept(mirrors)
        kind, text = await refusal(extend(handle, 100))
        assert kind == "InvalidInput"
        assert "already: ask for a longer life." in text
        same = await extend(handle, TTL, "k2")
        assert same.expires_at == mirrors.rows.newest(mirrors.id, "expires_at")
    assert mirrors.cluster.extended == []


async def test_an_end_that_cannot_be_written_is_not_moved(mirrors: MirrorWorld) -> None:
    mirrors.cluster.errors["extend"] = [AccessDenied("No right to patch pods.")]
    async with mirrors.working():
        handle = await kept(mirrors)
        before = mirrors.rows.newest(mirrors.id, "expires_at")
        refused = await refusal(extend(handle, 600))
        assert refused == ("AccessDenied", "No right to patch pods.")
        assert mirrors.rows.newest(mirrors.id, "expires_at") == before


@pytest.mark.parametrize("seconds", [900, 3600])
async def test_a_mirror_lives_as_long_as_it_was_extended(
    env: WorkflowEnvironment, mirrors: MirrorWorld, seconds: int
) -> None:
    async with mirrors.working():
        handle = await kept(mirrors)
        created_at = mirrors.rows.newest(mirrors.id, "created_at")
        extended, again = await asyncio.gather(extend(handle, seconds), extend(handle, seconds))
        assert extended == again == Extended(expires_at=created_at + timedelta(seconds=seconds))
        assert [r.expires_at for r in mirrors.cluster.extended] == [extended.expires_at]
        await env.fast_forward(handle, timedelta(seconds=TTL + 60))
        assert mirrors.cluster.deleted == []
        await env.fast_forward(handle)
    gone_at = mirrors.rows.told[-1].at
    assert -FAREWELL <= gone_at - extended.expires_at < timedelta(seconds=3)
    assert mirrors.phases == [*MADE, Phase.FAILED, *OVER]


async def test_a_watch_learns_of_the_new_end(mirrors: MirrorWorld) -> None:
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(lambda: bool(mirrors.cluster.watched))
        await extend(handle, 600)
        await eventually(lambda: len(mirrors.cluster.watched) == 2)
        first, second = mirrors.cluster.watched
        assert second.until - first.until == timedelta(seconds=600 - TTL)
        mirrors.cluster.shows(PASSED)
        await eventually(lambda: Phase.PASSED in mirrors.phases)


async def test_two_extensions_at_once_are_made_one_after_the_other(mirrors: MirrorWorld) -> None:
    async with mirrors.working():
        handle = await kept(mirrors)
        asked = [extend(handle, 600 + n, f"k{n}") for n in range(3)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        ends = [request.expires_at for request in mirrors.cluster.extended]
        assert ends == sorted(ends)
        assert mirrors.rows.newest(mirrors.id, "expires_at") == ends[-1]
        made = {answer.expires_at for answer in answers if isinstance(answer, Extended)}
        assert made == set(ends)


async def test_somebody_ends_it_before_its_verdict(mirrors: MirrorWorld) -> None:
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(lambda: bool(mirrors.cluster.watched))
        await asyncio.gather(end(handle), end(handle))
        await handle.result()
    assert said(mirrors) == (Verdict.NONE, "Ended by ada before it had shown anything")
    assert mirrors.phases[-2:] == OVER
    assert mirrors.cluster.pods == {}


async def test_somebody_ends_it_after_its_verdict(mirrors: MirrorWorld) -> None:
    async with mirrors.working():
        handle = await kept(mirrors)
        await end(handle)
        await handle.result()
    assert said(mirrors) == (Verdict.FAILED, FAILED.text)
    assert mirrors.phases == [*MADE, Phase.FAILED, *OVER]


async def test_somebody_ends_it_while_it_is_made(mirrors: MirrorWorld) -> None:
    """Whatever the cluster has made of it by then is deleted."""
    forever = asyncio.Event()
    mirrors.cluster.on["deploy"] = forever.wait
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(lambda: mirrors.cluster.called["deploy"] == 1)
        await end(handle)
        await handle.result()
    assert said(mirrors) == (Verdict.NONE, "Ended by ada")
    assert mirrors.cluster.created != []
    assert mirrors.cluster.pods == {}


@pytest.mark.parametrize("moment", ["deploy", "watch", "kept"])
async def test_a_cancelled_run_cleans_up_first(mirrors: MirrorWorld, moment: str) -> None:
    forever = asyncio.Event()
    mirrors.cluster.on = {moment: forever.wait}
    if moment == "kept":
        mirrors.cluster.shows(FAILED)
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(
            lambda: (
                bool(mirrors.cluster.called[moment])
                or any(wait.startswith("Kept until") for wait in mirrors.rows.waits)
            )
        )
        await handle.cancel()
        with pytest.raises(WorkflowFailureError) as raised:
            await handle.result()
    assert isinstance(raised.value.cause, CancelledError)
    assert mirrors.phases[-2:] == OVER
    assert mirrors.cluster.pods == {}
    assert mirrors.rows.ended == [handle.first_execution_run_id]
