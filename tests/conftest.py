"""What many tests share: a real PostgreSQL and a real Temporal server, started once a run.

`KURE_TEST_CONTAINERS=1` takes PostgreSQL from a container instead, where a Docker engine answers.
Tests against a cluster are collected only where KUBECONFIG says which.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from temporalio.client import Client

from kure.adapters.postgres.migrate import migrate
from kure.adapters.temporal import connect
from kure.demo.postgres import PostgresServer
from kure.demo.temporal import TemporalServer
from kure.settings import Settings
from tests.postgres.release import not_tried


def docker_answers() -> bool:
    """Whether a Docker engine is there to run containers."""
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "info"], capture_output=True, check=False)
    return asked.returncode == 0


CLUSTER = bool(os.environ.get("KUBECONFIG"))
CONTAINERS = os.environ.get("KURE_TEST_CONTAINERS") == "1" and docker_answers()
CONTAINER_IMAGE = "postgres:18-alpine"
TEMPLATE = "kure_template"

collect_ignore = [] if CLUSTER else ["cluster"]

# A developer's own settings must not reach the tests.
for name in [n for n in os.environ if n.startswith("KURE_") and not n.startswith("KURE_TEST_")]:
    del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what needs a cluster, in other folders too, where there is none."""
    if not CLUSTER:
        items[:] = [item for item in items if item.get_closest_marker("cluster") is None]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and how to run it."""
    if not CLUSTER:
        terminalreporter.write_line(
            "The tests against a Kubernetes cluster were not collected. "
            "To run them: KUBECONFIG=<file> make test"
        )
    if left_out := not_tried():
        terminalreporter.write_line(left_out)
    if os.environ.get("KURE_TEST_CONTAINERS") == "1" and not CONTAINERS:
        terminalreporter.write_line("No Docker engine answers: PostgreSQL was the embedded one.")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account may enter when root runs the tests; pytest's own may not
    be entered. Short, for the socket's path."""
    path = Path(tempfile.mkdtemp(prefix="kure-"))
    try:
        yield path
    finally:
        shutil.rmtree(path)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty KURE_DATA_DIR."""
    with folder() as path:
        yield path


@pytest.fixture(scope="session")
async def postgres_url() -> AsyncIterator[str]:
    """The PostgreSQL of this run; its user may create databases."""
    if CONTAINERS:
        # slow to import, and it looks for a Docker engine then
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer(CONTAINER_IMAGE, driver=None) as container:
            yield container.get_connection_url()
    else:
        with folder() as path:
            async with PostgresServer(path, fsync=False) as server:
                yield server.url


def database_url(server_url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlsplit(server_url)._replace(path=f"/{name}").geturl()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def template(postgres_url: str) -> str:
    """The name of a migrated, empty database, to be copied."""
    await _execute(postgres_url, f"CREATE DATABASE {TEMPLATE}")
    await migrate(database_url(postgres_url, TEMPLATE))
    return TEMPLATE


@pytest.fixture
async def database(postgres_url: str, template: str) -> AsyncIterator[str]:
    """The URL of a migrated, empty database of the test's own."""
    name = f"test_{uuid4().hex}"
    await _execute(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield database_url(postgres_url, name)
    await _execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def temporal_address() -> AsyncIterator[str]:
    """The Temporal server of this run, with Kure's search attributes, in real time."""
    with folder() as path:
        async with TemporalServer(path, port=0, ui_port=0) as server:
            yield server.address


@pytest.fixture(scope="session")
async def temporal_client(temporal_address: str) -> Client:
    """Speaks pydantic, unencrypted."""
    settings = Settings(temporal_address=temporal_address, encrypt_payloads=False)
    return await connect(settings)
