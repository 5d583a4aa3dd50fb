"""An incident whose workload turned out to belong to another one points to that one's incident."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    ALTER TABLE incidents
        ADD COLUMN merged_into uuid REFERENCES incidents ON DELETE CASCADE,
        ADD CHECK ((status = 'merged') = (merged_into IS NOT NULL)),
        DROP CONSTRAINT incidents_status_check,
        ADD CONSTRAINT incidents_status_check
            CHECK (status IN ('open', 'regressed', 'ignored', 'resolved', 'merged'))
    """,
    """
    CREATE INDEX incidents_merged_into ON incidents (merged_into) WHERE merged_into IS NOT NULL
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
