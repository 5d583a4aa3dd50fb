"""What is old goes: once an hour, by a Schedule, one kind of record after the other."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from kure.contracts.housekeeping import HousekeepingActivities, Housekept, PruneRequest
    from kure.domain.retention import Record, cutoff
    from workflows.options import db_local, housekeeping


@workflow.defn
class RetentionWorkflow:
    """Reads how long each kind is kept, as it stands now, and deletes what is older."""

    @workflow.run
    async def run(self) -> Housekept:
        """Ends when all is done; what cannot be deleted now is tried until it can."""
        now = workflow.now()
        kept = await workflow.execute_local_activity_method(
            HousekeepingActivities.kept_days, **db_local("Read how long records are kept")
        )
        deleted = {}
        for record in Record:
            before = cutoff(kept.days.get(record), now)
            if before is None:
                continue
            request = PruneRequest(record=record, before=before)
            pruned = await workflow.execute_activity_method(
                HousekeepingActivities.prune, request, **housekeeping(request.summary)
            )
            deleted[record] = pruned.deleted
        return Housekept(deleted=deleted)
