"""Why a claim does not get larger (G17)."""

import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.telling import certain
from kure.domain.failures.objects.claim_resize import CONDITIONS, ERRORS, FAILED


def not_enlarged(case: Case) -> Iterator[Cause]:
    """In the words of whoever was to enlarge it."""
    if case.failure.reason not in (*ERRORS, *FAILED) or not case.name:
        return
    asked = manifests.mapping(manifests.spec(case.pod).get("resources")).get("requests")
    wanted = manifests.text(manifests.mapping(asked).get("storage")) or "the size that it asks for"
    capacity = manifests.mapping(manifests.status(case.pod).get("capacity")).get("storage")
    has = f" It still has {capacity}." if capacity else ""
    said = case.quote(case.failure.message, 500)
    on_node = case.failure.reason == "NodeResizeError" or "FileSystem" in _conditions(case)
    where = (
        "The volume has grown, and the file system on it could not be on its node."
        if on_node
        else "Its driver could not make the volume larger."
    )
    yield certain(
        case,
        "G17",
        f'PersistentVolumeClaim "{case.name}" is not enlarged to {wanted}'
        + (f": {said}" if said else ""),
        f"{where}{has} What mounts it goes on with the size that it has."
        + (f" It is said: {said}" if said else ""),
        "Mend what the message names (a quota of the storage, a driver that cannot enlarge, a file "
        "system with errors). Until the driver has made it, a smaller size may be asked for again.",
        evidence=(case.from_pod("spec.resources.requests.storage", wanted),),
        commands=(
            f"kubectl describe pvc {shlex.quote(case.name)} -n {shlex.quote(case.namespace)}",
        ),
    )


def _conditions(case: Case) -> str:
    """Those that are True."""
    found = (manifests.condition(case.pod, kind) for kind in CONDITIONS)
    return " ".join(manifests.text(one.get("type")) for one in found if one.get("status") == "True")
