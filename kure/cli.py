"""The command `kure`."""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kure.adapters import temporal
from kure.adapters.crypto import Keyring, ensure_key
from kure.adapters.postgres.migrate import migrate as migrate_database
from kure.demo.cluster import choose
from kure.demo.main import introduce
from kure.demo.main import run as run_demo
from kure.demo.view import Terminal, view
from kure.domain.redact import Redactor, redact_document
from kure.errors import InvalidInput, KureError, Misconfigured
from kure.settings import Settings, load

REFUSED = 2
KEY_BYTES = 32

NO_RECORDED_CLUSTER = (
    "The recorded demo cluster is not there yet; it comes with a later release. To watch the "
    "cluster of your kubeconfig instead, which is only read: `kure demo --cluster`, or "
    "`make demo CLUSTER=1`"
)


class PlainErrors(TyperGroup):
    """Says what Kure raises on purpose in one message, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KureError as error:
            typer.echo(f"kure: {error}", err=True)
            raise typer.Exit(REFUSED) from error


app = typer.Typer(
    cls=PlainErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Finds failing Kubernetes workloads, says why, and keeps the evidence. "
    "Settings are KURE_… variables, or lines of a file .env.",
)


@app.command()
def demo(
    cluster: Annotated[
        bool, typer.Option("--cluster", help="Watch the cluster of the kubeconfig; only reads it.")
    ] = False,
    context: Annotated[
        str | None, typer.Option(help="A context of the kubeconfig, else the current one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before reading.")] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start Kure's parts again when their source changes.")
    ] = False,
) -> None:
    """Run all of Kure on this machine, with its own PostgreSQL and Temporal, until Ctrl-C."""
    if not cluster:
        raise InvalidInput(NO_RECORDED_CLUSTER)
    settings = load()
    target = asyncio.run(choose(settings, context))
    typer.echo(introduce(target))
    if not yes:
        _ask()
    with view(Terminal(), lambda: datetime.now().astimezone()) as shown:  # noqa: TID251  a wall clock
        asyncio.run(run_demo(settings, target, shown, reload=reload))


def _ask() -> None:
    if not sys.stdin.isatty():
        raise InvalidInput(
            "There is no terminal to ask whether this cluster may be read; "
            "say so with --yes (make demo CLUSTER=1 YES=1)"
        )
    typer.confirm("Watch this cluster?", default=True, abort=True)


@app.command()
def api() -> None:
    """Serve the HTTP API and the dashboard."""
    _become("api.main")


@app.command()
def worker() -> None:
    """Run workflows and activities."""
    _become("workers.main")


@app.command()
def agent() -> None:
    """Watch the pods of a cluster and report what fails."""
    _become("agent.main")


def _become(module: str) -> None:
    """Replace this process: signals and exit codes are then the part's own. kure/ imports none of
    the parts."""
    os.execv(sys.executable, [sys.executable, "-P", "-m", module])


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date, make the installation's key if there is none, and
    register the search attributes."""
    settings = load()
    if settings.database_url is None:
        raise Misconfigured(
            "No database to migrate: set KURE_DATABASE_URL (postgresql://user@host/name). "
            "`kure demo` looks after its own"
        )
    ensure_key(settings.data_dir / "key")
    asyncio.run(_migrate(settings, settings.database_url.get_secret_value()))


async def _migrate(settings: Settings, url: str) -> None:
    await migrate_database(url)
    typer.echo("The schema is up to date.")
    await temporal.register_search_attributes(await temporal.connect(settings))
    typer.echo("The search attributes are registered, as far as we may.")


@app.command()
def redact(
    file: Annotated[str, typer.Argument(help="A log, a manifest or a dump; - reads stdin.")],
) -> None:
    """Print a file with its secrets replaced by placeholders; everything else stays."""
    settings = load()
    redactor = Redactor(key=_redaction_key(settings))
    # surrogateescape: bytes that are no UTF-8 come out as they went in
    text = _read(file).decode("utf-8", "surrogateescape")
    redacted = redact_document(text, redactor).encode("utf-8", "surrogateescape")
    sys.stdout.buffer.write(redacted)
    sys.stdout.buffer.flush()


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise InvalidInput(f"Cannot read {file}: {error.strerror}") from error


def _redaction_key(settings: Settings) -> bytes:
    path = settings.data_dir / "key"
    if path.exists():
        return Keyring.load(path).redaction_key(settings.cluster)
    typer.echo(
        f"kure: no key in {path}, so placeholders of this run match no other run's", err=True
    )
    return os.urandom(KEY_BYTES)
