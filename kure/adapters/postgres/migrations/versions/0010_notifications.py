"""What each notification channel was told, and how it does."""

from alembic import op

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    # One row for each channel and incident, or digest of many (no incident of its own). `told` is
    # what the channel knows; `asking` is what it is being told, from the moment on when it may have
    # it. `planned_at` is when telling of the failure was decided, `episode` of which one.
    """
    CREATE TABLE notifications (
        id uuid PRIMARY KEY,
        channel text NOT NULL,
        incident_id uuid REFERENCES incidents ON DELETE CASCADE,
        digest_id uuid REFERENCES notifications ON DELETE SET NULL,
        episode bigint NOT NULL DEFAULT 0,
        planned_at timestamptz NOT NULL,
        told text NOT NULL DEFAULT 'nothing' CHECK (told IN
            ('nothing', 'failing', 'acknowledged', 'ignored', 'resolved')),
        told_text text NOT NULL DEFAULT '',
        told_at timestamptz,
        asking text CHECK (asking IN
            ('failing', 'changed', 'acknowledged', 'ignored', 'resolved')),
        presumed boolean NOT NULL DEFAULT false,
        handle jsonb NOT NULL DEFAULT '{}',
        error text NOT NULL DEFAULT '',
        UNIQUE (incident_id, channel),
        CHECK (incident_id IS NULL OR digest_id IS NULL OR digest_id <> id)
    )
    """,
    "CREATE INDEX notifications_planned ON notifications (channel, planned_at)",
    """
    CREATE INDEX notifications_of_digest ON notifications (digest_id)
        WHERE digest_id IS NOT NULL
    """,
    """
    CREATE TABLE notification_channels (
        channel text PRIMARY KEY,
        sent bigint NOT NULL DEFAULT 0,
        failed bigint NOT NULL DEFAULT 0,
        last_sent_at timestamptz,
        failing_since timestamptz,
        error text NOT NULL DEFAULT '',
        CHECK ((failing_since IS NULL) = (error = ''))
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
