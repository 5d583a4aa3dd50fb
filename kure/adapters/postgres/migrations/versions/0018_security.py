"""Scans of a cluster, what they found, and what people say of it."""

from alembic import op

revision = "0018"
down_revision = "0017"

STATEMENTS = (
    """
    CREATE TABLE scans (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        run_id uuid NOT NULL UNIQUE,
        state text NOT NULL DEFAULT 'running'
            CHECK (state IN ('running', 'finished', 'failed', 'cancelled', 'skipped')),
        text text NOT NULL DEFAULT '',
        namespaces text[] NOT NULL DEFAULT '{}',
        requested_by text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        kinds_total integer NOT NULL DEFAULT 0,
        kinds_done integer NOT NULL DEFAULT 0,
        objects integer NOT NULL DEFAULT 0,
        unread jsonb NOT NULL DEFAULT '{}',
        not_evaluated jsonb NOT NULL DEFAULT '[]',
        examined jsonb NOT NULL DEFAULT '{}',
        previous_id uuid REFERENCES scans ON DELETE SET NULL,
        score double precision CHECK (score BETWEEN 0 AND 100),
        coverage double precision CHECK (coverage BETWEEN 0 AND 1),
        counts jsonb NOT NULL DEFAULT '{}',
        difference jsonb NOT NULL DEFAULT '{}',
        CHECK ((state = 'running') = (ended_at IS NULL))
    )
    """,
    "CREATE UNIQUE INDEX scans_running ON scans (cluster) WHERE state = 'running'",
    "CREATE INDEX scans_newest ON scans (started_at DESC, id DESC)",
    # The lists of a scan under way: a worker that takes it over goes on behind the last page. They
    # are sealed, since objects hold what nobody else may read, and gone when the scan ends. `next`
    # is the server's token for the page after; a kind that may not be listed has `refused` alone.
    """
    CREATE TABLE scan_pages (
        id uuid PRIMARY KEY,
        scan_id uuid NOT NULL REFERENCES scans ON DELETE CASCADE,
        kind text NOT NULL,
        page integer NOT NULL,
        objects integer NOT NULL DEFAULT 0,
        sealed bytea,
        next text NOT NULL DEFAULT '',
        refused text NOT NULL DEFAULT '',
        UNIQUE (scan_id, kind, page)
    )
    """,
    # What the checks found, until all of it becomes the findings of the cluster at once.
    """
    CREATE TABLE scan_found (
        scan_id uuid NOT NULL REFERENCES scans ON DELETE CASCADE,
        shard integer NOT NULL,
        findings jsonb NOT NULL,
        PRIMARY KEY (scan_id, shard)
    )
    """,
    # What belongs to no namespace has the namespace `_`. `missing` are the lists that the check had
    # to do without when it saw this last.
    """
    CREATE TABLE security_issues (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        check_id text NOT NULL,
        kind text NOT NULL,
        namespace text NOT NULL,
        name text NOT NULL,
        path text NOT NULL,
        severity text NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
        api_version text NOT NULL DEFAULT '',
        message text NOT NULL,
        container text NOT NULL DEFAULT '',
        value jsonb,
        fixable boolean NOT NULL DEFAULT false,
        managed_by text NOT NULL DEFAULT '',
        seen_on text NOT NULL DEFAULT '',
        looked_kind text NOT NULL,
        missing text[] NOT NULL DEFAULT '{}',
        state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'fixed')),
        first_seen timestamptz NOT NULL,
        opened_at timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        fixed_at timestamptz,
        last_scan uuid REFERENCES scans ON DELETE SET NULL,
        opened_scan uuid REFERENCES scans ON DELETE SET NULL,
        fixed_scan uuid REFERENCES scans ON DELETE SET NULL,
        dismissed_by text,
        dismissed_at timestamptz,
        dismissed_until timestamptz,
        dismiss_reason text NOT NULL DEFAULT '',
        version bigint NOT NULL DEFAULT 1,
        UNIQUE (cluster, check_id, kind, namespace, name, path),
        CHECK ((state = 'fixed') = (fixed_at IS NOT NULL)),
        CHECK ((dismissed_by IS NULL) = (dismissed_at IS NULL)),
        CHECK (dismissed_at IS NOT NULL OR dismissed_until IS NULL)
    )
    """,
    "CREATE INDEX security_issues_open ON security_issues (cluster, state, severity)",
    "CREATE INDEX security_issues_opened ON security_issues (opened_scan)",
    "CREATE INDEX security_issues_fixed ON security_issues (fixed_scan)",
    "CREATE INDEX security_issues_seen ON security_issues (last_scan)",
    """
    CREATE TABLE rule_exclusions (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        check_id text NOT NULL,
        namespace text NOT NULL,
        reason text NOT NULL,
        expires_at timestamptz,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        UNIQUE (cluster, check_id, namespace)
    )
    """,
    """
    CREATE TABLE trusted_registries (
        id uuid PRIMARY KEY,
        registry text NOT NULL UNIQUE,
        reason text NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
