"""Keys of envFrom that cannot be names of environment variables and are left out: B19."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence

SKIPPED = re.compile(
    r"Keys \[(?P<keys>[^\]]{1,2000})\] from the EnvFrom (?P<kind>\w{1,20}) "
    r"(?P<name>\S{1,300}) were",
    re.IGNORECASE,
)


def skipped_variables(case: Case) -> Iterator[Cause]:
    """No failure in itself; a program that misses its settings may fail for it."""
    for event in case.events("InvalidEnvironmentVariableNames"):
        found = SKIPPED.search(manifests.text(event.get("message")))
        keys = found["keys"] if found else "some keys"
        source = f"{found['kind']} {found['name']}" if found else "its envFrom"
        yield Cause(
            rule="B19",
            failure_class=case.failure.failure_class,
            container=case.failure.container,
            title=case.quote(f"{case.container_label} does not get {keys} from {source}", 200),
            explanation="A name of an environment variable has letters, digits and _ only and "
            "begins with no digit; what has other characters was left out when the environment "
            "was made.",
            confidence=Confidence.LIKELY,
            evidence=(case.from_event(event),),
            fix=case.quote(
                f"Rename the keys in {source}, or take each by env with valueFrom and a valid name."
            ),
        )
        return
