"""The list of a hundred thousand incidents: what is searched, ready made; what needs attention, in
order."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    # ILIKE would fold the case of every row anew, at each search.
    """
    ALTER TABLE incidents ADD COLUMN searched text GENERATED ALWAYS AS
        (lower(namespace || '/' || name || ' ' || kind || ' ' || summary)) STORED
    """,
    # The expression is that of the list's order, or it is not used.
    """
    CREATE INDEX incidents_by_attention ON incidents ((CASE
        WHEN status = 'regressed' THEN 5
        WHEN status = 'open' AND severity = 'critical' THEN 4
        WHEN status = 'open' AND diagnosing THEN 3
        WHEN status = 'open' THEN 2
        WHEN status = 'ignored' THEN 1
        ELSE 0 END) DESC, last_seen DESC, id DESC)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
