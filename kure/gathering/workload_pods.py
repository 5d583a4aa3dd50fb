"""The pods of a workload, as its selector and their controllers tell."""

from collections.abc import Iterable
from datetime import UTC, datetime

from kure.domain import manifests, owners
from kure.domain.diagnosis.scheduling.placement import selector_text
from kure.gathering.reads import PODS, Reads, together
from kure.ports import Manifest

REPLICA_SETS = "/apis/apps/v1/namespaces/{}/replicasets"
JOBS = "/apis/batch/v1/namespaces/{}/jobs"


async def pods_of(reads: Reads, owner: Manifest) -> list[Manifest]:
    """The pods that the owner's selector finds and that it controls: selectors may overlap. Of a
    CronJob those of its newest Job."""
    if owner.get("kind") == "CronJob":
        job = await _newest_job(reads, owner)
        return await pods_of(reads, job) if job else []
    namespace = manifests.namespace(owner)
    query = {"labelSelector": selector_text(manifests.spec(owner).get("selector"))}
    async with together() as group:
        pods = group.create_task(reads.all_of(PODS.format(namespace), query))
        replica_sets = None
        if owner.get("kind") == "Deployment":
            path = REPLICA_SETS.format(namespace)
            replica_sets = group.create_task(reads.all_of(path, query))
    controllers = {manifests.uid(owner)}
    if replica_sets is not None:
        found = _controlled(replica_sets.result(), controllers)
        controllers = {manifests.uid(replica_set) for replica_set in found}
    return _controlled(pods.result(), controllers)


async def _newest_job(reads: Reads, cron_job: Manifest) -> Manifest | None:
    found = await reads.all_of(JOBS.format(manifests.namespace(cron_job)))
    never = datetime.min.replace(tzinfo=UTC)
    return max(
        _controlled(found, {manifests.uid(cron_job)}),
        key=lambda job: manifests.created_at(job) or never,
        default=None,
    )


def _controlled(found: Iterable[Manifest], controllers: set[str]) -> list[Manifest]:
    return [
        obj
        for obj in found
        if (owner := owners.controller(obj)) is not None and owner.uid in controllers
    ]
