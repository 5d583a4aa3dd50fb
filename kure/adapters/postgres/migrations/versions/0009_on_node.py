"""Which node an incident's diagnosis blames: while that node's own incident is open, the other is
shown under it."""

from alembic import op

revision = "0009"
down_revision = "0008"

STATEMENTS = (
    "ALTER TABLE incidents ADD COLUMN on_node text NOT NULL DEFAULT ''",
    "CREATE INDEX incidents_on_node ON incidents (cluster, on_node) WHERE on_node <> ''",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
