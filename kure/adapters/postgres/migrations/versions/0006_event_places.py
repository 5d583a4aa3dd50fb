"""Where an event belongs: who may see it in the live stream depends on it. Until the release after
next events of older processes come without; only who may see everything is shown those."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "ALTER TABLE ui_events ADD COLUMN cluster text, ADD COLUMN namespace text",
    """
    UPDATE ui_events e SET cluster = i.cluster, namespace = coalesce(nullif(i.namespace, ''), '_')
    FROM incidents i WHERE e.entity = 'incident' AND e.entity_id = i.id::text
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
