"""Wishes of a model about the Deployment "cart", read in a fake cluster."""

from datetime import datetime
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.investigation_cluster import InvestigationClusterActivities
from kure.contracts.investigating import Read, ReadRequest, Wish
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.ports import Cluster, NewEvidence
from tests.activities.cart import CART, NOW
from tests.fakes import FakeEvidenceStore

REDACTOR = Redactor(b"k" * 32)


def now() -> datetime:
    return NOW


async def read(
    cluster: Cluster,
    tool: str,
    *,
    of: Workload = CART,
    store: FakeEvidenceStore | None = None,
    call_id: str = "call_1_1",
    redactor: Redactor = REDACTOR,
    **arguments: Any,
) -> Read:
    """Carry out one wish, as the worker does."""
    made = InvestigationClusterActivities(cluster, store or FakeEvidenceStore(), redactor, now)
    request = ReadRequest(
        incident_id="i",
        run_id="r",
        investigation_id="v",
        turn=1,
        workload=of,
        wish=Wish(call_id=call_id, tool=tool, arguments=arguments),
    )
    return await ActivityEnvironment().run(made.read_for_model, request)


async def shown(
    cluster: Cluster, tool: str, *, of: Workload = CART, **arguments: Any
) -> NewEvidence:
    """What was kept for the wish; it must not be refused."""
    store = FakeEvidenceStore()
    found = await read(cluster, tool, of=of, store=store, **arguments)
    assert found.refusal == ""
    [kept] = store.kept.values()
    return kept


async def refusal(cluster: Cluster, tool: str, *, of: Workload = CART, **arguments: Any) -> str:
    """Why nothing was read; nothing may have been kept."""
    store = FakeEvidenceStore()
    found = await read(cluster, tool, of=of, store=store, **arguments)
    assert found.evidence_id is None
    assert store.kept == {}
    assert found.refusal != ""
    return found.refusal
