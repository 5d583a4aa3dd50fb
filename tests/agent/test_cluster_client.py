"""Connecting and reading: what is refused or broken is told in plain words, without secrets."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kure.adapters.cluster.client import KubeCluster, connect
from kure.adapters.cluster.credentials import read_access
from kure.adapters.cluster.logs import MOST_READ
from kure.errors import AccessDenied, ClusterUnavailable, KureError, Misconfigured, NotFound
from kure.ports import LogText
from kure.settings import Settings
from tests.agent.api_server import (
    Answer,
    FakeApiServer,
    body,
    fake_api_server,
    page,
    pod,
    refuse,
    settings_for,
    thing,
    write_kubeconfig,
)

POD = "/api/v1/namespaces/shop/pods/web-0"
SECRET = "hunter2-swordfish"


@pytest.fixture
async def server() -> AsyncIterator[FakeApiServer]:
    async with fake_api_server() as running:
        yield running


@pytest.fixture
async def cluster(server: FakeApiServer, tmp_path: Path) -> AsyncIterator[KubeCluster]:
    async with connect(settings_for(server.url, tmp_path)) as connected:
        yield connected


def kubeconfig(**change: Any) -> dict[str, Any]:
    """A kubeconfig that works, changed."""
    config = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "k", "user": "u"}}],
        "clusters": [{"name": "k", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "u", "user": {"token": SECRET}}],
    }
    return config | change


def exec_user(script: str) -> list[dict[str, Any]]:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "/bin/sh",
        "args": ["-c", script],
    }
    return [{"name": "u", "user": {"exec": plugin}}]


async def refused(content: str, folder: Path) -> str:
    """What is said of a kubeconfig that cannot be used."""
    file = folder / "kubeconfig"
    file.write_text(content)
    with pytest.raises(Misconfigured) as raised:
        async with connect(Settings(kubeconfig=file)):
            pass
    return str(raised.value)


BROKEN = {
    "empty": ("", "Cannot use the kubeconfig"),
    "no YAML": (f"users: [{SECRET}", "it is not YAML (line 1)"),
    "a list": ("- a\n- b\n", "Cannot use the kubeconfig"),
    "a word": (SECRET, "Cannot use the kubeconfig"),
    "no clusters": (yaml.safe_dump(kubeconfig(clusters=[])), "name k in"),
    "an unknown context": (
        yaml.safe_dump(kubeconfig(**{"current-context": "other"})),
        "Expected object with name other",
    ),
    "an authority that is no file": (
        yaml.safe_dump(
            kubeconfig(
                clusters=[
                    {
                        "name": "k",
                        "cluster": {"server": "https://x", "certificate-authority": "/none.crt"},
                    }
                ]
            )
        ),
        "/none.crt",
    ),
    "an authority that is no certificate": (
        yaml.safe_dump(
            kubeconfig(
                clusters=[
                    {
                        "name": "k",
                        "cluster": {
                            "server": "https://x",
                            "certificate-authority-data": "bm90aGluZw==",
                        },
                    }
                ]
            )
        ),
        "Cannot use the certificates of the kubeconfig",
    ),
    "a user without credentials": (
        yaml.safe_dump(kubeconfig(users=[{"name": "u", "user": {"username": "me"}}])),
        "its user u gives no token",
    ),
    "a plugin that fails": (
        yaml.safe_dump(kubeconfig(users=exec_user(f"echo {SECRET}; exit 3"))),
        "its credential plugin failed",
    ),
    "a plugin that is not there": (
        yaml.safe_dump(
            kubeconfig(
                users=[
                    {"name": "u", "user": {"exec": {"apiVersion": "v1", "command": "/none/such"}}}
                ]
            )
        ),
        "its credential plugin failed",
    ),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_kubeconfig_is_said_without_its_secrets(
    content: str, said: str, tmp_path: Path
) -> None:
    text = await refused(content, tmp_path)
    assert said in text
    assert str(tmp_path / "kubeconfig") in text
    assert SECRET not in text


async def test_a_kubeconfig_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="none: there is no such file"):
        async with connect(Settings(kubeconfig=tmp_path / "none")):
            pass


async def test_a_cluster_that_does_not_answer_is_said(tmp_path: Path) -> None:
    async with connect(settings_for("http://127.0.0.1:1", tmp_path)) as cluster:
        with pytest.raises(ClusterUnavailable, match=f"Cannot read {POD}: http://127.0.0.1:1 does"):
            await cluster.get(POD)


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        pytest.param(refuse(401, "Unauthorized"), AccessDenied, "credentials", id="401"),
        pytest.param(refuse(403, "forbidden: no"), AccessDenied, r"403 \(forbidden", id="403"),
        pytest.param(refuse(404, 'pods "x" not found'), NotFound, "no such thing", id="404"),
        pytest.param(refuse(500, "boom"), ClusterUnavailable, r"500 \(boom\)", id="500"),
        pytest.param(body(b"<html>"), ClusterUnavailable, "is it an API server", id="a page"),
    ],
)
async def test_a_refusal_is_an_error_of_our_own(
    server: FakeApiServer,
    cluster: KubeCluster,
    answer: Answer,
    error: type[KureError],
    said: str,
) -> None:
    server.lists.extend([answer, answer])
    with pytest.raises(error, match=said):
        await cluster.get(POD)


async def test_how_long_the_server_wants_to_be_left_alone_is_passed_on(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.append(refuse(503, "busy", Retry_After="7"))
    with pytest.raises(ClusterUnavailable) as raised:
        await cluster.get(POD)
    assert raised.value.retry_after_seconds == 7


async def test_an_object_is_what_the_server_sends(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.append(thing(pod("web-0", 3, odd=None)))
    assert await cluster.get(POD) == pod("web-0", 3, odd=None)
    assert (server.asked[0].path, server.asked[0].authorization) == (POD, "Bearer first-token")


async def test_a_list_that_is_forgotten_midway_tells_each_item_once(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.extend(
        [page([pod("a", 1)], 5, more="n"), refuse(410, "old"), page([pod("a", 1), pod("b", 2)], 6)]
    )
    found = [item async for item in cluster.list("/api/v1/pods", {"fieldSelector": "x=y"})]
    assert [(item["kind"], item["metadata"]["name"]) for item in found] == [
        ("Pod", "a"),
        ("Pod", "b"),
    ]
    assert all(asked.query["fieldSelector"] == "x=y" for asked in server.asked)


async def test_a_list_that_is_forgotten_again_and_again_is_given_up(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.extend([refuse(410, "old")] * 3)
    with pytest.raises(ClusterUnavailable, match="has to be listed again"):
        _ = [item async for item in cluster.list("/api/v1/pods")]


async def read_log(cluster: KubeCluster) -> LogText:
    return await cluster.log("shop", "web-0", "app", previous=True)


async def test_a_log_that_is_not_there_is_not_found(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.append(refuse(400, "previous terminated container not found"))
    with pytest.raises(NotFound, match="Cannot read the previous log of shop/web-0/app"):
        await read_log(cluster)


async def test_what_the_kubelet_answers_for_a_log_that_was_removed_is_no_log(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.append(body(b"unable to retrieve container logs for containerd://3f0a9c"))
    with pytest.raises(NotFound, match="no longer has it"):
        await read_log(cluster)


async def test_a_short_log_is_whole(server: FakeApiServer, cluster: KubeCluster) -> None:
    server.lists.append(body("one\ntwö\x00\xff\n".encode("latin-1", "replace")))
    found = await read_log(cluster)
    assert (found.text, found.truncated) == ("one\ntw\ufffd\ufffd\ufffd\n", False)
    assert server.asked[0].query == {
        "container": "app",
        "previous": "true",
        "tailLines": "10001",
        "limitBytes": str(MOST_READ),
    }


async def test_of_many_lines_the_newest_thousand_are_kept(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    server.lists.append(body(b"".join(b"line %d\n" % number for number in range(1001))))
    found = await read_log(cluster)
    assert found.truncated
    assert found.text.startswith("line 1\n")
    assert found.text.endswith("line 1000\n")


async def test_of_long_lines_the_newest_whole_ones_are_kept(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    lines = [b"%03d" % number + b"x" * 1000 for number in range(500)]
    server.lists.append(body(b"\n".join(lines) + b"\n"))
    found = await read_log(cluster)
    assert found.truncated
    assert len(found.text) <= 256 * 1024
    kept = found.text.splitlines()
    assert {len(line) for line in kept} == {1003}
    assert kept[-1].startswith("499")


async def test_half_a_line_is_never_given(server: FakeApiServer, cluster: KubeCluster) -> None:
    server.lists.append(body(b"password=" + b"s" * 300_000 + b"\n"))
    found = await read_log(cluster)
    assert (found.text, found.truncated) == ("(a line that is too long was left out)\n", True)


async def test_a_log_that_is_cut_off_before_its_newest_lines_is_asked_for_fewer(
    server: FakeApiServer, cluster: KubeCluster
) -> None:
    line = b"x" * 99_999 + b"\n"
    server.lists.extend([body((line * 84)[:MOST_READ]), body(b"old\n" + b"new\n")])
    assert await read_log(cluster) == LogText("old\nnew\n", truncated=True)
    assert [asked.query["tailLines"] for asked in server.asked] == ["10001", "1001"]


async def test_a_certificate_is_checked_unless_told_otherwise(tmp_path: Path) -> None:
    for skip, mode in ((False, ssl.CERT_REQUIRED), (True, ssl.CERT_NONE)):
        server = {"server": "https://x", "insecure-skip-tls-verify": skip}
        file = tmp_path / "kubeconfig"
        file.write_text(yaml.safe_dump(kubeconfig(clusters=[{"name": "k", "cluster": server}])))
        access = await read_access(Settings(kubeconfig=file))
        assert access.tls.context().verify_mode is mode


async def test_a_plugins_token_is_renewed_before_it_ends(
    server: FakeApiServer, tmp_path: Path
) -> None:
    answer = (
        '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", '
        '"status": {"token": "\'$(cat token)\'", "expirationTimestamp": "2026-01-01T00:00:00Z"}}'
    )
    (tmp_path / "token").write_text("first-token")
    config = kubeconfig(users=exec_user(f"cd {tmp_path}; echo '{answer}'"))
    config["clusters"][0]["cluster"]["server"] = server.url
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    async with connect(Settings(kubeconfig=tmp_path / "kubeconfig")) as cluster:
        server.token = "second-token"
        (tmp_path / "token").write_text("second-token")
        await cluster.get(POD)
    assert [asked.authorization for asked in server.asked] == ["Bearer second-token"]


async def test_a_cluster_that_moved_is_followed_when_the_kubeconfig_says_so(
    server: FakeApiServer, tmp_path: Path
) -> None:
    settings = settings_for(server.url, tmp_path)
    async with connect(settings) as cluster, fake_api_server() as other:
        other.token = server.token = "second-token"
        write_kubeconfig(tmp_path / "kubeconfig", other.url, "second-token")
        other.lists.append(thing(pod("web-0", 3)))
        server.lists.append(thing(pod("web-0", 3)))
        assert await cluster.get(POD) == pod("web-0", 3)
        assert cluster.server == other.url
