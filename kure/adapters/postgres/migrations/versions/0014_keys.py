"""Which process knows which key, since when each key encrypts, and under which one evidence is."""

from alembic import op

revision = "0014"
down_revision = "0013"

STATEMENTS = (
    """
    CREATE TABLE key_holders (
        process text PRIMARY KEY,
        keys text[] NOT NULL,
        writing text NOT NULL,
        seen_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE key_switches (
        key_id text PRIMARY KEY,
        at timestamptz NOT NULL
    )
    """,
    """
    CREATE INDEX evidence_by_key ON evidence
        (split_part(encode(substring(sealed FROM 1 FOR 16), 'escape'), ':', 1), id)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
