"""Whatever fits the API's document, and much that does not, gets an answer that was foreseen."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from api.main import create_app
from kure.settings import Settings
from tests.api.conftest import AGENT_TOKEN, Api

EXAMPLES = 10
SECONDS = 50
# A longer one never comes to Kure: the HTTP server itself refuses it.
LONGEST_URL = 8 * 1024
STREAMS = {"GET /api/events"}  # never end; tests of their own
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
TRIED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

Ask = Callable[[Case[Any]], None]


async def test_no_operation_answers_500(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    document = create_app(Settings(data_dir=api.settings.data_dir)).openapi()
    schema = schemathesis.openapi.from_dict(document)
    headers = {"Authorization": f"Bearer {api.token}", "X-Service-Token": AGENT_TOKEN}
    end = monotonic() + SECONDS
    asked: set[str] = set()

    def ask(case: Case[Any]) -> None:
        if monotonic() > end and case.operation.label in asked:
            return
        asked.add(case.operation.label)
        answer = case.call(base_url=api.url, headers=headers, timeout=20)
        assert answer.status_code not in (500, 502), (case.as_curl_command(), answer.text)
        if answer.status_code >= 400 and len(answer.request.url or "") < LONGEST_URL:
            kind = answer.headers["content-type"][0]
            assert kind.startswith("application/problem+json"), case.as_curl_command()

    found = list(schema.get_all_operations())
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) == len(found), "the document itself is wrong"
    with caplog.at_level(logging.ERROR):
        for operation in operations:
            if operation.label not in STREAMS:
                for mode in MODES:
                    await asyncio.to_thread(_try, operation.as_strategy(mode), ask)
    assert asked == {operation.label for operation in operations} - STREAMS
    assert (await api.person("GET", "/api/auth/me")).status_code == 200


def _try(strategy: SearchStrategy[Case[Any]], ask: Ask) -> None:
    # What takes no input cannot be asked wrongly.
    with suppress(Unsatisfiable):
        given(strategy)(TRIED(lambda case: ask(case)))()
