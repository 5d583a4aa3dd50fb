"""Which rule knows what a crashing program wrote, against tests/cases/diagnosis/log_words.yaml."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from kure.domain.diagnosis.diagnose import diagnose, wanted
from kure.domain.diagnosis.facts import Facts, Log, PodFacts
from kure.domain.failures.model import Failure, FailureClass
from tests.case_files import read

NOW = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)


def crashed(log: str) -> Facts:
    end = {"exitCode": 1, "reason": "Error"}
    status = {"name": "app", "restartCount": 3, "lastState": {"terminated": end}}
    pod = {
        "metadata": {"name": "web-1", "namespace": "shop"},
        "spec": {"containers": [{"name": "app", "image": "shop/web:1"}]},
        "status": {"containerStatuses": [status]},
    }
    failure = Failure(FailureClass.CRASH_LOOP, "app", NOW, "CrashLoopBackOff", "", "status")
    return Facts((PodFacts(pod, (failure,), (), (Log("app", "previous", log),)),))


def load() -> list[Any]:
    return [
        pytest.param(rule, log, id=f"{rule} {log[:60]}")
        for rule, logs in read("diagnosis/log_words.yaml").items()
        for log in logs
    ]


@pytest.mark.parametrize(("rule", "log"), load())
def test_a_log_is_known_by_its_words(rule: str, log: str) -> None:
    assert [cause.rule for cause in diagnose(crashed(log + "\n")).causes] == [rule]


@pytest.mark.parametrize(
    "piece",
    [
        "error: env key not found /a/b: \"'[A_B",
        "failed to parse " * 20 + "\n",
        "MISSING_A" * 500 + " \n",
        "error unrecognized --" + "-" * 4000 + "\n",
        "error: " + "/a" * 3000 + "\n",
        "bind listen error inotify " * 200 + "\n",
        "sh: " * 1000 + " not found\n",
        "error: [emerg] migration schema quota 429 \n",
    ],
)
def test_hostile_words_are_read_fast(piece: str) -> None:
    facts = crashed(piece * (256 * 1024 // len(piece)))
    diagnose(facts)
    start = time.process_time()
    wanted(facts)
    diagnose(facts)
    assert time.process_time() - start < 2
