"""Proposed fixes, and the mirrors on which they are proved."""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    # A fix is told apart by what it does (`digest`, of its operations or of the edited manifest):
    # the same proposed again is the same row, so its proof stays with it. An edited manifest is
    # sealed, and no part of `wish` below; so is the plan, which has the mirror's manifest.
    """
    CREATE TABLE fixes (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        digest text NOT NULL,
        source text NOT NULL CHECK (source IN ('rules', 'edited')),
        title text NOT NULL,
        operations jsonb NOT NULL DEFAULT '[]',
        sealed bytea,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (incident_id, digest),
        CHECK ((source = 'edited') = (sealed IS NOT NULL))
    )
    """,
    """
    CREATE TABLE mirrors (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        fix_id uuid NOT NULL REFERENCES fixes ON DELETE CASCADE,
        cluster text NOT NULL,
        namespace text NOT NULL,
        pod text NOT NULL,
        uid text,
        wish jsonb NOT NULL,
        phase text NOT NULL DEFAULT 'planned' CHECK (phase IN ('planned', 'created', 'starting',
            'passed', 'failed', 'no_verdict', 'expiring', 'gone')),
        verdict text CHECK (verdict IN ('passed', 'failed', 'none')),
        text text NOT NULL DEFAULT '',
        held_seconds double precision NOT NULL DEFAULT 0,
        needs_seconds double precision NOT NULL DEFAULT 0,
        sealed_plan bytea,
        round integer NOT NULL DEFAULT 1 CHECK (round BETWEEN 1 AND 3),
        rounds integer NOT NULL DEFAULT 1 CHECK (rounds BETWEEN 1 AND 3),
        first_id uuid REFERENCES mirrors ON DELETE CASCADE,
        key text NOT NULL,
        version bigint NOT NULL DEFAULT 1,
        requested_by text NOT NULL,
        requested_at timestamptz NOT NULL,
        created_at timestamptz,
        expires_at timestamptz,
        gone_at timestamptz,
        UNIQUE (incident_id, key),
        UNIQUE (first_id, round),
        CHECK ((phase = 'gone') = (gone_at IS NOT NULL)),
        CHECK ((uid IS NULL) = (created_at IS NULL)),
        CHECK (round <= rounds),
        CHECK ((round = 1) = (first_id IS NULL))
    )
    """,
    # The same fix is tested once at a time; different ones side by side.
    "CREATE UNIQUE INDEX mirrors_of_fix ON mirrors (fix_id) WHERE phase <> 'gone'",
    "CREATE INDEX mirrors_of_incident ON mirrors (incident_id, requested_at DESC)",
    "CREATE INDEX mirrors_live ON mirrors (cluster, namespace) WHERE phase <> 'gone'",
    # What is reported of a mirror opens no incident.
    "CREATE INDEX mirrors_of_pod ON mirrors (cluster, namespace, pod)",
    "CREATE INDEX mirrors_gone ON mirrors (gone_at) WHERE phase = 'gone'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
