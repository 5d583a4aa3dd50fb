"""Failing objects that are not pods, what agents say of themselves, a reason to look again."""

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE failed_pods ADD COLUMN kind text NOT NULL DEFAULT 'Pod'",
    "CREATE INDEX failed_pods_by_node ON failed_pods (cluster, node) WHERE state = 'failing'",
    "ALTER TABLE incidents ADD COLUMN look_requested boolean NOT NULL DEFAULT false",
    "CREATE INDEX incidents_to_look_at ON incidents (id) WHERE look_requested",
    """
    ALTER TABLE agents
        ADD COLUMN leads boolean NOT NULL DEFAULT false,
        ADD COLUMN spool_bytes bigint NOT NULL DEFAULT 0,
        ADD COLUMN watch_lag_seconds double precision NOT NULL DEFAULT 0,
        ADD COLUMN refused jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN silence_handled_at timestamptz
    """,
    # The nodes that the newest leader named; `unwatched` is what people were told last.
    """
    CREATE TABLE nodes (
        cluster text NOT NULL,
        name text NOT NULL,
        named_at timestamptz NOT NULL,
        unwatched boolean NOT NULL DEFAULT false,
        PRIMARY KEY (cluster, name)
    )
    """,
    "ALTER TABLE evidence DROP CONSTRAINT evidence_kind_check",
    """
    ALTER TABLE evidence ADD CONSTRAINT evidence_kind_check
        CHECK (kind IN ('log', 'events', 'manifest', 'owner', 'node', 'usage'))
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
