"""What a mirror would be, asked of the cluster's own worker while somebody waits for the answer."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from kure.contracts.mirroring import MirrorClusterActivities, Planned, PlanRequest
    from workflows.names import cluster_queue
    from workflows.options import cluster_answer


@workflow.defn
class MirrorPlanWorkflow:
    """One plan. Its id names what is asked, so that whoever asks again meanwhile waits for the same
    answer."""

    @workflow.run
    async def run(self, request: PlanRequest) -> Planned:
        """Fails within 20 s where the cluster's worker or the cluster does not answer."""
        return await workflow.execute_activity_method(
            MirrorClusterActivities.plan_mirror,
            request,
            **cluster_answer(request.summary, cluster_queue(request.wish.workload.cluster)),
        )
