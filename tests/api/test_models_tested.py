"""A provider that is tested through the API: its call is made by a worker, and its outcome is
shown."""

import ssl
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.models.factory import model_of
from kure.adapters.outgoing import Guard, guarded_client
from kure.adapters.postgres.models.settings import Current
from kure.contracts.models import ModelTested, ModelTestRequest
from kure.investigating.asking import Asking
from kure.investigating.testing import try_out
from tests.api.conftest import Api, running, settings_for
from tests.models.server import ModelServer
from tests.models.steps import Step
from workflows.model_test import ModelTestWorkflow
from workflows.names import MODELS

PATH = "/api/admin/llm"


async def outcome(api: Api, client: Client) -> dict[str, Any]:
    """What a person is shown of a test that a worker makes."""
    cipher = Keyring.load(api.settings.data_dir / "key").cipher("models")
    trust = ssl.create_default_context()
    async with guarded_client(Guard(loopback=True), trust, inside=False) as http:
        current = Current(api.pool, cipher, utc_now)
        asking = Asking(api.pool, cipher, current, lambda one: model_of(one, http), utc_now)

        @activity.defn(name="test_model")
        async def test_model(request: ModelTestRequest) -> ModelTested:
            return await try_out(asking, request.provider)

        async with Worker(
            client, task_queue=MODELS, workflows=[ModelTestWorkflow], activities=[test_model]
        ):
            answer = await api.person("POST", f"{PATH}/test", json={"provider": "own"}, timeout=60)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_test_call_is_made_by_a_worker_and_its_outcome_is_shown(
    database: str, temporal_address: str, temporal_client: Client, data_dir: Path
) -> None:
    known = settings_for(database, temporal_address, data_dir, outgoing_loopback=True)
    server = ModelServer(Step.of({"status": 500}), always=Step.of({"say": {"ok": True}}))
    async with running(known) as api, server:
        own = {
            "id": "own", "kind": "compatible", "model": "small", "base_url": f"{server.url}/v1",
            "key": "sk-own-0123456789",
        }  # fmt: skip
        body = {"version": 0, "outside_namespaces": ["*/*"], "providers": [own]}
        assert (await api.person("PUT", PATH, json=body)).status_code == 200
        failed = await outcome(api, temporal_client)
        assert (failed["ok"], failed["models"]) == (False, ["small", "large"])
        assert "answered 500" in failed["error"]
        done = await outcome(api, temporal_client)
        assert (done["ok"], done["error"], done["input_tokens"]) == (True, "", 1000)
        (shown,) = (await api.person("GET", PATH)).json()["providers"]
        assert (shown["health"]["calls"], shown["health"]["failed"]) == (2, 1)
        assert shown["health"]["last_answered_at"]
    assert server.seen[0].header("authorization") == "Bearer sk-own-0123456789"
