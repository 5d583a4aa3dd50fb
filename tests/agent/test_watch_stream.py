"""List, watch, resume, list again: against an API server that can be told to misbehave."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from kure.adapters.cluster import watch as watch_module
from kure.adapters.cluster.client import connect
from kure.adapters.cluster.watch import Change, Deleted, Seen, Synced, Watch
from kure.domain import manifests
from tests.agent.api_server import (
    Answer,
    FakeApiServer,
    bookmark,
    error_event,
    event,
    fake_api_server,
    page,
    pod,
    refuse,
    settings_for,
    stream,
    write_kubeconfig,
)

PODS = "/api/v1/pods"
PATIENCE = 15


@pytest.fixture
async def server() -> AsyncIterator[FakeApiServer]:
    async with fake_api_server() as running:
        yield running


@pytest.fixture
async def watch(server: FakeApiServer, tmp_path: Path) -> AsyncIterator[Watch]:
    async with connect(settings_for(server.url, tmp_path)) as cluster:
        yield Watch(cluster, PODS)


@pytest.fixture
async def told(watch: Watch) -> AsyncIterator["Told"]:
    async with aclosing(watch.changes()) as changes:
        yield Told(changes)


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator["Said"]:
    """What the watch logs, and a way to wait for it."""
    logger, handler = logging.getLogger("kure.adapters.cluster.watch"), Said()
    caplog.set_level(logging.INFO, logger.name)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


class Said(logging.Handler):
    """The beginnings of the lines that were logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.something = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().partition(":")[0])
        self.something.set()


class Told:
    """What a watch tells, one change after another."""

    def __init__(self, changes: AsyncGenerator[Change]) -> None:
        self._changes = changes

    async def next(self) -> Change:
        return await asyncio.wait_for(anext(self._changes), PATIENCE)

    async def next_after_a_problem(self, said: Said, problem: Callable[[], str | None]) -> str:
        """The problem that is said before the next change; `coming` is that change."""
        self.coming = asyncio.create_task(self.next())
        await asyncio.wait_for(said.something.wait(), PATIENCE)
        return problem() or ""

    async def names(self, count: int) -> list[str]:
        return [short(await self.next()) for _ in range(count)]


def short(change: Change) -> str:
    match change:
        case Synced():
            return "synced"
        case Seen(obj):
            return f"seen {manifests.name(obj)}@{manifests.resource_version(obj)}"
        case Deleted(obj):
            return f"deleted {manifests.name(obj)}"


async def test_a_list_is_followed_by_changes(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.append(page([pod("a", 1), pod("b", 2)], version=5))
    server.watches.append(
        stream(
            event("ADDED", pod("c", 6)),
            event("MODIFIED", pod("a", 7)),
            event("DELETED", pod("b", 8)),
        )
    )
    assert await told.names(6) == [
        *("seen a@1", "seen b@2", "synced", "seen c@6", "seen a@7", "deleted b")
    ]
    asked = server.asked_for(watch=True)[0].query
    assert (asked["resourceVersion"], asked["allowWatchBookmarks"]) == ("5", "true")
    assert 240 <= int(asked["timeoutSeconds"]) <= 480


async def test_pages_are_followed_and_items_get_their_kind(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.extend([page([pod("a", 1)], 5, more="next"), page([pod("b", 2)], 5)])
    first = await told.next()
    assert isinstance(first, Seen)
    assert (first.object["kind"], first.object["apiVersion"]) == ("Pod", "v1")
    assert await told.names(2) == ["seen b@2", "synced"]
    queries = [asked.query for asked in server.asked_for(watch=False)]
    assert queries == [{"limit": "500"}, {"limit": "500", "continue": "next"}]


async def test_a_page_token_that_is_too_old_begins_the_list_again(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.extend(
        [
            page([pod("a", 1)], 5, more="next"),
            refuse(410, "The provided continue parameter is too old"),
            page([pod("b", 2)], 9),
        ]
    )
    assert await told.names(4) == ["seen a@1", "seen b@2", "deleted a", "synced"]
    assert watch.problem is None


async def test_a_lost_connection_is_resumed_from_the_last_bookmark_without_a_list(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.append(page([pod("a", 1)], version=5))
    server.watches.extend(
        [stream(bookmark(17), end="close"), stream(event("MODIFIED", pod("a", 18)))]
    )
    assert await told.names(3) == ["seen a@1", "synced", "seen a@18"]
    assert [asked.query["resourceVersion"] for asked in server.asked_for(watch=True)] == ["5", "17"]
    assert len(server.asked_for(watch=False)) == 1


async def test_a_line_that_was_cut_off_is_told_whole_after_the_resume(
    server: FakeApiServer, watch: Watch, told: Told, said: Said
) -> None:
    whole = event("MODIFIED", pod("a", 7))
    server.watches.extend(
        [stream(event("ADDED", pod("a", 6)), tail=whole[:50], end="cut"), stream(whole)]
    )
    assert await told.names(3) == ["synced", "seen a@6", "seen a@7"]
    assert server.asked_for(watch=True)[1].query["resourceVersion"] == "6"
    assert (watch.problem, said.lines) == (None, [])


@pytest.mark.parametrize(
    "too_old",
    [
        pytest.param(refuse(410, "too old resource version"), id="as the answer"),
        pytest.param(stream(error_event(410, "too old resource version")), id="in the stream"),
    ],
)
async def test_a_410_is_answered_with_a_list_that_tells_what_went_meanwhile(
    server: FakeApiServer, watch: Watch, told: Told, too_old: Answer
) -> None:
    server.lists.extend([page([pod("a", 1), pod("b", 2)], 5), page([pod("b", 2), pod("c", 8)], 9)])
    server.watches.extend([too_old, stream(event("MODIFIED", pod("b", 10)))])
    assert await told.names(3) == ["seen a@1", "seen b@2", "synced"]
    assert short(await told.next()) == "seen c@8"
    gone = await told.next()
    assert gone == Deleted({"metadata": {"namespace": "shop", "name": "a", "uid": "uid-a"}})
    assert await told.names(2) == ["synced", "seen b@10"]
    assert server.asked_for(watch=True)[1].query["resourceVersion"] == "9"


async def test_other_errors_in_the_stream_are_resumed(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.append(page([], version=5))
    server.watches.extend(
        [
            stream(error_event(500, "etcd had a bad day")),
            stream(b"<html>no JSON</html>"),
            stream(event("ADDED", pod("a", 6))),
        ]
    )
    assert await told.names(2) == ["synced", "seen a@6"]
    assert len(server.asked_for(watch=False)) == 1


async def test_an_error_that_a_resume_meets_again_and_again_is_answered_with_a_list(
    server: FakeApiServer, told: Told
) -> None:
    bad = stream(error_event(500, "etcd had a bad day"))
    server.lists.append(page([], version=5))
    server.watches.extend([bad, bad, bad, bad])
    assert await told.names(2) == ["synced", "synced"]


async def test_a_watch_that_told_nothing_in_its_whole_time_is_answered_with_a_list(
    server: FakeApiServer, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A version from a store that is no more gives a watch that is silent for ever."""
    monkeypatch.setattr(watch_module, "SHORTEST", watch_module.GRACE_SECONDS)
    server.watches.append(stream(end="close"))
    assert await told.names(2) == ["synced", "synced"]


async def test_a_watch_that_ends_at_once_is_resumed_without_a_list(
    server: FakeApiServer, told: Told
) -> None:
    server.watches.extend([stream(end="close"), stream(event("ADDED", pod("a", 7)))])
    assert await told.names(2) == ["synced", "seen a@7"]


async def test_the_server_is_left_alone_for_as_long_as_it_asks(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.append(refuse(429, "too many requests", Retry_After="1"))
    assert await told.names(1) == ["synced"]
    first, second = server.asked_for(watch=False)
    assert second.at - first.at >= 1


async def test_a_missing_right_is_said_once_and_so_is_its_return(
    server: FakeApiServer, watch: Watch, told: Told, said: Said
) -> None:
    forbidden = refuse(403, "pods is forbidden: User x cannot list")
    server.lists.extend([forbidden, forbidden, forbidden])
    problem = await told.next_after_a_problem(said, lambda: watch.problem)
    assert problem.startswith(
        "Cannot list /api/v1/pods: the API server answered 403 (pods is forbidden: User x cannot "
        "list); grant this right to the account of the kubeconfig"
    )
    assert await told.coming == Synced()
    server.watches.append(stream(event("ADDED", pod("a", 2))))
    assert await told.names(1) == ["seen a@2"]
    assert watch.problem is None
    assert said.lines == ["Cannot list /api/v1/pods", "Watching /api/v1/pods again"]


async def test_a_right_that_is_lost_during_the_watch_needs_no_list_when_it_is_back(
    server: FakeApiServer, watch: Watch, told: Told
) -> None:
    server.lists.append(page([], version=5))
    server.watches.extend(
        [
            stream(bookmark(6), end="close"),
            refuse(403, "pods is forbidden"),
            stream(event("ADDED", pod("a", 7))),
        ]
    )
    assert await told.names(2) == ["synced", "seen a@7"]
    assert len(server.asked_for(watch=False)) == 1


async def test_a_cluster_that_goes_away_and_comes_back_is_resumed(
    server: FakeApiServer, watch: Watch, told: Told, said: Said
) -> None:
    server.lists.append(page([], version=5))
    server.watches.append(stream(event("ADDED", pod("a", 6))))
    assert await told.names(2) == ["synced", "seen a@6"]
    await server.stop()
    problem = await told.next_after_a_problem(said, lambda: watch.problem)
    assert f"{server.url} does not answer" in problem
    server.watches.append(stream(event("MODIFIED", pod("a", 7))))
    await server.start()
    assert short(await told.coming) == "seen a@7"
    assert watch.problem is None
    assert len(server.asked_for(watch=False)) == 1


async def test_an_object_of_several_megabytes_is_one_line(
    server: FakeApiServer, told: Told
) -> None:
    big = pod("a", 6, message="x" * 3_000_000)
    server.watches.append(stream(event("ADDED", big), event("DELETED", pod("a", 7))))
    assert await told.names(1) == ["synced"]
    seen = await told.next()
    assert isinstance(seen, Seen)
    assert len(seen.object["status"]["message"]) == 3_000_000
    assert await told.names(1) == ["deleted a"]


async def test_a_refused_token_is_read_again_from_the_kubeconfig(
    server: FakeApiServer, watch: Watch, told: Told, tmp_path: Path
) -> None:
    server.token = "second-token"
    write_kubeconfig(tmp_path / "kubeconfig", server.url, "second-token")
    assert await told.names(1) == ["synced"]
    assert watch.problem is None


async def test_a_token_that_stays_refused_is_said(
    server: FakeApiServer, watch: Watch, told: Told, said: Said
) -> None:
    server.token = "second-token"
    problem = await told.next_after_a_problem(said, lambda: watch.problem)
    assert "it does not accept the credentials of the kubeconfig" in problem
    assert "-token" not in problem
    told.coming.cancel()


@pytest.mark.parametrize(("optional", "problems"), [(True, 0), (False, 1)])
async def test_a_kind_that_the_cluster_is_without_is_a_problem_unless_it_may_be(
    server: FakeApiServer, tmp_path: Path, said: Said, optional: bool, problems: int
) -> None:
    absent = refuse(404, "the server could not find the requested resource")
    server.lists.append(absent)
    async with connect(settings_for(server.url, tmp_path)) as cluster:
        watch = Watch(cluster, PODS, optional=optional)
        async with aclosing(watch.changes()) as changes:
            coming = asyncio.create_task(anext(changes))
            await asyncio.wait_for(watch.settled.wait(), PATIENCE)
            assert watch.is_refused
            assert (len(said.lines), bool(watch.problem)) == (problems, bool(problems))
            server.lists.append(page([pod("a", 1)], 5))
            assert short(await asyncio.wait_for(coming, PATIENCE)) == "seen a@1"
