"""The embedded PostgreSQL through what happens to servers on people's machines."""

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from kure.demo.account import Account, binaries, database_folder
from kure.demo.postgres import PostgresServer
from kure.errors import DatabaseUnavailable, Misconfigured


async def ask(server: PostgresServer, question: str) -> object:
    connection = await asyncpg.connect(server.url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


@pytest.fixture
def server(data_dir: Path) -> PostgresServer:
    return PostgresServer(data_dir, fsync=False)


@pytest.fixture
def long_dir(data_dir: Path) -> Path:
    """A data folder whose path is too long for a socket."""
    data_dir.chmod(0o711)
    return data_dir / ("long-" * 20)


@pytest.fixture
def planted(long_dir: Path) -> Iterator[Path]:
    """The folder of that one's socket, made by somebody else."""
    path = Path(PostgresServer(long_dir).url.split("host=")[1].split("&")[0])
    path.mkdir()
    path.chmod(0o777)
    yield path
    path.rmdir()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_broken_configuration_is_told_with_the_end_of_the_log(
    server: PostgresServer, data_dir: Path
) -> None:
    async with server:
        pass
    (data_dir / "postgres" / "postgresql.conf").write_text("no such = 'setting\n")
    with pytest.raises(DatabaseUnavailable, match="syntax error in file"):
        await server.start()


async def test_it_listens_on_no_tcp_port(server: PostgresServer) -> None:
    async with server:
        assert await ask(server, "SHOW listen_addresses") == ""


async def test_nobody_else_may_enter_its_folders(server: PostgresServer, data_dir: Path) -> None:
    async with server:
        assert mode(data_dir / "postgres") == 0o700
        assert mode(data_dir) & 0o067 == 0


async def test_it_never_runs_as_root(server: PostgresServer) -> None:
    async with server:
        assert server.pid
        assert os.stat(f"/proc/{server.pid}").st_uid != 0


async def test_data_survive_a_stop_and_a_kill(server: PostgresServer) -> None:
    await server.start()
    await ask(server, "CREATE TABLE kept AS SELECT 1 AS n")
    await server.stop()
    await server.start()
    await ask(server, "INSERT INTO kept VALUES (2)")
    await server.kill()
    assert server.pid is None
    async with server:
        assert await ask(server, "SELECT sum(n) FROM kept") == 3


async def test_a_live_server_is_adopted_and_stopped(server: PostgresServer, data_dir: Path) -> None:
    await server.start()
    second = PostgresServer(data_dir, fsync=False)
    assert await second.start() == server.url
    assert second.pid == server.pid
    await second.stop()
    assert server.pid is None


@pytest.mark.parametrize("lock", ["postmaster.pid", ".s.PGSQL.5432.lock"])
async def test_the_pid_file_of_a_dead_server_does_not_block_a_start(
    server: PostgresServer, data_dir: Path, lock: str
) -> None:
    await server.start()
    await server.kill()
    file = data_dir / "postgres" / lock
    rest = file.read_text().split("\n", 1)[1]
    # Its number was given to another process of its account since.
    other = await asyncio.create_subprocess_exec("sleep", "60", user=file.stat().st_uid)
    try:
        file.write_text(f"{other.pid}\n{rest}")
        async with server:
            assert await ask(server, "SELECT 1") == 1
    finally:
        other.kill()
        await other.wait()


async def test_a_creation_that_was_cut_off_begins_again(
    server: PostgresServer, data_dir: Path
) -> None:
    half = data_dir / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    async with server:
        assert await ask(server, "SELECT 1") == 1


async def test_a_long_path_gets_its_socket_in_a_short_private_folder(long_dir: Path) -> None:
    async with PostgresServer(long_dir, fsync=False) as server:
        assert await ask(server, "SELECT 1") == 1
        assert str(long_dir) not in server.url


@pytest.mark.usefixtures("planted")
async def test_a_socket_folder_that_others_may_enter_is_refused(long_dir: Path) -> None:
    with pytest.raises(Misconfigured, match="others may enter"):
        await PostgresServer(long_dir, fsync=False).start()


class Locked(Account):
    """An account that reaches nothing of ours."""

    def may(self, test: str, path: Path) -> bool:
        return False


def test_what_the_account_cannot_reach_is_put_where_it_can(data_dir: Path) -> None:
    account, outside = Locked("nobody", 65534, 65534), data_dir / "outside"
    checkout = data_dir / "private"
    checkout.mkdir()
    folder = database_folder(checkout, account, outside)
    assert folder.parent == outside
    assert database_folder(checkout, account, outside) == folder
    assert binaries(account, outside).is_relative_to(outside)
    assert (binaries(account, outside) / "initdb").exists()
