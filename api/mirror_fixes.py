"""Which fix a mirror is to test: one that the newest diagnosis proposes, else a model's; one that
is stored; or an edited manifest."""

from dataclasses import dataclass
from uuid import UUID

from api.state import State
from kure.adapters.crypto import Keyring
from kure.adapters.postgres import fixes
from kure.adapters.postgres.diagnoses import newest_diagnosis
from kure.adapters.postgres.fixes import Fix
from kure.contracts.incidents import CauseView, DiagnosisView, IncidentRow
from kure.domain.access.scopes import Scopes
from kure.domain.diagnosis.fixes import TEMPLATES, pointer
from kure.domain.workloads import Workload
from kure.errors import InvalidInput

NOTHING = (
    "No cause that was found has a fix of this workload itself, and only such a fix can be tested "
    "on a copy of its pod. The manifest is that of the pod as it is: an admin may edit and test it."
)


@dataclass(frozen=True)
class Proposal:
    """What is to be tested; `fix` is None where there is nothing to test yet."""

    fix: Fix | None
    explanation: str


def edited(keyring: Keyring, manifest: str, by: str) -> Proposal:
    """What somebody has made of the manifest that they were shown."""
    digest = keyring.fingerprint("fix", manifest)
    fix = Fix("edited", f"Edited by {by}", digest, edited=manifest)
    return Proposal(fix, f"The manifest as {by} has edited it.")


async def first(kure: State, row: IncidentRow, workload: Workload, scopes: Scopes) -> Proposal:
    """What the rules propose; where they have nothing that a mirror can test, what a model does."""
    diagnosis = await newest_diagnosis(kure.pool, row, scopes)
    by_rules = proposed(diagnosis, workload, None, None)
    if by_rules.fix is not None:
        return by_rules
    found = await fixes.of_model(kure.pool, kure.mirror_cipher, UUID(row.id))
    if found is None or not _changes_pods(found[0], workload):
        return by_rules
    return _of_model(*found)


async def stored(kure: State, incident_id: UUID, fix_id: UUID) -> Proposal:
    """A fix by its id. NotFound where that incident has no such fix."""
    fix = await fixes.read(kure.pool, kure.mirror_cipher, incident_id, fix_id)
    if fix.source != "model":
        return Proposal(fix, "")
    found = await fixes.of_model(kure.pool, kure.mirror_cipher, incident_id, fix_id)
    return _of_model(*found) if found else Proposal(fix, "")


def _of_model(fix: Fix, words: fixes.Words) -> Proposal:
    risk = f"Risk: {words.risk}" if words.risk else ""
    return Proposal(fix, f"{words.explanation} {risk}".strip())


def _changes_pods(fix: Fix, workload: Workload) -> bool:
    """Whether a copy of a pod can show what it does."""
    place = TEMPLATES.get(workload.kind)
    if place is None:
        return False
    return any(
        step.op != "test" and step.path.startswith(pointer(place)) for step in fix.operations
    )


def proposed(
    diagnosis: DiagnosisView | None, workload: Workload, cause: int | None, rule: str | None
) -> Proposal:
    """The first fix that a mirror can test, of all causes or of that one. InvalidInput where that
    one has none."""
    causes = list(enumerate(diagnosis.causes if diagnosis else []))
    wanted = [
        one for n, one in causes if (cause is None or cause == n) and rule in (None, one.rule)
    ]
    for one in wanted:
        if _mends(one, workload):
            assert one.patch is not None, "it mends"
            fix = fixes.of_operations(one.title, one.patch.operations)
            return Proposal(fix, f"{one.explanation} {one.fix}".strip())
    if cause is not None or rule is not None:
        field = "rule" if cause is None else "cause"
        there = (
            "has no fix that a copy of the pod can test" if wanted else "is not in the diagnosis"
        )
        raise InvalidInput("That cause cannot be tested.", ((field, there),))
    return Proposal(None, NOTHING)


def _mends(cause: CauseView, workload: Workload) -> bool:
    """Whether its patch changes the workload itself. Of pods that share a generated name each has a
    name of its own."""
    patch = cause.patch
    if patch is None or patch.kind != workload.kind or patch.namespace != workload.namespace:
        return False
    return patch.name == workload.name or workload.kind == "Pod"
