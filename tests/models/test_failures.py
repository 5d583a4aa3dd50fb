"""What goes wrong with a provider: tests/cases/models/failures.yaml, by each protocol."""

import asyncio
import traceback
from typing import Any

import pytest

from kure.adapters.models.failures import retry_after
from kure.errors import ModelFailed
from tests import case_files
from tests.models.asking import KEY, asked_at, prompt
from tests.models.server import ModelServer
from tests.models.steps import Step

CASES = case_files.read("models/failures.yaml")
KINDS = ("openai", "anthropic", "compatible")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
async def test_a_failure(kind: str, case: dict[str, Any]) -> None:
    step = Step.of(case["step"])
    # Time to fail in; no other case should need it.
    seconds = 1 if "in 1 s" in case.get("says", "") else 10
    async with (
        ModelServer(step, step) as server,
        asked_at(f"{server.url}/v1", kind, seconds) as model,
    ):
        failed = await failing(model.ask(prompt()))
    assert (failed.outcome, failed.sent) == (case["outcome"], case["sent"])
    assert failed.retry_after_seconds == case.get("retry_after", 0)
    assert case.get("says", "one (127.0.0.1)") in str(failed)
    assert len(server.seen) == 1, "nothing is tried again here"
    assert is_silent(failed)


async def failing(asked: Any) -> ModelFailed:
    with pytest.raises(ModelFailed) as caught:
        await asked
    return caught.value


def is_silent(failed: ModelFailed) -> bool:
    """Nothing that a log would show of it has the key, the question, the provider's words."""
    shown = "".join(traceback.format_exception(failed)) + repr(failed)
    told = [KEY, "sk-prov*er", "Why does web-0 fail?", "You look for causes.", "It is 5"]
    return not [one for one in told if one in shown]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://127.0.0.1:1/v1", "cannot be reached"),
        ("https://no-such-host.invalid/v1", "has no address"),
        ("https://10.1.2.3/v1", "mark the target as inside"),
        ("http://10.1.2.3/v1", "must begin with https"),
        ("https://169.254.169.254/v1", "link-local"),
    ],
)
async def test_nothing_has_left_where_there_was_no_connection(
    kind: str, url: str, says: str
) -> None:
    async with asked_at(url, kind) as model:
        failed = await failing(model.ask(prompt()))
        listing = await failing(model.listed())
    assert (failed.outcome, failed.sent) == ("down", False)
    assert says in str(failed)
    assert (listing.outcome, listing.sent) == ("down", False)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_list_of_models_may_fail_as_well(kind: str) -> None:
    steps = (Step(status=401), Step(fault="html"), Step(fault="wrong_shape"))
    async with ModelServer(*steps) as server, asked_at(f"{server.url}/v1", kind) as model:
        outcomes = [(await failing(model.listed())).outcome for _ in steps]
    assert outcomes == ["key", "invalid", "invalid"]


async def test_who_asks_may_give_up() -> None:
    async with (
        ModelServer(Step(fault="hang")) as server,
        asked_at(f"{server.url}/v1", "openai") as model,
    ):
        task = asyncio.create_task(model.ask(prompt()))
        async with asyncio.timeout(5):
            while not server.seen:
                await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.2"}, 1),
        ({"retry-after": "-1"}, 0),
        ({"retry-after": "inf"}, 0),
        ({"retry-after": "nan"}, 0),
        ({"retry-after": "999999"}, 3600),
        ({"retry-after-ms": "2500"}, 3),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 40),
        ({"retry-after": "Thu, 99 Jan 1970 00:01:40 GMT"}, 0),
    ],
)
def test_what_a_provider_asks_to_wait(headers: dict[str, str], seconds: int) -> None:
    assert retry_after(headers, now=60.0) == seconds
