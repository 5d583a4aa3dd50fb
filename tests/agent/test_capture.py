"""Which logs are worth a request, and how much of them is kept."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.capture import MOST_LOG_BYTES, Capture, newest_part
from kure.domain.capture import wanted_logs
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.redact import Redactor
from kure.ports import LogText, Manifest
from tests.agent.cluster import ObjectsByPath
from tests.agent.recording_api import KEY

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
RUNNING = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}
ENDED = {"terminated": {"exitCode": 1}}


def failure(container: str) -> Failure:
    return Failure(FailureClass.CRASH_LOOP, container, SINCE, "Error", "", "")


def pod_with(**states: Any) -> Manifest:
    return {
        "metadata": {"name": "web-0", "namespace": "shop", "uid": "u"},
        "status": {"containerStatuses": [{"name": "app", **states}, {"name": "other", **states}]},
    }


@pytest.mark.parametrize(
    ("states", "streams"),
    [
        pytest.param({"state": {"waiting": {}}}, [], id="never ran"),
        pytest.param({"state": RUNNING}, ["current"], id="runs for the first time"),
        pytest.param({"state": ENDED}, ["current"], id="ended for the first time"),
        pytest.param({"state": {"waiting": {}}, "lastState": ENDED}, ["previous"], id="waits"),
        pytest.param({"state": RUNNING, "lastState": ENDED}, ["previous", "current"], id="again"),
    ],
)
def test_logs_are_wanted_of_a_failing_container_that(
    states: dict[str, Any], streams: list[str]
) -> None:
    wanted = list(wanted_logs(pod_with(**states), [failure("app")]))
    assert wanted == [("app", stream) for stream in streams]


def test_no_log_is_wanted_of_a_pod_that_fails_as_a_whole() -> None:
    assert list(wanted_logs(pod_with(state=RUNNING), [failure("")])) == []


def test_of_a_log_that_is_too_long_the_newest_whole_lines_are_kept() -> None:
    log = LogText("first\nsecond\nthird\n", truncated=False)
    assert newest_part(log, 12) == LogText("third\n", truncated=True)
    assert newest_part(log, 13) == LogText("second\nthird\n", truncated=True)
    assert newest_part(log, 19) is log


async def test_the_logs_of_many_containers_fit_into_one_report() -> None:
    class Talkative(ObjectsByPath):
        async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
            return LogText("x y\n" * 65_536, truncated=False)

    pod = pod_with(state=RUNNING, lastState=ENDED)
    pod["status"]["initContainerStatuses"] = pod["status"]["containerStatuses"]
    capture = Capture(Talkative({}), Redactor(KEY))
    evidence = await capture.of(pod, [failure("app"), failure("other")])
    assert len(evidence.logs) == 8
    assert sum(len(log.text) for log in evidence.logs) <= MOST_LOG_BYTES
    assert all(log.truncated for log in evidence.logs)
