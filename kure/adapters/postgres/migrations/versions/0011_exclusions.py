"""What nobody wants to be told of."""

from alembic import op

revision = "0011"
down_revision = "0010"

MADE = """
    reason text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_matched_at timestamptz
"""
STATEMENTS = (
    f"""
    CREATE TABLE namespace_exclusions (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        namespace text NOT NULL,
        {MADE},
        UNIQUE (cluster, namespace)
    )
    """,
    f"""
    CREATE TABLE pod_exclusions (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        namespace text NOT NULL,
        workload text NOT NULL,
        pod text NOT NULL,
        label text NOT NULL,
        failure_class text NOT NULL,
        {MADE},
        UNIQUE (cluster, namespace, workload, pod, label, failure_class)
    )
    """,
    # What an exclusion may be about, of an object that failed before the exclusion was made.
    "ALTER TABLE failed_pods ADD COLUMN labels jsonb NOT NULL DEFAULT '{}'",
    "ALTER TABLE incidents DROP CONSTRAINT incidents_resolution_check",
    """
    ALTER TABLE incidents ADD CONSTRAINT incidents_resolution_check
        CHECK (resolution IN ('recovered', 'gone', 'stopped', 'person', 'excluded'))
    """,
    """
    CREATE INDEX incidents_excluded ON incidents (id)
    WHERE status = 'resolved' AND resolution = 'excluded'
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
