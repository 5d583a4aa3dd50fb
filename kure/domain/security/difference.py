"""What a change of an object brings that was not there before: a fix must not open a door.

Only the object itself is looked at, without the lists around it: what those decide is the same
before and after.
"""

from kure.domain.manifests import Manifest
from kure.domain.security.model import Finding, Severity
from kure.domain.security.scan import findings_of
from kure.domain.security.settings import DEFAULTS, Settings
from kure.domain.security.snapshot import Snapshot

_ALONE = Snapshot(live=False)


def new_findings(
    before: Manifest, after: Manifest, settings: Settings = DEFAULTS
) -> tuple[Finding, ...]:
    """The findings of `after` that `before` does not have, or not as bad, the worst first. Both are
    whole objects, a Deployment or a Pod, say; `before` may be empty where there was none."""
    known = {each.key: each.severity.rank for each in findings_of(before, _ALONE, settings)}
    found = [
        each
        for each in findings_of(after, _ALONE, settings)
        if each.severity.rank < known.get(each.key, len(Severity))
    ]
    return tuple(sorted(found, key=lambda each: each.severity.rank))


def refused(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those for which a fix is refused: critical and high."""
    return tuple(each for each in found if each.severity.rank <= Severity.HIGH.rank)
