"""Who may ask at all: names, origins, tokens, addresses."""

from pathlib import Path

import pytest

from api.main import create_app
from kure.errors import Misconfigured
from kure.settings import Settings
from tests.api.conftest import AGENT_TOKEN, Api, free_port, running

PEOPLES = [
    "/api/incidents",
    "/api/incidents/018f0000-0000-7000-8000-000000000000",
    "/api/incidents/018f0000-0000-7000-8000-000000000000/evidence",
    "/api/runs/018f0000-0000-7000-8000-000000000000",
    "/api/events",
    "/api/config",
    "/api/auth/me",
    "/api/openapi.json",
]


@pytest.mark.parametrize("path", PEOPLES)
async def test_without_a_token_nobody_reads(api: Api, path: str) -> None:
    answer = await api.client.get(path)
    assert answer.status_code == 401
    assert "Sign in" in answer.json()["detail"]


@pytest.mark.parametrize("path", PEOPLES)
async def test_an_agents_token_does_not_read_what_people_see(api: Api, path: str) -> None:
    assert (await api.agent("GET", path)).status_code == 403


@pytest.mark.parametrize("path", ["/api/agent/open", "/api/agent/config"])
async def test_the_peoples_token_is_no_agents(api: Api, path: str) -> None:
    assert (await api.person("GET", path)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": ""},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
    ids=["another name", "no name", "another page", "a page of nobody", "a cross-site write"],
)
async def test_a_write_from_another_place_is_refused(api: Api, headers: dict[str, str]) -> None:
    answer = await api.client.post("/api/auth/code", json={"code": api.code}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_an_address_beyond_loopback_needs_the_name_that_people_use(
    data_dir: Path, host: str
) -> None:
    with pytest.raises(Misconfigured, match="KURE_PUBLIC_URL"):
        create_app(Settings(data_dir=data_dir, host=host))
    create_app(Settings(data_dir=data_dir, host=host, public_url="https://kure.example.com"))


async def test_tokens_are_files_for_their_owner_only(api: Api) -> None:
    assert (api.settings.data_dir / "token").stat().st_mode & 0o777 == 0o600
    assert (api.settings.data_dir / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/nothing", 404),
        ("/api/incidents/not-an-id", 422),
        ("/api/incidents/018f0000-0000-7000-8000-000000000000", 404),
        ("/api/incidents?status=sleeping", 422),
        ("/api/incidents?colour=red", 422),
        ("/api/incidents?after=nonsense", 422),
        ("/api/incidents?limit=0", 422),
    ],
)
async def test_each_error_is_a_problem_with_an_id(api: Api, path: str, status: int) -> None:
    answer = await api.person("GET", path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "id"} <= set(answer.json())


async def test_health_needs_no_token(api: Api) -> None:
    assert (await api.client.get("/healthz")).json() == {"status": "alive"}
    ready = (await api.client.get("/readyz")).json()
    assert ready["ready"], ready
    assert AGENT_TOKEN not in str(ready)


@pytest.mark.parametrize("path", ["/", "/api/incidents", "/api/nothing", "/healthz", "/api/events"])
async def test_every_answer_has_the_headers_that_protect_a_browser(api: Api, path: str) -> None:
    headers = (await api.client.get(path)).headers
    assert "'unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"


async def test_probes_may_ask_by_any_name(api: Api) -> None:
    for path, status in (("/healthz", 200), ("/readyz", 200), ("/api/config", 403)):
        answer = await api.client.get(path, headers={"Host": "10.0.0.7:8080"})
        assert answer.status_code == status, path


async def test_over_tls_the_cookie_is_bound_to_it(api: Api) -> None:
    public = api.settings.model_copy(
        update={"port": free_port(), "public_url": "https://kure.example.com"}
    )
    async with running(public) as known:
        answer = await known.client.post("/api/auth/code", json={"code": known.code})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-kure_session=")
        assert "Secure" in cookie
        assert "max-age" in answer.headers["strict-transport-security"]


async def test_a_page_without_a_build_says_how_to_make_one(api: Api) -> None:
    answer = await api.client.get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text
    assert "'unsafe" not in answer.headers["content-security-policy"]


async def test_files_are_served_packed_and_pages_with_a_fresh_nonce(api: Api) -> None:
    dist = api.settings.dashboard_dir
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text('<meta name="csp-nonce" content="__CSP_NONCE__">')
    (dist / "assets" / "app-1a2b.js").write_text("plain")
    (dist / "assets" / "app-1a2b.js.br").write_bytes(b"packed")
    first, second = await api.client.get("/"), await api.client.get("/incidents/x")
    assert "__CSP_NONCE__" not in first.text
    assert first.text != second.text
    packed = await api.client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert packed.text == "plain"
    for escape in ("/assets/..%2Findex.html", "/..%2Ftoken", "/assets/%2Fetc%2Fpasswd"):
        assert api.token not in (await api.client.get(escape)).text
