"""People: accounts, sessions, API tokens, invitations, one-time codes, tries to sign in; and the
tokens of clusters. Of every secret only a hash is kept."""

from alembic import op

revision = "0008"
down_revision = "0007"

ROLE = "role text NOT NULL CHECK (role IN ('read', 'write', 'admin'))"
SCOPES = "scopes text[] NOT NULL CHECK (cardinality(scopes) > 0)"

STATEMENTS = (
    # An account of an identity provider is its issuer and subject; it has no password.
    f"""
    CREATE TABLE users (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        password text,
        issuer text,
        subject text,
        {ROLE},
        {SCOPES},
        version bigint NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL,
        signed_in_at timestamptz,
        claims_read_at timestamptz,
        UNIQUE (issuer, subject),
        CHECK ((issuer IS NULL) = (subject IS NULL)),
        CHECK (issuer IS NULL OR password IS NULL)
    )
    """,
    "CREATE UNIQUE INDEX users_by_name ON users (lower(name))",
    """
    CREATE TABLE sessions (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        hash bytea NOT NULL UNIQUE,
        created_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        address text NOT NULL,
        browser text NOT NULL
    )
    """,
    "CREATE INDEX sessions_of_user ON sessions (user_id, seen_at DESC)",
    "CREATE INDEX sessions_by_end ON sessions (expires_at)",
    f"""
    CREATE TABLE tokens (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
        name text NOT NULL,
        hash bytea NOT NULL UNIQUE,
        {ROLE},
        {SCOPES},
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        UNIQUE (user_id, name)
    )
    """,
    f"""
    CREATE TABLE invitations (
        id uuid PRIMARY KEY,
        hash bytea NOT NULL UNIQUE,
        note text NOT NULL,
        {ROLE},
        {SCOPES},
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        used_at timestamptz,
        used_by text,
        CHECK ((used_at IS NULL) = (used_by IS NULL))
    )
    """,
    # With a user the code signs in as that one; without, it makes an admin.
    """
    CREATE TABLE one_time_codes (
        hash bytea PRIMARY KEY,
        user_id uuid REFERENCES users ON DELETE CASCADE,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
    )
    """,
    """
    CREATE TABLE sign_in_tries (
        kind text NOT NULL CHECK (kind IN ('account', 'address')),
        key text NOT NULL,
        tries integer NOT NULL,
        until timestamptz NOT NULL,
        PRIMARY KEY (kind, key)
    )
    """,
    "CREATE INDEX sign_in_tries_by_end ON sign_in_tries (until)",
    """
    CREATE TABLE service_tokens (
        id uuid PRIMARY KEY,
        cluster text NOT NULL,
        hash bytea NOT NULL UNIQUE,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL,
        ended_at timestamptz
    )
    """,
    "CREATE INDEX service_tokens_of_cluster ON service_tokens (cluster, created_at DESC)",
    "CREATE INDEX audit_log_newest ON audit_log (at DESC, id DESC)",
    "CREATE INDEX audit_log_by_actor ON audit_log (actor, at DESC, id DESC)",
    # Failed sign-ins are counted: one entry a minute.
    """
    CREATE UNIQUE INDEX audit_log_sign_ins ON audit_log (at)
        WHERE action = 'sign-in' AND outcome = 'refused'
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
