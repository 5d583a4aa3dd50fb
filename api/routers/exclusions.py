"""What nobody wants to be told of. An exclusion is in force everywhere within two seconds, and what
it closed comes back as fast when it is taken back or expires."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.state import Kure, State, Writer
from kure.adapters.postgres import exclusions
from kure.adapters.postgres.exclusions import PATTERNS, Table
from kure.contracts.exclusions import (
    NamespaceExclusion,
    NewNamespaceExclusion,
    NewPodExclusion,
    PodExclusion,
    Preview,
)
from kure.domain.access.person import Person
from kure.domain.exclusions import Exclusion
from kure.domain.globs import is_everything
from kure.errors import AccessDenied, InvalidInput, NotFound

router = APIRouter(prefix="/api/admin", tags=["exclusions"])

MOST_NAMED = 50
WILD = set("*?[")
OnlyPreview = Annotated[bool, Query(alias="preview", description="Tell what it would close now")]


class NamespaceExclusions(BaseModel):
    items: list[NamespaceExclusion]


class PodExclusions(BaseModel):
    items: list[PodExclusion]


@router.get("/excluded-namespaces")
async def list_excluded_namespaces(kure: Kure, person: Writer) -> NamespaceExclusions:
    """The namespaces of which nobody is told, newest first."""
    rows = await _listed(kure, person, "namespace_exclusions")
    return NamespaceExclusions.model_validate({"items": rows})


@router.get("/excluded-pods")
async def list_excluded_pods(kure: Kure, person: Writer) -> PodExclusions:
    """The workloads, pods, labels and classes of failures of which nobody is told, newest first."""
    rows = await _listed(kure, person, "pod_exclusions")
    return PodExclusions.model_validate({"items": rows})


@router.post("/excluded-namespaces", status_code=201, responses={200: {"model": Preview}})
async def exclude_namespaces(
    body: NewNamespaceExclusion, kure: Kure, person: Writer, response: Response,
    preview: OnlyPreview = False,
) -> NamespaceExclusion | Preview:  # fmt: skip
    """Be told no more of what fails in these namespaces. The same pattern again changes its reason
    and its end. With `preview` nothing is changed."""
    row = await _added(kure, person, "namespace_exclusions", body, preview=preview)
    if isinstance(row, Preview):
        response.status_code = 200
        return row
    return NamespaceExclusion.model_validate(row)


@router.post("/excluded-pods", status_code=201, responses={200: {"model": Preview}})
async def exclude_pods(
    body: NewPodExclusion, kure: Kure, person: Writer, response: Response,
    preview: OnlyPreview = False,
) -> PodExclusion | Preview:  # fmt: skip
    """Be told no more of what fails where all patterns match. The same patterns again change their
    reason and their end. With `preview` nothing is changed."""
    row = await _added(kure, person, "pod_exclusions", body, preview=preview)
    if isinstance(row, Preview):
        response.status_code = 200
        return row
    return PodExclusion.model_validate(row)


@router.delete("/excluded-namespaces/{exclusion_id}", status_code=204)
async def include_namespaces(exclusion_id: UUID, kure: Kure, person: Writer) -> None:
    """Be told again: what fails there now comes back."""
    await _removed(kure, person, "namespace_exclusions", exclusion_id)


@router.delete("/excluded-pods/{exclusion_id}", status_code=204)
async def include_pods(exclusion_id: UUID, kure: Kure, person: Writer) -> None:
    """Be told again: what fails of it now comes back."""
    await _removed(kure, person, "pod_exclusions", exclusion_id)


async def _listed(kure: State, person: Person, table: Table) -> list[dict[str, Any]]:
    rows = await exclusions.listed(kure.pool, table)
    return [_shown(kure, row) for row in rows if _may(person, row["cluster"], row["namespace"])]


def _shown(kure: State, row: dict[str, Any]) -> dict[str, Any]:
    ends = row["expires_at"]
    return row | {"is_expired": ends is not None and ends <= kure.clock()}


async def _added(
    kure: State, person: Person, table: Table, body: BaseModel, *, preview: bool
) -> dict[str, Any] | Preview:
    new = body.model_dump()
    _check(kure, table, new)
    if not _may(person, new["cluster"], new["namespace"]):
        raise AccessDenied(
            "You see a part only: name a cluster and a namespace of it, without * ? and [."
        )
    if preview:
        return await _preview(kure, person, table, new)
    row = await exclusions.add(kure.pool, table, new, person.name, kure.clock())
    await kure.exclusions.apply()
    return _shown(kure, row)


async def _removed(kure: State, person: Person, table: Table, exclusion_id: UUID) -> None:
    row = await exclusions.read(kure.pool, table, exclusion_id)
    if not _may(person, row["cluster"], row["namespace"]):
        raise NotFound(f"There is no exclusion {exclusion_id}.")
    await exclusions.remove(kure.pool, table, exclusion_id, person.name, kure.clock())
    await kure.exclusions.apply()


def _check(kure: State, table: Table, new: dict[str, Any]) -> None:
    """InvalidInput for what would silence everything, or nothing any more."""
    if new["expires_at"] is not None and new["expires_at"] <= kure.clock():
        raise InvalidInput("That moment has passed.", (("expires_at", "must be in the future"),))
    if "\0" in new["reason"] or not new["reason"].strip():
        raise InvalidInput("Say why.", (("reason", "is empty"),))
    narrow = [name for name in PATTERNS[table] if name != "cluster"]
    if all(is_everything(new[name]) for name in narrow):
        raise InvalidInput(
            "That would exclude everything there is.",
            ((narrow[0], "give a pattern that does not match all"),),
        )


def _may(person: Person, cluster: str, namespace: str) -> bool:
    """Who sees a part only may exclude there only, by its plain name."""
    if person.scopes.everything:
        return True
    is_plain = not WILD & {*cluster, *namespace}
    return is_plain and person.scopes.covers(cluster, namespace)


async def _preview(kure: State, person: Person, table: Table, new: dict[str, Any]) -> Preview:
    patterns = {name: new[name] for name in PATTERNS[table]}
    found = await exclusions.covered(kure.pool, [Exclusion("", **patterns)], kure.clock())
    names = [f"{row['namespace']}/{row['kind']}/{row['name']}" for row in found]
    return Preview(incidents=len(found), workloads=sorted(names)[:MOST_NAMED])
