"""Asking models: investigations, their calls, how the providers do, what people say of answers."""

from alembic import op

revision = "0016"
down_revision = "0015"

STATEMENTS = (
    # `sealed` is the question as it is asked; `answer` what is shown, redacted and checked. The
    # same evidence (`fingerprint`) is answered from an earlier one (`answered_by`).
    """
    CREATE TABLE investigations (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        run_id uuid NOT NULL,
        number bigint NOT NULL,
        fingerprint text NOT NULL DEFAULT '',
        state text NOT NULL CHECK (state IN ('asking', 'answered', 'unanswered')),
        text text NOT NULL DEFAULT '',
        asked_by text,
        sealed bytea,
        answer jsonb,
        provider text NOT NULL DEFAULT '',
        model text NOT NULL DEFAULT '',
        fix_id uuid REFERENCES fixes ON DELETE SET NULL,
        fix_checked text NOT NULL DEFAULT '',
        answered_by uuid REFERENCES investigations ON DELETE SET NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        CHECK ((state = 'asking') = (ended_at IS NULL)),
        CHECK ((state = 'answered') = (answer IS NOT NULL))
    )
    """,
    """
    CREATE UNIQUE INDEX investigations_asking ON investigations (incident_id)
        WHERE state = 'asking'
    """,
    "CREATE INDEX investigations_of_incident ON investigations (incident_id, created_at DESC)",
    """
    CREATE INDEX investigations_answered ON investigations (fingerprint, ended_at DESC)
        WHERE state = 'answered'
    """,
    # Who wants a model to be asked, until it was.
    "ALTER TABLE incidents ADD COLUMN model_asked_by text",
    # Written as asking before a call, so that one cut off in flight is known. `usd` is the most
    # that it may cost while it is asking or was lost, else what it cost. Test calls are of no
    # investigation.
    """
    CREATE TABLE model_calls (
        id uuid PRIMARY KEY,
        investigation_id uuid REFERENCES investigations ON DELETE SET NULL,
        turn integer NOT NULL CHECK (turn >= 1),
        attempt integer NOT NULL CHECK (attempt >= 1),
        provider text NOT NULL,
        model text NOT NULL,
        state text NOT NULL CHECK (state IN ('asking', 'answered', 'failed', 'lost')),
        outcome text NOT NULL DEFAULT '',
        error text NOT NULL DEFAULT '',
        input_tokens bigint,
        cached_tokens bigint,
        output_tokens bigint,
        usd numeric(14, 6) NOT NULL DEFAULT 0,
        latency_ms integer,
        sealed bytea,
        asked_at timestamptz NOT NULL,
        ended_at timestamptz,
        UNIQUE (investigation_id, turn, attempt),
        CHECK ((state = 'asking') = (ended_at IS NULL))
    )
    """,
    "CREATE INDEX model_calls_asked ON model_calls (asked_at)",
    "CREATE INDEX model_calls_of_provider ON model_calls (provider, asked_at DESC)",
    """
    CREATE UNIQUE INDEX model_calls_answered ON model_calls (investigation_id, turn)
        WHERE state = 'answered'
    """,
    # Shared by all workers. Half open is an open one whose `trying_until` lies ahead: one call
    # tries.
    """
    CREATE TABLE model_breakers (
        provider text PRIMARY KEY,
        failures integer NOT NULL DEFAULT 0,
        failing_since timestamptz,
        open_until timestamptz,
        trying_until timestamptz,
        error text NOT NULL DEFAULT '',
        answered_at timestamptz
    )
    """,
    # `subject_id` is a diagnosis or an investigation.
    """
    CREATE TABLE feedback (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        about text NOT NULL CHECK (about IN ('rules', 'model')),
        subject_id uuid NOT NULL,
        is_right boolean NOT NULL,
        text text NOT NULL DEFAULT '',
        by text NOT NULL,
        at timestamptz NOT NULL,
        UNIQUE (subject_id, by)
    )
    """,
    # What was read at a model's wish is evidence.
    "ALTER TABLE evidence DROP CONSTRAINT evidence_kind_check",
    """
    ALTER TABLE evidence ADD CONSTRAINT evidence_kind_check
        CHECK (kind IN ('log', 'events', 'manifest', 'owner', 'node', 'usage', 'read'))
    """,
    # A model proposes fixes too.
    "ALTER TABLE fixes DROP CONSTRAINT fixes_source_check",
    """
    ALTER TABLE fixes ADD CONSTRAINT fixes_source_check
        CHECK (source IN ('rules', 'edited', 'model'))
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
