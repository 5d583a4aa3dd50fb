"""Lists, single objects and logs of a recorded cluster."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from kure.adapters.cluster.client import METADATA, METADATA_LIST, READ, KubeCluster
from kure.adapters.cluster.credentials import read_access
from kure.domain import manifests
from kure.errors import ClusterUnavailable, NotFound
from kure.recording.kinds import LATER, Resource
from kure.settings import Settings

PODS = "/api/v1/namespaces/shop/pods"


async def names(cluster: KubeCluster, path: str, **query: str) -> list[str]:
    return [manifests.name(item) async for item in cluster.list(path, query)]


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("app=web", ["web-0", "web-1"]),
        ("app==web,tier=front", ["web-0"]),
        ("app!=web", ["db-0"]),
        ("app in (db, cache)", ["db-0"]),
        ("app notin (db),tier", ["web-0"]),
        ("!tier", ["db-0", "web-1"]),
        ("app=none", []),
    ],
)
async def test_labels_select(cluster: KubeCluster, selector: str, found: list[str]) -> None:
    assert await names(cluster, PODS, labelSelector=selector) == found


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ("metadata.name=web-0", 1),
        ("spec.nodeName=node-1,metadata.namespace=shop", 3),
        ("spec.nodeName=", 0),
        ("status.phase!=Running", 0),
    ],
)
async def test_fields_select(cluster: KubeCluster, selector: str, count: int) -> None:
    assert len(await names(cluster, "/api/v1/pods", fieldSelector=selector)) == count


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"fieldSelector": "spec.colour=red"}, 'field label not supported: "spec.colour"'),
        ({"fieldSelector": "nonsense"}, "invalid selector"),
        ({"labelSelector": "a b c"}, "unable to parse requirement"),
        ({"continue": "bm9uZQ=="}, "continue key is not valid"),
    ],
)
async def test_a_query_that_cannot_be_read_is_refused(
    cluster: KubeCluster, query: dict[str, str], said: str
) -> None:
    with pytest.raises(ClusterUnavailable, match=said):
        await names(cluster, PODS, **query)


async def test_a_list_comes_in_pages_that_show_one_state(cluster: KubeCluster) -> None:
    pages = [page async for page in cluster.pages("/api/v1/pods", {"limit": "3"})]
    assert [len(page.items) for page in pages] == [3, 1]
    assert len({page.resource_version for page in pages}) == 1


async def test_metadata_alone_can_be_asked_for(cluster: KubeCluster) -> None:
    pages = [page async for page in cluster.pages(PODS, accept=METADATA_LIST)]
    assert {tuple(item) for page in pages for item in page.items} == {
        ("kind", "apiVersion", "metadata")
    }
    async with cluster.open("read", f"{PODS}/web-0", {}, READ, accept=METADATA) as answer:
        assert set(await answer.json()) == {"kind", "apiVersion", "metadata"}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"{PODS}/none", 'pods "none" not found'),
        ("/apis/example.com/v1/things", "could not find the requested resource"),
        (f"{PODS}/web-0/exec", "could not find the requested resource"),
    ],
)
async def test_what_is_not_there_is_not_found(cluster: KubeCluster, path: str, said: str) -> None:
    with pytest.raises(NotFound, match=said):
        await cluster.get(path)


@pytest.mark.parametrize("resource", LATER, ids=lambda resource: resource.plural)
async def test_a_kind_that_a_recording_does_not_know_is_there_and_empty(
    cluster: KubeCluster, resource: Resource
) -> None:
    assert await names(cluster, resource.path) == []
    told = await cluster.get(resource.group_path)
    assert [each["kind"] for each in told["resources"] if each["name"] == resource.plural] == [
        resource.kind
    ]


async def test_who_has_no_token_is_told_nothing(settings: Settings) -> None:
    access = await read_access(settings)
    async with httpx.AsyncClient(base_url=access.server, verify=access.tls.context()) as stranger:
        for headers in ({}, {"Authorization": "Bearer guess"}):
            answer = await stranger.get(PODS, headers=headers)
            assert answer.status_code == 401
            assert "web-0" not in answer.text
        assert (await stranger.get("/readyz")).status_code == 200


async def test_times_are_of_today(cluster: KubeCluster) -> None:
    found = await cluster.get(f"{PODS}/web-0")
    state = found["status"]["containerStatuses"][0]["state"]
    created = manifests.created_at(found)
    started = manifests.time_of(state["running"]["startedAt"])
    assert created
    assert started
    assert (started - created).total_seconds() == 235
    assert datetime.now(UTC) - started < timedelta(minutes=5)
    assert manifests.resource_version(found) != "7"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({}, "one\ntwo\nthree\n"),
        ({"tailLines": "2"}, "two\nthree\n"),
        ({"tailLines": "0"}, ""),
        ({"tailLines": "2", "limitBytes": "5"}, "two\nt"),
        ({"previous": "true"}, "no config\n"),
    ],
)
async def test_logs_are_cut_as_asked(
    cluster: KubeCluster, query: dict[str, str], text: str
) -> None:
    async with cluster.open("read", f"{PODS}/web-0/log", query, READ) as answer:
        assert await answer.text() == text


async def test_a_log_that_is_not_there_says_why(cluster: KubeCluster) -> None:
    with pytest.raises(NotFound, match="container none is not valid for pod web-0"):
        await cluster.log("shop", "web-0", "none", previous=False)


async def test_secrets_are_not_served(cluster: KubeCluster) -> None:
    with pytest.raises(NotFound):
        await cluster.get("/api/v1/namespaces/shop/secrets")
