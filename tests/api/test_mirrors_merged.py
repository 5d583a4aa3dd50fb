"""A mirror under test whose incident turns out to be another's: its run goes on."""

from temporalio.client import Client

from kure.adapters.clock import utc_now
from kure.adapters.postgres import reports
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from tests.api.conftest import Api
from tests.api.mirror_stage import PASSED, Cluster, until, working


async def told(api: Api, kind: str, name: str) -> str:
    """The same pod fails, of that owner; the incident's id."""
    failure = ReportedFailure(failure_class=FailureClass.CRASH_LOOP, since=utc_now())
    owner = Workload(api.settings.cluster, "shop", kind, name)
    pod = FailingPod(owner, "u1", "shop", "cart-1", (failure,))
    accepted = await reports.receive_failed(api.pool, pod, utc_now())
    assert accepted.incident_id is not None
    return accepted.incident_id


async def test_its_run_goes_on_and_its_verdict_is_the_other_incidents(
    api: Api, temporal_client: Client
) -> None:
    before, cluster = await told(api, "Pod", "cart-1"), Cluster()
    async with working(api, temporal_client, cluster):
        path = f"/api/mirror/deploy/{before}"
        answer = await api.person("POST", path, json={"manifest": "kind: Pod\n"})
        mirror_id = answer.json()["mirror_id"]
        await until(api, mirror_id, "starting")
        after = await told(api, "Deployment", "cart")
        cluster.verdict = PASSED
        proved = await until(api, mirror_id, "passed")
        assert (proved["incident_id"], proved["run"]["incident_id"]) == (after, after)
        extend = f"/api/mirror/{mirror_id}/extend"
        assert (await api.person("POST", extend, json={"ttl_seconds": 600})).status_code == 200
        assert (await api.person("DELETE", f"/api/mirror/{mirror_id}")).status_code == 202
        await until(api, mirror_id, "gone")
    assert cluster.created == set()
    detail = (await api.person("GET", f"/api/incidents/{after}")).json()
    assert [row["id"] for row in detail["mirrors"]] == [mirror_id]
    assert detail["fixes"][0]["proof"]["id"] == mirror_id
