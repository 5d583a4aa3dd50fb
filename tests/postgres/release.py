"""The release before the newest migration, from this repository's history."""

import io
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from kure.adapters.postgres.migrate import head

ROOT = Path(__file__).parents[2]
VERSIONS = "kure/adapters/postgres/migrations/versions"
NUMBER = re.compile(r"(\d{4})_\w+\.py$")


@dataclass(frozen=True)
class Release:
    """The source of an earlier commit, unpacked, and the schema that it writes."""

    folder: Path
    schema: str


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def _schemas(commit: str) -> list[str]:
    listed = _git("ls-tree", "--name-only", commit, f"{VERSIONS}/").decode().split()
    return sorted(found[1] for name in listed if (found := NUMBER.search(name)))


def release_before(folder: Path) -> Release:
    """Unpack the newest commit whose schema is the one before ours. Where the checkout holds
    only the newest commits there is nothing to compare with: the test is skipped."""
    wanted = [f"{number:04d}" for number in range(1, int(head()))]
    for commit in _git("log", "--format=%H", "--", VERSIONS).decode().split():
        for candidate in _git("log", "--format=%H", "--max-count=2", commit).decode().split():
            if _schemas(candidate) == wanted:
                archive = _git("archive", candidate, "kure", "api", "workflows", "activities")
                with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                    tar.extractall(folder, filter="data")
                return Release(folder, wanted[-1])
    pytest.skip(f"a checkout without history: no commit of it has schema {wanted[-1]}")
