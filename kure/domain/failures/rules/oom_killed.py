"""The kernel killed a container for the memory it took."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.ended import told_until
from kure.domain.failures.match import Events, Match, end_path, ended_at, hold_ends, last_end
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest


def oom_killed(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Exit code 137 alone does not tell: only the reason does.

    Looks at `lastState` too: after a restart the kill is only remembered there. A container that
    runs again is held failing for a while; one that ended with 0 afterwards has done its work, and
    so has one whose killed child process did not keep it from ending with 0.
    """
    if manifests.phase(pod) == "Succeeded":
        return
    for container in manifests.containers(pod):
        end = last_end(container)
        if end.get("reason") != "OOMKilled" or (since := ended_at(pod, end)) is None:
            continue
        if container.state("terminated").get("exitCode") == 0:
            continue
        yield Match(
            Failure(
                failure_class=FailureClass.OOM_KILLED,
                container=container.name,
                since=since,
                reason="OOMKilled",
                message=manifests.text(end.get("message")),
                field=end_path(container),
            ),
            ends=told_until(pod, since, graces)
            if manifests.phase(pod) == "Failed"
            else hold_ends(container),
        )
