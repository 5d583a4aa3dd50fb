"""A container ends again and again."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.match import (
    BACKOFF_RESET,
    Events,
    Match,
    end_path,
    ended_at,
    hold_ends,
    is_finished,
    last_end,
    run_length,
)
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest


def crash_loop(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Seen in all three phases of the loop: while it waits (CrashLoopBackOff), in the moment
    between the end and the wait (`terminated`), and between two crashes, when it runs and only
    `lastState` and the restart count tell.

    Where the last run was killed for its memory, `oom_killed` names it. Exit 0 counts where the
    policy is to restart for ever: the container completes and is started again.
    """
    if is_finished(pod):
        return
    ending = _is_ending(pod)
    for container in manifests.containers(pod):
        end = last_end(container)
        since = ended_at(pod, end)
        if end.get("reason") == "OOMKilled" or since is None or (ending and container.sidecar):
            continue
        if _waits(container) or _ended_again(container) or _runs_between(container):
            waiting = container.state("waiting")
            yield Match(
                Failure(
                    failure_class=FailureClass.CRASH_LOOP,
                    container=container.name,
                    since=since,
                    reason=manifests.text(waiting.get("reason") or end.get("reason")),
                    message=manifests.text(end.get("message") or waiting.get("message")),
                    field=end_path(container) if end else f"{container.path}.state.waiting",
                ),
                ends=hold_ends(container),
            )


def _waits(container: Container) -> bool:
    return container.state("waiting").get("reason") == "CrashLoopBackOff"


def _ended_again(container: Container) -> bool:
    """The short state before the wait. One crash is not yet a loop."""
    end = container.state("terminated")
    return (
        bool(end)
        and end.get("exitCode") != 0
        and container.restart_count >= 1
        and container.restarts != "Never"
    )


def _runs_between(container: Container) -> bool:
    """Runs, has crashed at least twice, and the last run was shorter than what the kubelet takes
    for well."""
    end = container.last_terminated
    return (
        container.is_running
        and bool(end)
        and container.restart_count >= 2
        and (end.get("exitCode") != 0 or container.restarts == "Always")
        and run_length(end) < BACKOFF_RESET
    )


def _is_ending(pod: Manifest) -> bool:
    """All main containers have ended for good; their sidecars are being stopped, by a signal."""
    main = [container for container in manifests.containers(pod) if not container.init]
    return bool(main) and all(
        container.state("terminated") and container.restarts != "Always" for container in main
    )
