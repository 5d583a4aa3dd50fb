"""Refused writes of nobody are counted: one entry a minute and address."""

from alembic import op

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    """
    CREATE UNIQUE INDEX audit_log_not_signed_in ON audit_log (at, target)
        WHERE action = 'not-signed-in'
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
