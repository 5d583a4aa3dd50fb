"""What is old goes, a few rows at a time, so that nobody waits for a lock or a checkpoint.

Rows that somebody works on are passed over: the next run finds them again.
"""

from dataclasses import dataclass
from datetime import datetime

from kure.adapters.postgres import config
from kure.adapters.postgres.pool import Db, Pool, affected, translated
from kure.contracts.settings import Retention
from kure.domain.retention import RULES, Record


@dataclass(frozen=True)
class _Old:
    """Rows of `table` (as `t`) for which `where` holds; $1 is the moment before which they may go.
    `batch` rows go in one statement, with what belongs to them."""

    table: str
    age: str
    where: str
    batch: int
    key: str = "id"

    @property
    def count(self) -> str:
        return f"""
            SELECT count(*) AS count, min(t.{self.age}) AS oldest
            FROM {self.table} t WHERE t.{self.age} < $1 AND {self.where}
        """

    @property
    def delete(self) -> str:
        return f"""
            WITH old AS MATERIALIZED (
                SELECT t.{self.key} FROM {self.table} t
                WHERE t.{self.age} < $1 AND {self.where}
                ORDER BY t.{self.age} LIMIT {self.batch} FOR UPDATE OF t SKIP LOCKED
            )
            DELETE FROM {self.table} t USING old WHERE t.{self.key} = old.{self.key}
        """


# Of an open incident people still read what its newest diagnosis cites.
NOT_CITED = """
    NOT EXISTS (
        SELECT FROM incidents i, LATERAL (
            SELECT evidence_ids FROM diagnoses d WHERE d.incident_id = i.id
            ORDER BY created_at DESC, id DESC LIMIT 1
        ) newest
        WHERE i.id = t.incident_id AND i.status NOT IN ('resolved', 'merged')
            AND t.id = ANY(newest.evidence_ids)
    )
"""
NOTHING_FAILS = """
    t.status = 'ignored'
    AND NOT EXISTS (SELECT FROM failed_pods p WHERE p.incident_id = t.id AND p.state = 'failing')
"""
# Of an open incident people still read what a model said last.
NOT_READ = """
    t.state <> 'asking' AND NOT EXISTS (
        SELECT FROM incidents i, LATERAL (
            SELECT id FROM investigations n WHERE n.incident_id = i.id
            ORDER BY created_at DESC, id DESC LIMIT 1
        ) newest
        WHERE i.id = t.incident_id AND i.status NOT IN ('resolved', 'merged') AND newest.id = t.id
    )
"""
OLD = {
    Record.HISTORY: _Old("incidents", "resolved_at", "t.status = 'resolved'", 100),
    Record.IGNORED: _Old("incidents", "last_seen", NOTHING_FAILS, 100),
    Record.EVIDENCE: _Old("evidence", "captured_at", NOT_CITED, 500),
    Record.RUN: _Old("runs", "ended_at", "t.ended_at IS NOT NULL", 200),
    Record.AUDIT: _Old("audit_log", "at", "true", 2000),
    # Never the newest: numbers must not start again.
    Record.EVENT: _Old("ui_events", "at", "t.seq < (SELECT max(seq) FROM ui_events)", 2000, "seq"),
}
# Further rows of a record.
ALONG = {
    Record.RUN: (
        # Its fix stays with the incident.
        _Old("mirrors", "gone_at", "t.phase = 'gone'", 200),
        _Old("investigations", "ended_at", NOT_READ, 200),
        # Those of an investigation stay as long as it does. A run is kept for a day at least, so
        # what was spent since midnight is there.
        _Old("model_calls", "asked_at", "t.investigation_id IS NULL", 500),
    ),
}


async def rules(db: Db) -> dict[Record, int | None]:
    """How many days each kind of record is kept; None for "off"."""
    stored = await config.read(db, *(record.setting for record in Record))
    return {
        record: Retention.model_validate(stored[record.setting].value).days
        if record.setting in stored
        else rule.default
        for record, rule in RULES.items()
    }


async def count(db: Db, record: Record, before: datetime) -> tuple[int, datetime | None]:
    """How many would go, and how old the oldest of them is."""
    async with translated():
        rows = [await db.fetchrow(old.count, before) for old in all_of(record)]
    oldest = [row["oldest"] for row in rows if row and row["oldest"]]
    return sum(row["count"] for row in rows if row), min(oldest, default=None)


async def delete_some(pool: Pool, record: Record, before: datetime) -> tuple[int, bool]:
    """Delete a batch of each table; how many went, and whether there may be more."""
    deleted, more = 0, False
    async with translated():
        for old in all_of(record):
            some = affected(await pool.execute(old.delete, before))
            deleted, more = deleted + some, more or some == old.batch
    return deleted, more


def all_of(record: Record) -> tuple[_Old, ...]:
    """Whose rows a record is."""
    return (OLD[record], *ALONG.get(record, ()))
