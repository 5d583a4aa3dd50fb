"""Settings that an admin may change; what is old is found by its age, and may go."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    # What is not here has its default. `version` is 1 after the first change.
    """
    CREATE TABLE admin_config (
        name text PRIMARY KEY,
        value jsonb NOT NULL,
        version bigint NOT NULL CHECK (version > 0),
        changed_by text NOT NULL,
        changed_at timestamptz NOT NULL
    )
    """,
    # A diagnosis outlives the run that made it.
    "ALTER TABLE diagnoses ALTER COLUMN run_id DROP NOT NULL",
    "ALTER TABLE diagnoses DROP CONSTRAINT diagnoses_run_id_fkey",
    """
    ALTER TABLE diagnoses ADD CONSTRAINT diagnoses_run_id_fkey
        FOREIGN KEY (run_id) REFERENCES runs ON DELETE SET NULL
    """,
    "CREATE INDEX diagnoses_by_run ON diagnoses (run_id)",
    "CREATE INDEX incidents_by_end ON incidents (resolved_at) WHERE status = 'resolved'",
    "CREATE INDEX evidence_by_age ON evidence (captured_at)",
    "CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE INDEX audit_log_by_age ON audit_log (at)",
    # The trace that a report belongs to, where traces are on.
    "ALTER TABLE reports ADD COLUMN traceparent text",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
