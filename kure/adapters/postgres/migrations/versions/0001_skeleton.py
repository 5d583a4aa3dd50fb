"""Incidents, what reports say of their pods, evidence, diagnoses, runs, the event log."""

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE incidents (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        namespace text NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        status text NOT NULL CHECK (status IN ('open', 'regressed', 'ignored', 'resolved')),
        severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
        classes text[] NOT NULL DEFAULT '{}',
        summary text NOT NULL DEFAULT '',
        version bigint NOT NULL DEFAULT 1,
        last_number bigint NOT NULL DEFAULT 0,
        opened_number bigint NOT NULL DEFAULT 0,
        regressions integer NOT NULL DEFAULT 0,
        diagnosing boolean NOT NULL DEFAULT true,
        retry_requested boolean NOT NULL DEFAULT false,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        acknowledged_by text,
        acknowledged_at timestamptz,
        ignored_by text,
        ignored_until timestamptz,
        ignored_until_number bigint,
        resolved_at timestamptz,
        resolution text CHECK (resolution IN ('recovered', 'gone', 'stopped', 'person')),
        UNIQUE (cluster, namespace, kind, name),
        CHECK ((status = 'resolved') = (resolved_at IS NOT NULL)),
        CHECK ((resolved_at IS NULL) = (resolution IS NULL)),
        CHECK ((status = 'ignored') = (ignored_by IS NOT NULL)),
        CHECK (status = 'ignored' OR (ignored_until IS NULL AND ignored_until_number IS NULL)),
        CHECK ((acknowledged_by IS NULL) = (acknowledged_at IS NULL)),
        CHECK (opened_number <= last_number)
    )
    """,
    "CREATE INDEX incidents_by_last_seen ON incidents (last_seen DESC, id DESC)",
    "CREATE INDEX incidents_by_status ON incidents (status, last_seen DESC, id DESC)",
    "CREATE INDEX incidents_by_namespace ON incidents (cluster, namespace, last_seen DESC)",
    """
    CREATE TABLE failed_pods (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        cluster text NOT NULL,
        uid text NOT NULL,
        namespace text NOT NULL,
        name text NOT NULL,
        node text NOT NULL DEFAULT '',
        template text NOT NULL DEFAULT '',
        state text NOT NULL CHECK (state IN ('failing', 'healthy', 'gone')),
        failures jsonb NOT NULL DEFAULT '[]',
        failing_since timestamptz NOT NULL,
        healthy_since timestamptz,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        UNIQUE (cluster, uid)
    )
    """,
    "CREATE INDEX failed_pods_by_incident ON failed_pods (incident_id, state)",
    """
    CREATE TABLE reports (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        number bigint NOT NULL CHECK (number > 0),
        cluster text NOT NULL,
        subject_kind text NOT NULL,
        subject_uid text NOT NULL,
        container text NOT NULL,
        class text NOT NULL,
        since timestamptz NOT NULL,
        reason text NOT NULL,
        message text NOT NULL,
        received_at timestamptz NOT NULL,
        nudged_at timestamptz,
        UNIQUE (incident_id, number),
        UNIQUE (cluster, subject_kind, subject_uid, container, class, since)
    )
    """,
    "CREATE INDEX reports_not_nudged ON reports (id) WHERE nudged_at IS NULL",
    """
    CREATE TABLE evidence (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        captured_by text NOT NULL CHECK (captured_by IN ('agent', 'worker')),
        kind text NOT NULL CHECK (kind IN ('log', 'events', 'manifest', 'owner', 'node')),
        subject text NOT NULL,
        container text NOT NULL,
        stream text NOT NULL CHECK (stream IN ('', 'current', 'previous')),
        captured_for text NOT NULL,
        captured_at timestamptz NOT NULL,
        bytes integer NOT NULL,
        truncated boolean NOT NULL,
        sealed bytea NOT NULL,
        UNIQUE (incident_id, captured_by, captured_for, kind, subject, container, stream)
    )
    """,
    """
    CREATE TABLE runs (
        id uuid PRIMARY KEY,
        incident_id uuid REFERENCES incidents ON DELETE CASCADE,
        cluster text NOT NULL,
        workflow_id text NOT NULL,
        workflow_type text NOT NULL,
        state text NOT NULL
            CHECK (state IN ('running', 'completed', 'failed', 'cancelled', 'lost')),
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        CHECK ((state = 'running') = (ended_at IS NULL))
    )
    """,
    # One run a workflow id at a time, as in Temporal.
    "CREATE UNIQUE INDEX runs_running ON runs (workflow_id) WHERE state = 'running'",
    "CREATE INDEX runs_by_incident ON runs (incident_id, started_at DESC)",
    """
    CREATE TABLE run_steps (
        run_id uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
        step text NOT NULL,
        attempt integer NOT NULL CHECK (attempt > 0),
        name text NOT NULL,
        state text NOT NULL
            CHECK (state IN ('waiting', 'running', 'retrying', 'done', 'failed', 'lost')),
        summary text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        next_retry_at timestamptz,
        error text,
        PRIMARY KEY (run_id, step, attempt),
        CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL))
    )
    """,
    """
    CREATE TABLE diagnoses (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        run_id uuid NOT NULL REFERENCES runs,
        number bigint NOT NULL,
        source text NOT NULL CHECK (source IN ('rules')),
        explains text[] NOT NULL,
        causes jsonb NOT NULL,
        unavailable jsonb NOT NULL,
        evidence_ids uuid[] NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (incident_id, run_id, number, source)
    )
    """,
    "CREATE INDEX diagnoses_newest ON diagnoses (incident_id, created_at DESC, id DESC)",
    """
    CREATE TABLE changes (
        key text NOT NULL,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        result jsonb NOT NULL,
        at timestamptz NOT NULL,
        PRIMARY KEY (incident_id, key)
    )
    """,
    """
    CREATE TABLE timeline (
        id uuid PRIMARY KEY,
        incident_id uuid NOT NULL REFERENCES incidents ON DELETE CASCADE,
        at timestamptz NOT NULL,
        what text NOT NULL,
        by text,
        text text NOT NULL
    )
    """,
    "CREATE INDEX timeline_of_incident ON timeline (incident_id, at, id)",
    """
    CREATE TABLE agents (
        cluster text NOT NULL,
        node text NOT NULL,
        version text NOT NULL,
        pods integer NOT NULL,
        namespaces integer NOT NULL,
        queued integer NOT NULL,
        problem text,
        seen_at timestamptz NOT NULL,
        PRIMARY KEY (cluster, node)
    )
    """,
    """
    CREATE TABLE audit_log (
        id uuid PRIMARY KEY,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        target text NOT NULL,
        outcome text NOT NULL CHECK (outcome IN ('done', 'refused')),
        detail jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE ui_events (
        seq bigserial PRIMARY KEY,
        at timestamptz NOT NULL,
        topic text NOT NULL,
        entity text NOT NULL,
        entity_id text NOT NULL,
        version bigint NOT NULL,
        payload jsonb NOT NULL
    )
    """,
    "CREATE INDEX ui_events_by_age ON ui_events (at)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
