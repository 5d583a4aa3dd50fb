"""Reading a cluster: what may not be read is not evaluated, and never a pass."""

from typing import Any

import pytest

from kure.domain.security.kinds import CLUSTER, GROUPS
from kure.domain.security.readable import READS
from kure.domain.security.settings import Settings
from kure.errors import AccessDenied, InvalidInput, KureError
from kure.scanning.cluster import Reader
from kure.scanning.judging import judge
from kure.scanning.report import Report, Source
from tests.activities.cart import NOW
from tests.fakes import FakeCluster

DENIED = AccessDenied("Cannot list it: 403")
PODS = "/api/v1/namespaces/shop/pods"
POLICIES = "/apis/networking.k8s.io/v1/networkpolicies"
ACCOUNTS = "/api/v1/serviceaccounts"
OWN_ACCOUNTS = "/api/v1/namespaces/shop/serviceaccounts"


def pod(name: str, namespace: str = "shop", **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}, "spec": spec}


def named(name: str, namespace: str = "") -> dict[str, Any]:
    return {"metadata": {"name": name} | ({"namespace": namespace} if namespace else {})}


SHOP = {"/api/v1/namespaces/shop": named("shop"), "/api/v1/namespaces/bank": named("bank")}


async def scanned(
    objects: dict[str, Any], namespace: str = "", refused: dict[str, KureError] | None = None
) -> Report:
    cluster = FakeCluster(objects, refused=refused or {})
    looked = await Reader(cluster, namespace).read(Source(kind="cluster", names=["here"]))
    return judge(looked, Settings(), namespace, NOW)


def all_lists(namespace: str = "") -> dict[str, KureError]:
    return {each.path(each.version, within): DENIED for each in READS for within in ("", namespace)}


async def test_who_may_list_nothing_is_told() -> None:
    with pytest.raises(AccessDenied, match=r"may list nothing\. Cannot list it: 403"):
        await scanned({}, refused=all_lists())


async def test_a_namespace_that_is_not_there_is_told() -> None:
    with pytest.raises(InvalidInput, match="There is no namespace shops"):
        await scanned(SHOP, "shops")


async def test_a_cluster_that_does_not_answer_is_no_pass() -> None:
    down = KureError("it does not answer")
    with pytest.raises(KureError, match="it does not answer"):
        await scanned(SHOP, refused={"/api/v1/pods": down})


async def test_a_refused_list_is_not_evaluated_and_the_rest_is_judged() -> None:
    objects = SHOP | {"/api/v1/pods/web": pod("web", hostPID=True)}
    report = await scanned(objects, refused={POLICIES: DENIED})
    assert "KURE-POD-002" in {each.check for each in report.findings}
    assert "KURE-NET-001" not in {each.check for each in report.findings}
    lacks = {each.check: each.missing for each in report.not_evaluated if not each.partly}
    assert lacks["KURE-NET-001"] == ["NetworkPolicy"]
    assert {each.what: each.why for each in report.unread}["NetworkPolicy"] == str(DENIED)
    allowed = await scanned(objects)
    assert "KURE-NET-001" in {each.check for each in allowed.findings}


async def test_secrets_are_not_listed() -> None:
    assert "Secret" not in {each.kind for each in READS}
    report = await scanned(SHOP)
    assert "Secret" in {each.what for each in report.unread}
    assert "KURE-SEC-005" in {each.check for each in report.not_evaluated if not each.partly}


async def test_of_one_namespace_nothing_else_is_told() -> None:
    objects = SHOP | {
        f"{PODS}/web": pod("web", hostPID=True),
        "/api/v1/namespaces/bank/pods/web": pod("web", "bank", hostPID=True),
        "/api/v1/nodes/n1": named("n1"),
        f"{ACCOUNTS}/app": named("app", "bank"),
    }
    report = await scanned(objects, "shop")
    homes = {each.object.namespace or each.object.name for each in report.findings}
    assert homes == {"shop"}
    assert CLUSTER not in {kind for each in report.not_evaluated for kind in each.kinds}
    assert "Node" not in {kind for each in report.not_evaluated for kind in each.kinds}


async def test_who_has_rights_in_one_namespace_only_has_it_judged() -> None:
    """Accounts of others may not be listed, so that nothing is said to be missing there."""
    binding = named("shared", "shop") | {
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "robot", "namespace": "bank"}],
    }
    rbac = "/apis/rbac.authorization.k8s.io/v1"
    objects = SHOP | {
        f"{rbac}/rolebindings/shared": binding,
        f"{rbac}/clusterroles/view": named("view"),
        f"{PODS}/web": pod("web"),
    }
    everywhere = objects | {f"{ACCOUNTS}/default": named("default", "shop")}
    assert "KURE-RBAC-028" in {each.check for each in (await scanned(everywhere, "shop")).findings}
    objects |= {f"{OWN_ACCOUNTS}/default": named("default", "shop")}
    report = await scanned(objects, "shop", {ACCOUNTS: DENIED})
    assert "KURE-RBAC-028" not in {each.check for each in report.findings}
    (told,) = [each for each in report.unread if each.what == "ServiceAccount"]
    assert told.why == "only those of namespace shop: Cannot list it: 403"
    lacks = {each.check: each for each in report.not_evaluated}
    missing = [each for each in lacks.values() if "ServiceAccount" in each.missing]
    assert any(each.partly for each in missing)
    assert "KURE-SA-003" in {each.check for each in report.findings}
    assert lacks["KURE-SA-003"].partly


def test_every_kind_of_which_checks_speak_is_read() -> None:
    assert set(GROUPS) - {each.name for each in READS} == {"Secret"}
