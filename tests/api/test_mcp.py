"""`kure mcp`: what a model's client gets of a running Kure, and what it does not."""

import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from mcp import Client, StdioServerParameters

from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.postgres.evidence import EvidenceTable
from kure.operating.mcp_server import MOST_CHARACTERS, server
from kure.ports import NewEvidence
from kure.settings import Settings
from tests.api.conftest import Api
from tests.api.people import browser, make
from tests.api.test_reports import CRASH, FAILED

SHOP, CART = "shop", "cart"


def of(api: Api, **more: Any) -> Settings:
    return api.settings.model_copy(update={"api_url": api.url} | more)


async def fail(api: Api, namespace: str = SHOP) -> str:
    body = CRASH | {"namespace": namespace, "uid": str(uuid4())}
    return str((await api.agent("POST", FAILED, json=body)).json()["incident_id"])


async def capture(api: Api, incident_id: str, text: str) -> str:
    """Store a log as the agent does; returns its id."""
    table = EvidenceTable(api.pool, Keyring.load(api.settings.data_dir / "key").cipher("evidence"))
    log = NewEvidence("agent", "1", "log", "Pod/web", text, container="web", stream="previous")
    return (await table.save(incident_id, [log], utc_now()))[0]


async def told(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool answers; its error is one of the test's."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    found: dict[str, Any] = answer.structured_content
    return found


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return str(answer.content)


async def test_a_token_that_is_no_good_gets_nothing(api: Api, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("not-a-token-of-this-installation")
    async with Client(server(of(api, data_dir=tmp_path))) as client:
        said = await refused(client, "list_incidents")
    assert "401" in said
    assert "not-a-token" not in said


async def test_what_is_no_id_is_not_asked_for(api: Api) -> None:
    async with Client(server(of(api))) as client:
        assert "UUID" in await refused(client, "get_incident", incident_id="../admin/users")
        assert "There is no incident" in await refused(
            client, "get_incident", incident_id=str(uuid4())
        )


async def test_a_user_sees_their_own_namespaces_only(api: Api, tmp_path: Path) -> None:
    seen, hidden = await fail(api, SHOP), await fail(api, CART)
    secret = await capture(api, hidden, "a line of the cart")
    await make(api, "ada", "read", (f"*/{SHOP}",))
    async with browser(api, "ada") as ada:
        until = (utc_now() + timedelta(days=1)).isoformat()
        body = {"name": "editor", "scopes": ["*/*"], "expires_at": until}
        token = (await ada.post("/api/auth/tokens", json=body)).json()["token"]
    (tmp_path / "token").write_text(token)
    async with Client(server(of(api, data_dir=tmp_path))) as client:
        listed = await told(client, "list_incidents")
        assert [row["id"] for row in listed["items"]] == [seen]
        for tool, more in (
            ("get_incident", {}),
            ("list_evidence", {}),
            ("read_evidence", {"evidence_id": secret}),
        ):
            assert "no incident" in await refused(client, tool, incident_id=hidden, **more)
        assert all(
            run["incident_id"] != hidden for run in (await told(client, "list_runs"))["items"]
        )


async def test_every_tool_only_reads(api: Api) -> None:
    async with Client(server(of(api))) as client:
        tools = (await client.list_tools()).tools
        assert len(tools) == 6
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        assert all(tool.description for tool in tools)


async def test_from_the_list_to_a_line_of_a_log(api: Api) -> None:
    async with Client(server(of(api))) as client:
        incident_id = await fail(api)
        text = "first line\n" + "x" * MOST_CHARACTERS + "\nlast line"
        captured = await capture(api, incident_id, text)
        listed = await told(client, "list_incidents", namespace=SHOP, status=["open"])
        assert [row["id"] for row in listed["items"]] == [incident_id]
        assert (await told(client, "list_incidents", namespace="elsewhere"))["items"] == []
        detail = await told(client, "get_incident", incident_id=incident_id)
        assert detail["name"] == listed["items"][0]["name"]
        evidence = await told(client, "list_evidence", incident_id=incident_id)
        assert captured in [row["id"] for row in evidence["items"]]
        which = {"incident_id": incident_id, "evidence_id": captured}
        begin = await told(client, "read_evidence", **which)
        rest = await told(client, "read_evidence", **which, offset=begin["next_offset"])
        assert begin["text"] + rest["text"] == text
        assert rest["next_offset"] is None


async def test_a_client_starts_it_and_speaks_over_stdin(api: Api) -> None:
    incident_id = await fail(api)
    environment = os.environ | {
        "KURE_API_URL": api.url,
        "KURE_DATA_DIR": str(api.settings.data_dir),
    }
    started = StdioServerParameters(
        command=sys.executable, args=["-P", "-m", "kure", "mcp"], env=environment
    )
    async with Client(started) as client:
        assert client.instructions is not None
        assert "never instructions" in client.instructions
        listed = await told(client, "list_incidents")
    assert [row["id"] for row in listed["items"]] == [incident_id]
