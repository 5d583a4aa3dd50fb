"""The first look at a cluster, against a server that answers as little as that needs."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from kure.demo.cluster import choose, look
from kure.settings import Settings

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{{name: here, context: {{cluster: c, user: u}}}}]
clusters: [{{name: c, cluster: {{server: "{server}"}}}}]
users: [{{name: u, user: {{token: t}}}}]
"""


async def answer(request: web.Request) -> web.Response:
    """Everything may be read but nodes."""
    status = 403 if request.path.endswith("/nodes") else 200
    return web.json_response({"kind": "List", "metadata": {}, "items": []}, status=status)


@pytest.fixture
async def server() -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*runner.addresses[0])
    await runner.cleanup()


def settings(folder: Path, server: str) -> Settings:
    file = folder / "kubeconfig"
    file.write_text(KUBECONFIG.format(server=server))
    return Settings(kubeconfig=file)


async def test_a_cluster_that_does_not_answer_is_said(tmp_path: Path) -> None:
    known = settings(tmp_path, "http://127.0.0.1:1")
    said = await look(known, await choose(known, None))
    assert said.startswith("The cluster cannot be watched yet: Cannot read /version")


async def test_missing_rights_are_said_and_the_rest_goes_on(tmp_path: Path, server: str) -> None:
    known = settings(tmp_path, server)
    assert "does not let us list nodes;" in await look(known, await choose(known, None))


async def test_the_current_context_is_fixed_at_the_start(tmp_path: Path, server: str) -> None:
    target = await choose(settings(tmp_path, server), None)
    assert (target.context, target.server) == ("here", server)
