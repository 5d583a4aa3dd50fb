"""A model's fix over HTTP: who may test it, when it is what is tested, and how it is shown to who
wants to apply it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.postgres import fixes
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.models import investigations
from kure.adapters.postgres.models.investigations import Ending
from kure.adapters.postgres.pool import transaction
from kure.contracts.investigating import ModelAnswer, ModelFix
from kure.domain.diagnosis.fixes import Operation
from kure.ports import NewEvidence
from tests.api.conftest import Api
from tests.api.mirror_stage import (
    FAILED_AGAIN,
    IMAGE,
    PASSED,
    Cluster,
    cause,
    cipher_of,
    incident,
    until,
    working,
)
from tests.api.people import browser, make

STEPS = (Operation("test", IMAGE, "cart:1"), Operation("replace", IMAGE, "cart:9"))
CHECKED = "accepted by the API server (dry run)"
CAPTURED = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: cart
  uid: u1
spec:
  template:
    spec:
      containers:
      - name: app
        image: cart:1
        env:
        - name: PASSWORD
          value: '[redacted:env:1a2b3c4d]'
status:
  replicas: 1
"""
BY_RULES = cause(operations=(Operation("replace", IMAGE, "cart:2"),))


async def answered(api: Api, incident_id: str, *steps: Operation) -> str:
    """The incident's newest investigation is answered with this fix; returns the fix's id."""
    operations = steps or STEPS
    told = ModelFix(title="Take 9", explanation="9 is mended.", risk="It is new.")
    answer = ModelAnswer(
        cause="The image is broken.", why="It says so.", confidence="high", evidence=[],
        ruled_out=[], missing=[], fix=told.model_copy(update={"operations": list(operations)}),
    )  # fmt: skip
    fix = fixes.of_operations("Take 9", operations, "model")
    now = utc_now()
    async with transaction(api.pool) as connection:
        found = await investigations.begin(connection, UUID(incident_id), uuid4(), None, now)
    ending = Ending(answer, fix=fix, checked=CHECKED)
    await investigations.finish(api.pool, cipher_of(api), found.id, ending, now)
    return str(await api.pool.fetchval("SELECT fix_id FROM investigations"))


async def captured(api: Api, incident_id: str, text: str) -> None:
    """The workload was read so."""
    table = EvidenceTable(api.pool, Keyring.load(api.settings.data_dir / "key").cipher("evidence"))
    new = NewEvidence("worker", "c1", "owner", "Deployment/cart", text)
    await table.save(incident_id, [new], utc_now())


async def posted(api: Api, path: str, body: Any = None) -> Any:
    answer = await api.person("POST", path, json=body or {})
    assert answer.status_code in (200, 202), answer.text
    return answer.json()


class TestRoles:
    """Whoever may write tests it as it is stored; who only reads sees it."""

    @pytest.mark.parametrize(("role", "status"), [("read", 403), ("write", 202), ("admin", 202)])
    async def test_deploy(self, api: Api, temporal_client: Client, role: str, status: int) -> None:
        incident_id, cluster = await incident(api), Cluster()
        fix_id = await answered(api, incident_id)
        await make(api, "ada", role)
        async with working(api, temporal_client, cluster), browser(api, "ada") as ada:
            for path, body in (
                (f"/api/mirror/preview/{incident_id}", {"fix_id": fix_id}),
                (f"/api/mirror/deploy/{incident_id}", {"fix_id": fix_id}),
            ):
                answer = await ada.post(path, json=body)
                assert answer.status_code in (status, 200 if status == 202 else 403), answer.text
        assert [request.wish.by_model for request in cluster.planned] == (
            [] if role == "read" else [True, True]
        )
        assert await api.count("mirrors") == (0 if role == "read" else 1)

    async def test_it_is_seen_by_who_may_see_its_incident(self, api: Api) -> None:
        incident_id = await incident(api)
        path = f"/api/incidents/{incident_id}/fixes/{await answered(api, incident_id)}"
        await make(api, "ada", "read", ("*/shop",))
        await make(api, "bob", "admin", ("*/bill",))
        async with browser(api, "ada") as ada, browser(api, "bob") as bob:
            assert (await ada.get(path)).status_code == 200
            assert (await bob.get(path)).status_code == 404

    async def test_of_another_incident_it_is_not_found(self, api: Api) -> None:
        fix_id = await answered(api, await incident(api))
        other = await incident(api, name="other")
        for answer in (
            await api.person("GET", f"/api/incidents/{other}/fixes/{fix_id}"),
            await api.person("POST", f"/api/mirror/preview/{other}", json={"fix_id": fix_id}),
            await api.person("POST", f"/api/incidents/{other}/fix-loop", json={"fix_id": fix_id}),
        ):
            assert answer.status_code == 404


class TestWhatIsTested:
    """The rules' fix first, a model's where they have none, and what a person chooses."""

    async def test_where_the_rules_have_none_it_is_the_models(
        self, api: Api, temporal_client: Client
    ) -> None:
        incident_id, cluster = await incident(api, cause("C99", patch=None)), Cluster()
        fix_id = await answered(api, incident_id)
        async with working(api, temporal_client, cluster):
            shown = await posted(api, f"/api/mirror/preview/{incident_id}")
        assert (shown["fix_id"], shown["source"], shown["title"]) == (fix_id, "model", "Take 9")
        assert shown["explanation"] == "9 is mended. Risk: It is new."
        [planned] = cluster.planned
        assert (planned.wish.operations, planned.wish.by_model) == ([*STEPS], True)

    async def test_the_rules_go_first_and_a_person_may_choose(
        self, api: Api, temporal_client: Client
    ) -> None:
        incident_id, cluster = await incident(api, BY_RULES), Cluster()
        fix_id = await answered(api, incident_id)
        path = f"/api/mirror/preview/{incident_id}"
        async with working(api, temporal_client, cluster):
            assert (await posted(api, path))["source"] == "rules"
            assert (await posted(api, path, {"fix_id": fix_id}))["source"] == "model"
        assert [request.wish.by_model for request in cluster.planned] == [False, True]

    async def test_a_fix_that_no_pod_can_show_is_not_what_is_tested(
        self, api: Api, temporal_client: Client
    ) -> None:
        incident_id = await incident(api)
        await answered(api, incident_id, Operation("add", "/spec/progressDeadlineSeconds", 900))
        async with working(api, temporal_client, Cluster()):
            shown = await posted(api, f"/api/mirror/preview/{incident_id}")
        assert (shown["fix_id"], shown["source"]) == (None, "")

    async def test_what_both_propose_is_the_rules_own(
        self, api: Api, temporal_client: Client
    ) -> None:
        incident_id = await incident(api, cause(operations=STEPS))
        fix_id = await answered(api, incident_id)
        async with working(api, temporal_client, Cluster()):
            assert (await posted(api, f"/api/mirror/preview/{incident_id}"))["fix_id"] == fix_id
        await answered(api, incident_id)
        assert [row["source"] for row in await api.pool.fetch("SELECT source FROM fixes")] == [
            "rules"
        ]

    async def test_one_click_begins_with_it(self, api: Api, temporal_client: Client) -> None:
        incident_id = await incident(api)
        fix_id = await answered(api, incident_id)
        async with working(api, temporal_client, Cluster(verdict=PASSED)):
            started = await posted(api, f"/api/incidents/{incident_id}/fix-loop")
            proved = await until(api, started["mirror_id"], "passed")
        assert (proved["fix_id"], proved["rounds"]) == (fix_id, 3)

    async def test_what_is_laid_on_top_of_it_is_no_fix_of_rules(
        self, api: Api, temporal_client: Client
    ) -> None:
        """They may do more than a model's."""
        incident_id = await incident(api)
        await answered(api, incident_id)
        more = [Operation("replace", IMAGE, "cart:10")]
        cluster = Cluster(verdict=FAILED_AGAIN, next_operations=more)
        async with working(api, temporal_client, cluster):
            first = await posted(api, f"/api/incidents/{incident_id}/fix-loop")
            await until(api, first["mirror_id"], "gone")
            rows = (await api.person("GET", f"/api/mirror?incident={incident_id}")).json()["items"]
        assert [row["round"] for row in rows] == [2, 1]
        sources = await api.pool.fetch("SELECT source, title FROM fixes ORDER BY created_at")
        assert [row["source"] for row in sources] == ["model", "model"]
        wishes = await api.pool.fetch("SELECT wish FROM mirrors")
        assert all(row["wish"]["by_model"] for row in wishes)


class TestShown:
    """As a manifest, a diff and a command."""

    async def test_all_that_is_needed_to_apply_it(self, api: Api) -> None:
        incident_id = await incident(api)
        fix_id = await answered(api, incident_id)
        await captured(api, incident_id, CAPTURED)
        answer = await api.person("GET", f"/api/incidents/{incident_id}/fixes/{fix_id}")
        found = answer.json()
        assert (found["source"], found["title"], found["proof"]) == ("model", "Take 9", None)
        assert "image: cart:9" in found["manifest"]
        assert "'[redacted:env:1a2b3c4d]'" in found["manifest"]
        assert not any(word in found["manifest"] for word in ("status", "uid"))
        assert [line for line in found["diff"].splitlines() if "image:" in line] == [
            "-        image: cart:1",
            "+        image: cart:9",
        ]
        patch = found["patch"]
        assert (patch["kind"], patch["name"], patch["api_version"]) == (
            "Deployment",
            "cart",
            "apps/v1",
        )
        assert patch["command"].startswith("kubectl patch deployment cart -n shop --type=json -p ")
        assert (patch["checked"], patch["recreate"]) == (CHECKED, False)

    async def test_a_workload_that_looks_otherwise_by_now_is_not_shown_with_it(
        self, api: Api
    ) -> None:
        incident_id = await incident(api)
        fix_id = await answered(api, incident_id)
        await captured(api, incident_id, "kind: Deployment\nspec: {}\n")
        answer = await api.person("GET", f"/api/incidents/{incident_id}/fixes/{fix_id}")
        assert (answer.json()["manifest"], answer.json()["diff"]) == ("", "")

    async def test_a_fix_of_rules_has_its_command_too(
        self, api: Api, temporal_client: Client
    ) -> None:
        incident_id = await incident(api, BY_RULES)
        async with working(api, temporal_client, Cluster()):
            shown = await posted(api, f"/api/mirror/preview/{incident_id}")
        path = f"/api/incidents/{incident_id}/fixes/{shown['fix_id']}"
        found = (await api.person("GET", path)).json()
        assert "cart:2" in found["patch"]["command"]
        assert (found["manifest"], found["diff"]) == ("", "")

    async def test_what_somebody_edited_has_no_command(
        self, api: Api, temporal_client: Client
    ) -> None:
        incident_id = await incident(api)
        async with working(api, temporal_client, Cluster()):
            body = {"manifest": "kind: Pod\nspec: {token: hunter2}\n"}
            shown = await posted(api, f"/api/mirror/preview/{incident_id}", body)
        path = f"/api/incidents/{incident_id}/fixes/{shown['fix_id']}"
        answer = await api.person("GET", path)
        assert answer.json()["patch"] is None
        assert "hunter2" not in answer.text
