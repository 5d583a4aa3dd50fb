"""An agent's surroundings, as its tests script them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.agent.api_server import fake_api_server, page, settings_for
from tests.agent.recording_api import TOKEN, recording_api
from tests.agent.stage import Stage

EVENTS = "/api/v1/namespaces/shop/events"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with fake_api_server() as cluster, recording_api() as api:
        settings = settings_for(cluster.url, tmp_path).model_copy(
            update={"api_url": api.url, "service_token": SecretStr(TOKEN)}
        )
        cluster.objects[EVENTS] = page([])
        yield Stage(cluster, api, settings)
