"""Two releases that follow each other: the one before the newest migration and this one, from the
repository's history; and this one with one that comes after it, made up."""

import io
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from kure.adapters.postgres.migrate import head

ROOT = Path(__file__).parents[2]
PARTS = ("kure", "api", "workflows", "activities")
VERSIONS = "kure/adapters/postgres/migrations/versions"
NUMBER = re.compile(r"(\d{4})_\w+\.py$")
# What one release may do to what the one before it works with: it only ever adds.
NEXT = '''"""What the next release may add."""

from alembic import op

revision = "{next}"
down_revision = "{head}"

STATEMENTS = (
    "ALTER TABLE incidents ADD COLUMN next_text text NOT NULL DEFAULT ''",
    "ALTER TABLE reports ADD COLUMN next_at timestamptz",
    "ALTER TABLE sessions ADD COLUMN next_flag boolean NOT NULL DEFAULT false",
    "ALTER TABLE ui_events ADD COLUMN next_number bigint",
    "CREATE TABLE next_things (id uuid PRIMARY KEY, incident_id uuid REFERENCES incidents)",
    "CREATE INDEX incidents_next ON incidents (next_text)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
'''


@dataclass(frozen=True)
class Release:
    """A release's source, in a folder, and the schema that it writes."""

    folder: Path
    schema: str

    def migrate(self, env: dict[str, str]) -> None:
        """Bring the database to its schema, as whoever rolls it out does."""
        command = [sys.executable, "-P", "-m", "kure", "migrate"]
        env = env | {"PYTHONPATH": str(self.folder)}
        subprocess.run(command, env=env, check=True)


THIS = Release(ROOT, head())


def has_history() -> bool:
    """Whether the release before can be looked for; not in an unpacked archive."""
    return (ROOT / ".git").exists() and shutil.which("git") is not None


def commit_before() -> str | None:
    """The newest commit whose schema is the one before ours. None where no commit has it: then no
    release of this history is the one before."""
    wanted = [f"{number:04d}" for number in range(1, int(THIS.schema))]
    return next((commit for commit in _candidates() if _schemas(commit) == wanted), None)


def is_cut() -> bool:
    """Whether the checkout holds only its newest commits, and so does not know of earlier ones."""
    return _git("rev-parse", "--is-shallow-repository").split() == [b"true"]


def not_tried() -> str:
    """What the test of two releases leaves out here; '' where nothing."""
    if has_history() and (commit_before() or is_cut()):
        return ""
    why = "No commit has the schema before" if has_history() else "There is no history"
    return f"{why}: only an upcoming release was tried on another's schema, none that was."


def release_before(folder: Path) -> Release:
    """That commit, unpacked."""
    commit = commit_before()
    if commit is None:
        pytest.fail(
            "This checkout holds only its newest commits, so the release before cannot be tried on "
            "this one's schema. Fetch the others: git fetch --unshallow"
        )
    archive = _git("archive", commit, *PARTS)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return Release(folder, _schemas(commit)[-1])


def release_after(folder: Path) -> Release:
    """This release with one more migration."""
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    schema = f"{int(THIS.schema) + 1:04d}"
    text = NEXT.format(next=schema, head=THIS.schema)
    (folder / VERSIONS / f"{schema}_made_up.py").write_text(text)
    return Release(folder, schema)


def _candidates() -> list[str]:
    """Commits after which the schema changed, the newest first: ours, and those before and at each
    change."""
    found = ["HEAD"]
    for change in _git("log", "--format=%H", "--", VERSIONS).decode().split():
        found += _git("log", "--format=%H", "--max-count=2", change).decode().split()[::-1]
    return found


def _schemas(commit: str) -> list[str]:
    listed = _git("ls-tree", "--name-only", commit, f"{VERSIONS}/").decode().split()
    return sorted(found[1] for name in listed if (found := NUMBER.search(name)))


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout
