"""How the recorder reads requests: as the API server's authorizer does."""

import pytest

from tests.cluster.recorder import Request, resolve

PODS = "/api/v1/namespaces/shop/pods"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kure/leases"


@pytest.mark.parametrize(
    ("method", "path", "query", "expected"),
    [
        ("GET", "/version", {}, Request("get", "", "/version")),
        ("GET", "/apis/apps/v1", {}, Request("get", "", "/apis/apps/v1")),
        ("GET", "/api/v1/pods", {}, Request("list", "", "pods")),
        ("GET", "/api/v1/pods", {"watch": "true"}, Request("watch", "", "pods")),
        ("GET", "/api/v1/pods", {"watch": "0"}, Request("list", "", "pods")),
        ("GET", f"{PODS}/cart", {}, Request("get", "", "pods", "shop", "cart")),
        ("GET", f"{PODS}/cart/log", {}, Request("get", "", "pods/log", "shop", "cart")),
        ("GET", "/api/v1/namespaces", {}, Request("list", "", "namespaces")),
        (
            "GET",
            "/api/v1/namespaces/shop",
            {},
            Request("get", "", "namespaces", "shop", "shop"),
        ),
        (
            "GET",
            PODS,
            {"fieldSelector": "metadata.name=cart"},
            Request("list", "", "pods", "shop", "cart"),
        ),
        ("POST", LEASES, {}, Request("create", "coordination.k8s.io", "leases", "kure")),
        (
            "PUT",
            f"{LEASES}/kure-agent",
            {},
            Request("update", "coordination.k8s.io", "leases", "kure", "kure-agent"),
        ),
        ("DELETE", PODS, {}, Request("deletecollection", "", "pods", "shop")),
    ],
)
def test_a_request_is_what_rbac_takes_it_for(
    method: str, path: str, query: dict[str, str], expected: Request
) -> None:
    assert resolve(method, path, query) == expected
