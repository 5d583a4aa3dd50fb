"""What scans leave in the database: findings once each, closed only where a scan could have seen
them, dismissals that no scan undoes, and the difference between two scans."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.security import findings, found, rules, scans
from kure.adapters.postgres.security.pages import ScanPages
from kure.contracts.scanning import BeginScan, ScanStart, SkipScan
from kure.contracts.security import (
    DismissBody,
    FindingRow,
    NewRegistry,
    NewRuleExclusion,
    NotEvaluatedRow,
    ScanDetail,
)
from kure.domain.access.scopes import Scopes
from kure.domain.manifests import Manifest
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.model import Finding, Severity
from kure.errors import Conflict, InvalidInput, NotFound
from tests.postgres.old import NOW

LATER = NOW + timedelta(hours=1)
PRIVILEGED, TOKEN = "KURE-POD-001", "KURE-SA-001"


def seen(
    check: str = PRIVILEGED, name: str = "web", namespace: str = "shop", **more: Any
) -> Finding:
    return Finding(
        CATALOGUE[check],
        CATALOGUE[check].severity,
        "c",
        "apps/v1",
        more.pop("kind", "Deployment"),
        namespace,
        name,
        more.pop("path", "spec.template.spec.containers[app]"),
        more.pop("message", "Container app is privileged"),
        **more,
    )


@dataclass
class Scanned:
    """Scans of one cluster, one after the other."""

    pool: Pool

    async def begin(self, *namespaces: str) -> UUID:
        start = ScanStart(cluster="c", namespaces=list(namespaces), requested_by="ada")
        request = BeginScan(run_id=str(uuid4()), workflow_id="scan/c", start=start)
        return await scans.begin(self.pool, request, 3, NOW)

    async def scan(
        self,
        *what: Finding,
        namespaces: Iterable[str] = (),
        missing: dict[str, list[str]] | None = None,
        blind: Iterable[NotEvaluatedRow] = (),
    ) -> ScanDetail:
        scan_id = await self.begin(*namespaces)
        rows = found.as_rows(what, missing or {})
        await found.keep(self.pool, scan_id, 0, rows)
        await found.kept_all(self.pool, scan_id, 1, blind, {}, {"Deployment": 4})
        await found.finish(self.pool, scan_id, LATER)
        return await scans.read(self.pool, scan_id)

    async def all(self, **wanted: Any) -> list[FindingRow]:
        return (await findings.page(self.pool, findings.Filter(**wanted), 200, "", LATER)).items

    async def statuses(self) -> dict[str, str]:
        return {row.name: row.status for row in await self.all()}


@pytest.fixture
async def scanned(database: str) -> AsyncIterator[Scanned]:
    pool = await open_pool(database, 4)
    yield Scanned(pool)
    await pool.close()


async def test_the_same_finding_is_one_row_over_all_scans(scanned: Scanned) -> None:
    first = await scanned.scan(seen(), seen())
    again = await scanned.scan(seen(message="Container app is privileged still"))
    (row,) = await scanned.all()
    assert (row.status, row.message) == ("open", "Container app is privileged still")
    assert (first.difference.new, again.difference.new, again.difference.fixed) == (1, 0, 0)
    assert again.previous_id == first.id


async def test_what_is_no_longer_seen_is_fixed_and_comes_back_as_new(scanned: Scanned) -> None:
    await scanned.scan(seen(), seen(name="api"))
    fixed = await scanned.scan(seen())
    assert await scanned.statuses() == {"web": "open", "api": "fixed"}
    assert (fixed.difference.new, fixed.difference.fixed) == (0, 1)
    back = await scanned.scan(seen(), seen(name="api"))
    assert await scanned.statuses() == {"web": "open", "api": "open"}
    assert back.difference.new_by_severity["critical"] == 1


async def test_a_scan_of_a_namespace_closes_nothing_elsewhere(scanned: Scanned) -> None:
    of_namespace = seen("KURE-NS-001", "shop", "", kind="Namespace", path="metadata.labels")
    await scanned.scan(seen(), seen(name="api", namespace="cart"), of_namespace)
    await scanned.scan(namespaces=["shop"])
    assert await scanned.statuses() == {"web": "fixed", "api": "open", "shop": "fixed"}


async def test_a_check_that_was_not_evaluated_closes_nothing(scanned: Scanned) -> None:
    await scanned.scan(seen(), seen(name="api", kind="StatefulSet"))
    row = NotEvaluatedRow(check=PRIVILEGED, kinds=["Deployment"], missing=["Deployment"])
    done = await scanned.scan(blind=[row])
    assert await scanned.statuses() == {"web": "open", "api": "fixed"}
    assert done.not_evaluated == [row]


async def test_what_was_seen_on_a_pod_stays_while_pods_are_not_listed(scanned: Scanned) -> None:
    await scanned.scan(seen(seen_on="Pod/web-1"))
    await scanned.scan(blind=[NotEvaluatedRow(check=PRIVILEGED, kinds=["Pod"], missing=["Pod"])])
    assert await scanned.statuses() == {"web": "open"}


async def test_a_list_that_was_taken_away_closes_nothing(scanned: Scanned) -> None:
    """Without it the check says less: that is not the same as fixed."""
    await scanned.scan(seen())
    blind = NotEvaluatedRow(check=PRIVILEGED, kinds=["Deployment"], missing=["Secret"], partly=True)
    await scanned.scan(blind=[blind])
    assert await scanned.statuses() == {"web": "open"}
    await scanned.scan(seen(), blind=[blind], missing={PRIVILEGED: ["Secret"]})
    await scanned.scan(blind=[blind])
    assert await scanned.statuses() == {"web": "fixed"}


async def test_what_was_dismissed_stays_so_over_five_scans(scanned: Scanned) -> None:
    await scanned.scan(seen())
    (row,) = await scanned.all()
    asked = DismissBody(reason="no", version=row.version + 1)
    with pytest.raises(Conflict, match="changed meanwhile"):
        await findings.dismiss(scanned.pool, UUID(row.id), asked, "ada", NOW)
    await findings.dismiss(scanned.pool, UUID(row.id), DismissBody(reason="a CNI"), "ada", NOW)
    for what in ([seen()], [], [seen()], [seen(message="anew")], [seen()]):
        done = await scanned.scan(*what)
        assert done.counts["critical"] == 0
    (row,) = await scanned.all()
    assert (row.status, row.dismissed_by, row.dismiss_reason) == ("dismissed", "ada", "a CNI")
    await findings.restore(scanned.pool, UUID(row.id), None, "bob", NOW)
    assert await scanned.statuses() == {"web": "open"}
    noted = "SELECT array_agg(action ORDER BY id) FROM audit_log"
    assert await scanned.pool.fetchval(noted) == ["finding.dismiss", "finding.restore"]


async def test_a_dismissal_that_has_expired_holds_no_more(scanned: Scanned) -> None:
    await scanned.scan(seen())
    (row,) = await scanned.all()
    asked = DismissBody(reason="until tonight", expires_at=LATER)
    gone = await findings.dismiss(scanned.pool, UUID(row.id), asked, "ada", NOW)
    assert gone.status == "dismissed"
    assert await scanned.statuses() == {"web": "open"}


async def test_an_excluded_rule_hides_and_gives_back(scanned: Scanned) -> None:
    await scanned.scan(seen(), seen(name="api", namespace="cart"), seen(TOKEN))
    new = NewRuleExclusion(check="KURE-POD-*", namespace="sho?", reason="known")
    kept = await rules.exclude(scanned.pool, new, "ada", NOW)
    row = {(each.name, each.check): each.status for each in await scanned.all()}
    assert row == {
        ("web", PRIVILEGED): "excluded", ("api", PRIVILEGED): "open", ("web", TOKEN): "open",
    }  # fmt: skip
    await rules.include(scanned.pool, UUID(kept.id), "ada", NOW)
    assert {each.status for each in await scanned.all()} == {"open"}
    with pytest.raises(NotFound):
        await rules.include(scanned.pool, UUID(kept.id), "ada", NOW)


async def test_the_score_falls_with_what_is_open_and_coverage_with_what_is_blind(
    scanned: Scanned,
) -> None:
    clean = await scanned.scan()
    assert (clean.score, clean.coverage) == (100, 1)
    bad = await scanned.scan(seen(), seen(name="api"))
    assert bad.score is not None
    assert bad.score < 100
    assert bad.difference.score_before == 100
    blind = [
        NotEvaluatedRow(
            check=PRIVILEGED, kinds=sorted(CATALOGUE[PRIVILEGED].kinds), missing=["Pod"]
        )
    ]
    seen_less = await scanned.scan(blind=blind)
    assert seen_less.coverage is not None
    assert seen_less.coverage < 1


async def test_finished_twice_is_finished_once(scanned: Scanned) -> None:
    scan_id = await scanned.begin()
    await found.keep(scanned.pool, scan_id, 0, found.as_rows([seen()], {}))
    await found.kept_all(scanned.pool, scan_id, 1, [], {}, {})
    for moment in (NOW, LATER):
        await found.finish(scanned.pool, scan_id, moment)
    done = await scans.read(scanned.pool, scan_id)
    assert (done.ended_at, done.difference.new) == (NOW, 1)
    for table in ("scan_pages", "scan_found"):
        assert await scanned.pool.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert await scanned.pool.fetchval("SELECT state FROM runs") == "completed"


async def test_shards_of_an_attempt_before_are_replaced(scanned: Scanned) -> None:
    scan_id = await scanned.begin()
    await found.keep(scanned.pool, scan_id, 0, found.as_rows([seen()], {}))
    await found.keep(scanned.pool, scan_id, 1, found.as_rows([seen(name="gone")], {}))
    await found.keep(scanned.pool, scan_id, 0, found.as_rows([seen(name="api")], {}))
    await found.kept_all(scanned.pool, scan_id, 1, [], {}, {})
    await found.finish(scanned.pool, scan_id, NOW)
    assert await scanned.statuses() == {"api": "open"}


async def test_a_scan_whose_engine_was_lost_makes_way(scanned: Scanned) -> None:
    lost, next_ = await scanned.begin(), await scanned.begin()
    assert (await scans.read(scanned.pool, lost)).state == "failed"
    assert (await scans.read(scanned.pool, next_)).state == "running"
    start = ScanStart(cluster="c")
    await scans.skip(scanned.pool, SkipScan(run_id=str(uuid4()), start=start), NOW)
    rows, _ = await scans.page(scanned.pool, Scopes(), (), 10, "")
    assert {row.state for row in rows} == {"failed", "running", "skipped"}


async def test_pages_are_sealed_and_an_attempt_goes_on_behind_the_last(scanned: Scanned) -> None:
    pages = ScanPages(scanned.pool, Keyring((("1", b"k" * 32),)).cipher("scans"))
    scan_id = await scanned.begin()
    secret: Manifest = {"kind": "ConfigMap", "data": {"password": "very-secret"}}
    reached = await pages.reached(scan_id, "ConfigMap")
    reached = await pages.keep(scan_id, "ConfigMap", reached, [secret], "token", NOW)
    assert await pages.reached(scan_id, "ConfigMap") == reached
    assert not reached.is_complete
    reached = await pages.keep(scan_id, "ConfigMap", reached, [secret], "", NOW)
    assert reached.is_complete
    assert await pages.objects(scan_id, "ConfigMap") == [secret, secret]
    kept = await scanned.pool.fetchval("SELECT string_agg(t::text, '') FROM scan_pages t")
    assert "very-secret" not in kept
    await pages.refuse(scan_id, "Pod", "forbidden", NOW)
    assert await pages.kinds(scan_id) == ["ConfigMap"]
    assert await pages.refused(scan_id) == {"Pod": "forbidden"}
    assert (await scans.read(scanned.pool, scan_id)).kinds_done == 2
    await scans.end(scanned.pool, scan_id, "cancelled", "somebody ended it", NOW)
    with pytest.raises(Conflict, match="has ended"):
        await pages.keep(scan_id, "Node", await pages.reached(scan_id, "Node"), [], "", NOW)


async def test_strange_texts_are_stored(scanned: Scanned) -> None:
    await scanned.scan(seen(message="a\0b\ud800", path="x\0y"))
    (row,) = await scanned.all()
    assert (row.message, row.path) == ("ab?", "xy")


async def test_pages_of_the_list_go_on_where_they_ended(scanned: Scanned) -> None:
    names = [f"w{n}" for n in range(5)]
    await scanned.scan(*(seen(name=name) for name in names), seen(TOKEN, "w1"))
    got, after = [], ""
    while True:
        listed = await findings.page(scanned.pool, findings.Filter(), 2, after, LATER)
        got += [(row.name, row.check) for row in listed.items]
        if listed.next is None:
            break
        after = listed.next
    assert sorted(got) == sorted([*((name, PRIVILEGED) for name in names), ("w1", TOKEN)])
    assert got[-1] == ("w1", TOKEN), "the worst first"
    assert (listed.total, listed.counts["open"]) == (6, 6)
    with pytest.raises(InvalidInput):
        await findings.page(scanned.pool, findings.Filter(), 2, "nonsense", LATER)
    first, more, _ = await findings.by_workload(scanned.pool, findings.Filter(), 1, "", LATER)
    assert (first[0].name, first[0].total, first[0].worst) == ("w1", 2, Severity.CRITICAL)
    assert more is not None
    rest, _, _ = await findings.by_workload(scanned.pool, findings.Filter(), 9, more, LATER)
    assert [each.name for each in rest] == ["w0", "w2", "w3", "w4"]


async def test_who_sees_a_part_sees_its_findings_and_no_sums(scanned: Scanned) -> None:
    done = await scanned.scan(seen(), seen(name="api", namespace="cart"))
    scopes = Scopes.of(["*/cart"])
    wanted = findings.Filter(scopes=scopes)
    listed = await findings.page(scanned.pool, wanted, 9, "", LATER)
    assert ([row.name for row in listed.items], listed.total) == (["api"], 1)
    shown = await scans.read(scanned.pool, UUID(done.id), scopes)
    assert (shown.score, shown.counts, shown.difference.new) == (None, {}, 0)
    with pytest.raises(NotFound):
        await scans.read(scanned.pool, UUID(done.id), Scopes.of(["other/*"]))


async def test_a_registry_is_trusted_once(scanned: Scanned) -> None:
    new = NewRegistry(registry="ghcr.io:443/kure", reason="ours")
    first = await rules.trust(scanned.pool, new, "ada", NOW)
    await rules.trust(scanned.pool, new, "bob", NOW)
    (only,) = await rules.registries(scanned.pool)
    assert (only.id, only.created_by) == (first.id, "bob")
    await rules.distrust(scanned.pool, UUID(only.id), "ada", NOW)
    with pytest.raises(NotFound):
        await rules.distrust(scanned.pool, UUID(only.id), "ada", NOW)
