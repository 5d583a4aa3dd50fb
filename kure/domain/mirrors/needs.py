"""How long a mirror must hold before it proves anything."""

import math
from collections.abc import Iterable
from datetime import timedelta

from kure.domain import manifests
from kure.domain.failures.match import run_length
from kure.domain.manifests import Container, Manifest

LEAST = 30.0
TIMES = 2

# Between its creation and Ready: the image, the volumes, its probes. An estimate, in seconds.
START = 30.0

# The longest life of a mirror, in seconds.
LONGEST = 3600.0


def longest_run(pods: Iterable[Manifest]) -> float:
    """The seconds of the longest run of a container of these pods that then ended badly, or ended
    though it was to run for ever; 0 where none did."""
    return max(
        (
            run_length(end).total_seconds()
            for pod in pods
            for container in manifests.containers(pod)
            for end in (container.state("terminated"), container.last_terminated)
            if is_crash(container, end)
        ),
        default=0.0,
    )


def is_crash(container: Container, end: Manifest) -> bool:
    """Whether a run ended so that it should not have."""
    forever = container.restarts == "Always" and (container.sidecar or not container.init)
    return bool(end) and (end.get("exitCode") != 0 or forever)


def needed_seconds(longest_run: float) -> float:
    """How long a mirror must be Ready without a restart, in seconds: what crashed after a minute is
    not well after fifty seconds."""
    return max(LEAST, TIMES * longest_run)


def enough(ttl_seconds: float, needs_seconds: float) -> str:
    """'' where a life of so many seconds can prove the fix, else what it takes."""
    wanted = math.ceil(needs_seconds + START)
    if wanted > LONGEST:
        return (
            f"no mirror lives long enough: the crash comes so late that it would take {wanted} s, "
            f"and {LONGEST:.0f} s are the most"
        )
    return "" if ttl_seconds >= wanted else f"the test needs at least {wanted} s to prove anything"


def seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 0.0)
