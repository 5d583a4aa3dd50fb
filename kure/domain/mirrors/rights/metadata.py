"""Labels and annotations of a wanted pod.

A mirror gets none of its original's labels, so that these may differ. Annotations move injectors,
networks and profiles: they are the original's or fewer, and those that confine stay.
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.words import HIDDEN, more

OURS = "kure.dev/"

CONFINING = (
    "container.apparmor.security.beta.kubernetes.io/",
    "seccomp.security.alpha.kubernetes.io/",
    "container.seccomp.security.alpha.kubernetes.io/",
)


def more_metadata(original: Manifest, wanted: Manifest) -> Iterator[str]:
    """One sentence for each annotation that the original does not have so, and for each label that
    only Kure may give."""
    before, after = (manifests.metadata(each) for each in (original, wanted))
    for field in ("labels", "annotations"):
        old, new = manifests.mapping(before.get(field)), after.get(field)
        if new is not None and not isinstance(new, dict):
            yield f"metadata.{field} has to be an object: write it as the original has it."
            continue
        new = new or {}
        for key in dict.fromkeys([*old, *new]):
            if old.get(key) != new.get(key):
                yield from _of(field, str(key), new.get(key))


def _of(field: str, key: str, after: object) -> Iterator[str]:
    at = f"metadata.{field}[{key}]"
    if key.startswith(OURS) and after is not None:
        yield f"{at} is what Kure itself tells its mirrors by: take it out."
    elif field == "annotations" and (after is not None or key.startswith(CONFINING)):
        yield more(at, after, HIDDEN)
