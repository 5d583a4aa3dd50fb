"""`kure mirror`, against a running API: what it prints, and its exit codes."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from typer.testing import CliRunner, Result

from kure.cli import app
from kure.contracts.mirroring import Watched
from kure.contracts.mirrors import Verdict
from kure.domain.diagnosis.fixes import Operation
from kure.operating import mirror
from tests.api.conftest import Api
from tests.api.mirror_stage import FAILED_AGAIN, IMAGE, PASSED, Cluster, cause, incident, working

Kure = Callable[..., Coroutine[Any, Any, Result]]
NONE = Watched(verdict=Verdict.NONE, text="evicted", final=True)


@pytest.fixture
def kure(api: Api, monkeypatch: pytest.MonkeyPatch) -> Kure:
    """The command, with the settings of the API's machine."""
    monkeypatch.setenv("KURE_API_URL", api.url)
    monkeypatch.setenv("KURE_DATA_DIR", str(api.settings.data_dir))
    monkeypatch.setattr(mirror, "POLL_SECONDS", 0.05)

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["mirror", *words]))

    return run


class TestNothingIsTested:
    async def test_where_the_policy_refuses_it(
        self, api: Api, kure: Kure, temporal_client: Client
    ) -> None:
        cluster = Cluster(refusals=["It is privileged.", "It mounts the host's /."])
        async with working(api, temporal_client, cluster):
            found = await kure(await incident(api, cause()))
        assert found.exit_code == 2
        assert all(reason in found.stderr for reason in cluster.refusals)

    async def test_without_a_fix(self, api: Api, kure: Kure, temporal_client: Client) -> None:
        async with working(api, temporal_client, Cluster()):
            found = await kure(await incident(api))
        assert (found.exit_code, "--patch" in found.stderr) == (2, True)

    async def test_unless_it_is_confirmed(
        self, api: Api, kure: Kure, temporal_client: Client
    ) -> None:
        incident_id = await incident(api, cause())
        async with working(api, temporal_client, Cluster(confirmations=["It writes to db."])):
            asked = await kure(incident_id)
            done = await kure(incident_id, "--yes")
        assert (asked.exit_code, "--yes" in asked.stderr) == (2, True)
        assert "It writes to db." in asked.stderr
        assert (done.exit_code, done.stdout.strip()) == (
            0,
            str(await api.pool.fetchval("SELECT id FROM mirrors")),
        )

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("nobody",), "no failed pod"),
            (("{incident}", "--ttl", "5"), "ttl_seconds"),
            (("{incident}", "--patch", "/nowhere"), "Cannot read /nowhere"),
        ],
        ids=["of what is not there", "for a life too short", "of a file that is not there"],
    )
    async def test_of_what_cannot_be(
        self, api: Api, kure: Kure, words: tuple[str, ...], says: str
    ) -> None:
        incident_id = await incident(api, cause())
        found = await kure(*(word.format(incident=incident_id) for word in words))
        assert (found.exit_code, says in found.stderr) == (2, True), found.stderr

    async def test_where_nobody_answers_or_knows_us(
        self, api: Api, kure: Kure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("KURE_DATA_DIR", str(tmp_path))
        assert "Cannot read a token" in (await kure("x")).stderr
        (tmp_path / "token").write_text("wrong")
        assert "is no good" in (await kure("x")).stderr
        monkeypatch.setenv("KURE_API_URL", "http://127.0.0.1:1")
        assert "Is the API up" in (await kure("x")).stderr


@pytest.mark.parametrize(
    ("verdict", "code", "says"),
    [
        (PASSED, 0, "Passed (Ready for 30 s)"),
        (FAILED_AGAIN, 1, "Failed (container app: crash loop)"),
        (NONE, 2, "No verdict (evicted)"),
    ],
    ids=["passed", "failed", "no verdict"],
)
async def test_the_verdict_is_said_and_is_the_exit_code(
    api: Api, kure: Kure, temporal_client: Client, verdict: Watched, code: int, says: str
) -> None:
    incident_id = await incident(api, cause())
    async with working(api, temporal_client, Cluster(verdict=verdict)):
        found = await kure(incident_id, "--wait", "--ttl", "60")
    assert (found.exit_code, found.stdout.strip()) == (code, says)
    assert "C07 fails" in found.stderr
    assert "+ image: 1" in found.stderr


async def test_a_patch_is_tested_and_all_is_told_as_json(
    api: Api, kure: Kure, temporal_client: Client, tmp_path: Path
) -> None:
    (tmp_path / "pod.yaml").write_text("kind: Pod\n")
    incident_id, cluster = await incident(api), Cluster(verdict=PASSED)
    async with working(api, temporal_client, cluster):
        words = ("--patch", str(tmp_path / "pod.yaml"), "--wait", "--no-network", "-o", "json")
        found = await kure(incident_id, *words)
    assert found.exit_code == 0
    assert json.loads(found.stdout)["verdict"] == "passed"
    wish = cluster.planned[-1].wish
    assert (wish.edited, wish.no_network) == ("kind: Pod\n", True)


async def test_rounds_are_followed_to_the_last(
    api: Api, kure: Kure, temporal_client: Client
) -> None:
    incident_id = await incident(api, cause())
    following = [Operation("replace", IMAGE, "cart:3")]
    cluster = Cluster(verdict=FAILED_AGAIN, next_operations=following)
    async with working(api, temporal_client, cluster):
        found = await kure(incident_id, "--wait", "--rounds", "2", "-o", "json")
    assert (found.exit_code, json.loads(found.stdout)["round"]) == (1, 2)
    assert "Round 2: B" in found.stderr
