"""A container ends again and again."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.failures.match import (
    BACKOFF_RESET,
    NEVER_RAN,
    Events,
    Match,
    end_path,
    ended_at,
    hold_ends,
    is_ending,
    is_finished,
    last_end,
    run_length,
)
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest

NAMED_BY_OTHERS = ("OOMKilled", *NEVER_RAN)

# What the kubelet says when it kills a container itself and means to start it again.
KILLED = re.compile(r"failed (liveness|startup) probe|FailedPostStartHook")

# Kubelets stop writing an event that they repeat, and add to it only now and then:
# https://github.com/kubernetes/client-go/blob/v0.34.0/tools/record/events_cache.go
STILL_TELLS = timedelta(minutes=15)


def crash_loop(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Seen in all three phases of the loop: while it waits (CrashLoopBackOff), in the moment
    between the end and the wait (`terminated`), and between two crashes, when it runs and only
    `lastState` and the restart count tell.

    Where the last run was killed for its memory, `oom_killed` names it; where its program could not
    be started, `start_error` does. Probes that kill are seen here, and events tell of them. Exit 0
    counts where the policy is to restart for ever: the container completes and is started again.
    """
    if is_finished(pod):
        return
    for container in manifests.containers(pod):
        end = last_end(container)
        if end.get("reason") in NAMED_BY_OTHERS or (container.sidecar and is_ending(pod)):
            continue
        loops = _waits(container) or _ended_again(container) or _runs_between(container)
        if loops and (since := ended_at(pod, end)):
            waiting = container.state("waiting")
            yield Match(
                Failure(
                    failure_class=FailureClass.CRASH_LOOP,
                    container=container.name,
                    since=since,
                    reason=manifests.text(waiting.get("reason") or end.get("reason")),
                    message=manifests.text(end.get("message"))
                    or _killed(container, events, since)
                    or manifests.text(waiting.get("message")),
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


def _killed(container: Container, events: Events, since: datetime) -> str:
    """That the kubelet killed it, and what the probe had said; '' where no event tells that."""
    mine = [
        event
        for event in manifests.newest_first(events or ())
        if manifests.is_about(event, container.name) and _tells_of(event, since)
    ]
    killing = _newest(mine, "Killing")
    if not KILLED.search(killing):
        return ""
    why = _newest(mine, "FailedPostStartHook" if "Hook" in killing else "Unhealthy")
    return f"{killing}: {why}" if why else killing


def _newest(events: list[Manifest], reason: str) -> str:
    return next((manifests.text(e.get("message")) for e in events if e.get("reason") == reason), "")


def _tells_of(event: Manifest, since: datetime) -> bool:
    time = manifests.event_time(event)
    return time is not None and time >= since - STILL_TELLS
