"""A page of the list out of 100,000 stored incidents, filtered in the ways that people filter."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.samples import Result, Row, p95
from kure.adapters.postgres.incidents import Filter, list_incidents
from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.pool import Pool, open_pool
from kure.demo.postgres import PostgresServer
from kure.domain.access.scopes import Scopes

STORED, PAGE, ASKED = 100_000, 100, 40

# Of a hundred: two are open, one has regressed, three are ignored, the others are over.
FILL_SECONDS = 300  # on a slow machine; what is asked later keeps the pool's limit
FILL = """
    INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, classes, summary,
        diagnosing, first_seen, last_seen, ignored_by, resolved_at, resolution)
    SELECT gen_random_uuid(), 'local', 'team-' || n % 50, 'Deployment', 'service-' || n,
        state.status, (ARRAY['critical', 'high', 'medium', 'low'])[1 + n % 4],
        ARRAY[(ARRAY['ImagePullBackOff', 'CrashLoopBackOff', 'OOMKilled', 'Unschedulable',
            'NotReady'])[1 + n % 5]],
        'Image registry.example.com/team/service-' || n || ':1.' || n % 30 || ' does not exist',
        false, now() - n * interval '1 minute', now() - n * interval '30 seconds',
        CASE WHEN state.status = 'ignored' THEN 'ann' END,
        CASE WHEN state.status = 'resolved' THEN now() END,
        CASE WHEN state.status = 'resolved' THEN 'recovered' END
    FROM generate_series(1, $1::int) n, LATERAL (SELECT CASE WHEN n % 100 < 2 THEN 'open'
        WHEN n % 100 < 3 THEN 'regressed' WHEN n % 100 < 6 THEN 'ignored'
        ELSE 'resolved' END AS status) state
"""
OPEN = ("open", "regressed")
ANY = Filter()
ASKS: dict[str, tuple[Filter, str]] = {
    "what needs attention": (Filter(status=OPEN), "attention"),
    "all, what needs attention first": (ANY, "attention"),
    "a namespace": (Filter(namespace=("team-7",)), "attention"),
    "a class, newest first": (Filter(failure_class=("OOMKilled",)), "last_seen"),
    "a severity of what is resolved": (
        Filter(status=("resolved",), severity=("critical",)),
        "last_seen",
    ),
    "some text": (Filter(text="service-4711"), "attention"),
    "who sees two namespaces": (
        Filter(status=OPEN, scopes=Scopes.of(["local/team-7", "prod-?/team-*"])),
        "attention",
    ),
    "who sees some, all of it": (
        Filter(scopes=Scopes.of(["local/team-1*", "*/team-7"])),
        "last_seen",
    ),
    "the last day": (replace(ANY, since=datetime.now(UTC) - timedelta(days=1)), "first_seen"),
}


async def listing(folder: Path) -> Result:
    """On a PostgreSQL of its own in the folder, without HTTP."""
    raw: dict[str, list[float]] = {}
    async with PostgresServer(folder) as server:
        await migrate(server.url)
        async with await open_pool(server.url) as pool:
            await pool.execute(FILL, STORED, timeout=FILL_SECONDS)
            await pool.execute("VACUUM ANALYZE incidents", timeout=FILL_SECONDS)
            for what, (wanted, sort) in ASKS.items():
                raw[what] = await _asked(pool, wanted, sort)
    together = [took for each in raw.values() for took in each]
    rows = [
        Row(f"a page of {PAGE}, p95 of all {len(together)}", p95(together), 50, "ms"),
        *(Row(f"… {what}, p95", p95(each), None, "ms") for what, each in raw.items()),
    ]
    return Result("listing", f"The list, of {STORED:,} stored incidents", rows, raw)


async def _asked(pool: Pool, wanted: Filter, sort: str) -> list[float]:
    """How long each call took, in ms; the first one, which plans the statement, is left out."""
    took = []
    for _ in range(ASKED + 1):
        began = time.monotonic()
        await list_incidents(pool, wanted, sort, PAGE, "")
        took.append((time.monotonic() - began) * 1000)
    return took[1:]
