"""Where mirrors are switched off, the worker says so, and asks nothing of the cluster."""

from typing import Any, cast
from uuid import uuid4

from activities.mirror_cluster import MirrorClusterActivities
from kure.adapters.clock import utc_now
from kure.contracts.mirroring import DeployRequest, PlanRequest, Wish
from kure.domain.access.roles import Role
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload

WISH = Wish(
    workload=Workload("c", "shop", "Deployment", "cart"), pods=[], by="ada", role=Role.ADMIN
)


async def test_nothing_is_planned_or_made() -> None:
    nothing = cast(Any, object())  # whatever is asked of it fails the test
    off = MirrorClusterActivities(
        cluster=nothing,
        writer=nothing,
        store=nothing,
        redactor=Redactor(b"k" * 32),
        drafts=nothing,
        keys=lambda: [b"k" * 32],
        own_namespace="kure",
        clock=utc_now,
        allowed=False,
    )
    mirror_id = str(uuid4())
    plan = await off.plan_mirror(PlanRequest(incident_id="i", mirror_id=mirror_id, wish=WISH))
    assert ["--allow-mirrors" in reason for reason in plan.refusals] == [True]
    deployed = await off.deploy_mirror(
        DeployRequest(run_id="r", incident_id="i", mirror_id=mirror_id, wish=WISH)
    )
    assert (deployed.uid, deployed.plan.refusals) == (None, plan.refusals)
