"""What an identity provider says of an account is read again while a session lives."""

from alembic import op

revision = "0015"
down_revision = "0014"

STATEMENTS = (
    # Sealed under the installation's key; NULL where the session has another way in.
    "ALTER TABLE sessions ADD COLUMN refresh_token bytea",
    "ALTER TABLE sessions ADD COLUMN claims_due_at timestamptz",
    """
    ALTER TABLE sessions ADD CONSTRAINT sessions_refresh
        CHECK ((refresh_token IS NULL) = (claims_due_at IS NULL))
    """,
    """
    CREATE INDEX sessions_claims_due ON sessions (claims_due_at) WHERE claims_due_at IS NOT NULL
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
