"""Search in the list of incidents by an index of trigrams, where the server has them.

pg_trgm comes with PostgreSQL, but some packages leave it out; without it a search reads every row.
https://www.postgresql.org/docs/current/pgtrgm.html
"""

from alembic import op

revision = "0004"
down_revision = "0003"

# Whoever may create in the database may add it: it is a trusted extension.
STATEMENT = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX incidents_by_text ON incidents USING gin (searched gin_trgm_ops);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE NOTICE 'no index for searches: this role may not add pg_trgm';
    END $$
"""


def upgrade() -> None:
    op.execute(STATEMENT)
