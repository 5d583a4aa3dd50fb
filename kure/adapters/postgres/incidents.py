"""The list and the page of incidents: filters in, messages out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kure.adapters.postgres import mirrors, runs
from kure.adapters.postgres.cursors import as_cursor, key_of
from kure.adapters.postgres.diagnoses import newest_diagnosis
from kure.adapters.postgres.events import bounds
from kure.adapters.postgres.models import views
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.rows import FAILING, NODE, ROW, incident_row, read_row
from kure.adapters.postgres.where import Where
from kure.contracts.incidents import IncidentDetail, IncidentRow, PodRow
from kure.domain.access.scopes import EVERYWHERE, Scopes

# Attention: what needs somebody comes first, then what was seen last. An index has this expression.
ATTENTION = """CASE
    WHEN i.status = 'regressed' THEN 5
    WHEN i.status = 'open' AND i.severity = 'critical' THEN 4
    WHEN i.status = 'open' AND i.diagnosing THEN 3
    WHEN i.status = 'open' THEN 2
    WHEN i.status = 'ignored' THEN 1
    ELSE 0 END"""
SORTS = {"attention": ATTENTION, "last_seen": "0::int", "first_seen": "0::int"}
MOMENTS = {"attention": "i.last_seen", "last_seen": "i.last_seen", "first_seen": "i.first_seen"}

# How many stand under a node's, by the status of both.
FOLDED = f"""
    SELECT i.status, n.status AS node_status, count(*) AS n
    FROM incidents i JOIN incidents n ON n.cluster = i.cluster AND n.namespace = '_'
        AND n.kind = 'Node' AND n.name = i.on_node AND n.status IN {FAILING}
    {{where}} GROUP BY i.status, n.status
"""
UNDER_NODE = f"""
    i.on_node <> '' AND i.status IN {FAILING} AND (i.cluster, i.on_node) IN (
        SELECT n.cluster, n.name FROM incidents n
        WHERE n.id = {{0}} AND n.kind = 'Node' AND n.status IN {FAILING}
    )
"""
COUNTS = "SELECT i.status, count(*) AS n FROM incidents i {where} GROUP BY i.status"
BY_CLASS = """
    SELECT class, status, count(*) AS n FROM incidents, unnest(classes) AS class
    WHERE status IN ('open', 'regressed', 'ignored') GROUP BY class, status ORDER BY class, status
"""
STATUSES = ("open", "regressed", "ignored", "resolved")


@dataclass(frozen=True)
class Filter:
    """Which incidents, of those that may be seen. Each field narrows; a tuple means any of its
    values.

    Where all may be seen and nothing but cluster and status narrows, what a node explains stands
    under the node's incident and is no row of its own, unless it `is_flat`; else the node's might
    not be there. `folded_into` asks for what is under one.
    """

    status: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    workload: tuple[str, ...] = ()
    failure_class: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    since: datetime | None = None
    text: str = ""
    scopes: Scopes = EVERYWHERE
    folded_into: UUID | None = None
    is_flat: bool = False

    @property
    def folds(self) -> bool:
        """Whether something may stand under something else."""
        narrow = (
            *(self.namespace, self.kind, self.workload, self.failure_class, self.severity),
            *(self.since, self.text, self.folded_into),
        )
        return self.scopes.everything and not self.is_flat and not any(narrow)


async def by_status(db: Db) -> dict[str, int]:
    """How many incidents there are of each status."""
    found = {row["status"]: row["n"] for row in await db.fetch(COUNTS.format(where=""))}
    return {status: found.get(status, 0) for status in STATUSES}


async def by_class(db: Db) -> list[tuple[str, str, int]]:
    """Class, status and how many: of incidents that are not resolved."""
    return [(row["class"], row["status"], row["n"]) for row in await db.fetch(BY_CLASS)]


def _where(wanted: Filter, *, with_status: bool) -> Where:
    where = Where()
    where.within(wanted.scopes, "i.cluster", "i.namespace")
    if with_status and wanted.status:
        where.add("i.status = ANY({0})", list(wanted.status))
    elif with_status:
        where.add("i.status <> 'merged'")
    columns: Mapping[str, Sequence[str]] = {
        "i.cluster": wanted.cluster,
        "i.namespace": wanted.namespace,
        "i.kind": wanted.kind,
        "i.name": wanted.workload,
        "i.severity": wanted.severity,
    }
    for column, values in columns.items():
        if values:
            where.add(column + " = ANY({0})", list(values))
    if wanted.failure_class:
        where.add("i.classes && {0}", list(wanted.failure_class))
    if wanted.since:
        where.add("i.last_seen >= {0}", wanted.since)
    if wanted.folded_into:
        where.add(UNDER_NODE, wanted.folded_into)
    if wanted.folds and with_status:
        statuses = list(wanted.status or STATUSES)
        where.add(f"(i.on_node = '' OR NOT EXISTS ({NODE} AND n.status = ANY({{0}})))", statuses)
    if wanted.text:
        where.add("i.searched LIKE '%' || lower({0}) || '%'", literally(wanted.text))
    return where


def literally(text: str) -> str:
    """The text as a pattern of LIKE that means just it."""
    for special in ("\\", "%", "_"):
        text = text.replace(special, f"\\{special}")
    return text


@dataclass(frozen=True)
class Listed:
    """One page of the list, read at one moment."""

    items: list[IncidentRow]
    next: str | None
    total: int
    counts: dict[str, int]
    as_of_seq: int


async def list_incidents(pool: Pool, wanted: Filter, sort: str, limit: int, after: str) -> Listed:
    """A page of incidents. InvalidInput for a cursor that this list never gave.

    The cursor is the sort key of the last row, so pages stay right while rows arrive.
    """
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _, seq = await bounds(connection)
        counts, total = await _counts(connection, wanted)
        items, next_ = await _page(connection, wanted, sort, limit, after)
    return Listed(items, next_, total, counts, seq)


async def _counts(connection: Connection, wanted: Filter) -> tuple[dict[str, int], int]:
    """How many rows each tab has, and how many the list that is wanted has."""
    where = _where(wanted, with_status=False)
    found = await connection.fetch(COUNTS.format(where=where), *where.args)
    by_status = {row["status"]: row["n"] for row in found}
    folded = []
    if wanted.folds:
        where.add(f"i.on_node <> '' AND i.status IN {FAILING}")
        folded = await connection.fetch(FOLDED.format(where=where), *where.args)

    def rows(*statuses: str) -> int:
        under: int = sum(f["n"] for f in folded if {f["status"], f["node_status"]} <= {*statuses})
        every: int = sum(by_status.get(status, 0) for status in statuses)
        return every - under

    counts = {status: rows(status) for status in STATUSES}
    counts |= {"attention": rows("open", "regressed"), "all": rows(*STATUSES)}
    return counts, rows(*(wanted.status or STATUSES))


async def _page(
    connection: Connection, wanted: Filter, sort: str, limit: int, after: str
) -> tuple[list[IncidentRow], str | None]:
    where = _where(wanted, with_status=True)
    rank, moment = SORTS[sort], MOMENTS[sort]
    if after:
        where.add(f"({rank}, {moment}, i.id) < ({{0}}, {{1}}, {{2}})", *key_of(after, _cursor))
    sql = (
        ROW.replace("SELECT i.*", f"SELECT i.*, {rank} AS rank, {moment} AS moment")
        + f" {where} ORDER BY {rank} DESC, {moment} DESC, i.id DESC LIMIT {limit + 1}"
    )
    rows = await connection.fetch(sql, *where.args)
    page = [incident_row(row) for row in rows[:limit]]
    if not wanted.scopes.everything:  # the node's row may be out of sight: each stands for itself
        page = [row.model_copy(update={"folded_into": None}) for row in page]
    if len(rows) <= limit:
        return page, None
    last = rows[limit - 1]
    return page, as_cursor(last["rank"], last["moment"].isoformat(), str(last["id"]))


def _cursor(rank: int, moment: str, id_: str) -> tuple[int, datetime, UUID]:
    return int(rank), datetime.fromisoformat(moment), UUID(id_)


PODS = """
    SELECT kind, uid, name, node, state, failures, first_seen, last_seen FROM failed_pods
    WHERE incident_id = $1 ORDER BY state, last_seen DESC LIMIT 200
"""
TIMELINE = """
    SELECT * FROM (
        SELECT id, at, what, by, text FROM timeline WHERE incident_id = $1
        ORDER BY at DESC, id DESC LIMIT 100
    ) newest ORDER BY at, id
"""


async def read_incident(pool: Pool, incident_id: UUID, scopes: Scopes) -> IncidentDetail:
    """All that the incident's page needs but the evidence, as of one moment."""
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = await read_row(connection, incident_id, scopes)
        _, seq = await bounds(connection)
        pods = await connection.fetch(PODS, incident_id)
        timeline = await connection.fetch(TIMELINE, incident_id)
        fixes, tested = await mirrors.of_incident(connection, incident_id)
        return IncidentDetail.model_validate(
            row.model_dump()
            | {
                "pods": [PodRow.model_validate(dict(pod)) for pod in pods],
                "diagnosis": await newest_diagnosis(connection, row, scopes),
                "run": await runs.newest_of(connection, incident_id),
                "timeline": [dict(entry) for entry in timeline],
                "fixes": fixes,
                "mirrors": tested,
                "investigation": await views.newest(connection, incident_id),
                "as_of_seq": seq,
            }
        )
