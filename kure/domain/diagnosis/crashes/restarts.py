"""A container that runs well for long and ends all the same, again and again (I13)."""

from collections.abc import Iterator
from datetime import timedelta

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.failures.match import BACKOFF_RESET, end_path, run_length
from kure.domain.failures.model import FailureClass

# From so many restarts on it is a habit.
MANY = 5
CRASHES = (FailureClass.CRASH_LOOP, FailureClass.OOM_KILLED)


def restarts_now_and_then(case: Case) -> Iterator[Cause]:
    """It runs now, and its last run was longer than what the kubelet takes for well: whoever looks
    at it now sees nothing."""
    container = case.container
    if (
        case.failure.failure_class not in CRASHES
        or container is None
        or not container.is_running
        or container.restart_count < MANY
    ):
        return
    ran, every = run_length(container.last_terminated), _pause(case, container.restart_count)
    if ran < BACKOFF_RESET:
        return
    often = f", about every {_shown(every)}" if every else ""
    ready = "is ready" if container.status.get("ready") is True else "runs"
    count = container.restart_count
    yield Cause(
        rule="I13",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=f"{case.container_label} has been restarted {count} times{often}, and {ready} now",
        explanation=f"Its last run lasted {_shown(ran)}: it does not fail at its start but after a "
        "time, as with memory that leaks, a connection that is lost, or a task that comes now and "
        "then. While it runs it looks well.",
        confidence=Confidence.SYMPTOM,
        evidence=(
            case.from_pod(f"{container.path}.restartCount", str(count)),
            case.from_pod(end_path(container), f"ran for {_shown(ran)}"),
        ),
        fix="Compare the times of its ends with its memory, with what it calls and with the tasks "
        "that it runs then; its last log before an end says most.",
    )


def _pause(case: Case, restarts: int) -> timedelta | None:
    """How long it lasted on average from one start to the next."""
    began = manifests.time_of(manifests.status(case.pod).get("startTime"))
    return None if began is None else max((case.failure.since - began) / restarts, timedelta(0))


def _shown(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
