"""The command `kure`."""

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kure.adapters import temporal
from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import connect
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import ensure_key
from kure.adapters.postgres.access.codes import make_code
from kure.adapters.postgres.migrate import migrate as migrate_database
from kure.demo.cluster import choose, played
from kure.demo.main import introduce
from kure.demo.main import run as run_demo
from kure.demo.recorded.serve import Stage, serve
from kure.demo.reset import reset
from kure.demo.state import folder_of
from kure.demo.view import Terminal, view
from kure.diagnosing.command import Ask
from kure.diagnosing.command import run as run_diagnosis
from kure.diagnosing.text import Printer
from kure.domain.redact import Redactor, redact_document
from kure.errors import InvalidInput, KureError, Misconfigured
from kure.operating.backup import run_backup, run_restore
from kure.operating.health import as_lines, ask_health
from kure.operating.keys import drop_key, rotate, tell_keys
from kure.operating.mcp_command import mcp
from kure.operating.mirror_command import mirror
from kure.operating.output import Output
from kure.recording.record import MEGABYTE, Order, Recorder
from kure.scanning.command import scan
from kure.settings import Settings, load

FOUND = 1
REFUSED = 2
KEY_BYTES = 32


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
    pretty_exceptions_enable=False,
    help="Finds failing Kubernetes workloads, says why, and keeps the evidence. "
    "Settings are KURE_… variables, or lines of a file .env.",
)


app.command()(mirror)
app.command()(mcp)
app.command()(scan)
demos = typer.Typer(cls=PlainErrors)
app.add_typer(demos, name="demo")

Cluster = Annotated[
    bool, typer.Option("--cluster", help="Watch the cluster of the kubeconfig; only reads it.")
]


@demos.callback(invoke_without_command=True)
def demo(
    command: typer.Context,
    cluster: Cluster = False,
    context: Annotated[
        str | None, typer.Option(help="A context of the kubeconfig, else the current one.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before reading.")] = False,
    allow_mirrors: Annotated[
        bool, typer.Option("--allow-mirrors", help="Fixes may be tested on copies of its pods.")
    ] = False,
    loop: Annotated[
        bool, typer.Option("--loop", help="The recorded shop: begin again after its end.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Lines only, as for logs and pipes.")
    ] = False,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start Kure's parts again when their source changes.")
    ] = False,
) -> None:
    """Run all of Kure on this machine, with its own PostgreSQL and Temporal, until Ctrl-C.

    It watches a recorded shop in which one thing after another fails, or with --cluster your own
    cluster. State is kept: started again it goes on where it was."""
    if command.invoked_subcommand:
        return
    settings = load()
    if cluster:
        if loop:
            raise InvalidInput("--loop is for the recorded shop; leave it out, or --cluster")
        target = asyncio.run(choose(settings, context))
        settings = settings.model_copy(update={"mirrors": allow_mirrors})
        typer.echo(introduce(target, mirrors=allow_mirrors))
        if not yes:
            _ask()
    else:
        if context:
            raise InvalidInput("--context is for a cluster of yours; give --cluster as well")
        target = played(folder_of(settings.data_dir, shop=True) / "played", loop=loop)
    with view(Terminal(), lambda: datetime.now().astimezone(), plain=plain) as shown:  # noqa: TID251  a wall clock
        asyncio.run(run_demo(settings, target, shown, reload=reload))


@demos.command("reset")
def reset_demo(
    cluster: Cluster = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget all that the demo has seen: incidents, evidence, its servers' files."""
    folder = folder_of(load().data_dir, shop=not cluster)
    if not yes:
        if not sys.stdin.isatty():
            raise InvalidInput(f"There is no terminal to ask whether {folder} may go: give --yes")
        typer.confirm(f"Remove what the demo keeps in {folder}?", abort=True)
    removed = asyncio.run(reset(folder)) if folder.is_dir() else []
    typer.echo(f"Removed from {folder}: {', '.join(removed) or 'nothing, there was nothing'}")


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
    temporal.leave()


async def _migrate(settings: Settings, url: str) -> None:
    await migrate_database(url)
    typer.echo("The schema is up to date.")
    await temporal.register_search_attributes(await temporal.connect(settings))
    typer.echo("The search attributes are registered, as far as we may.")


@app.command()
def rotate_key(
    status: Annotated[bool, typer.Option("--status", help="Only say how far that is.")] = False,
    drop: Annotated[str, typer.Option(metavar="KEY", help="Take away an old, unused one.")] = "",
) -> None:
    """Encrypt under a new key from now on, and seal what is stored anew, while Kure works. The new
    key decrypts everywhere before it encrypts. What stopped half-way goes on when called again."""
    if drop and not status:
        asyncio.run(drop_key(load(), drop, typer.echo))
    else:
        asyncio.run((tell_keys if status else rotate)(load(), typer.echo))
    temporal.leave()


@app.command()
def admin_code(
    again: Annotated[
        bool, typer.Option("--again", help="Though there are accounts: all admins are locked out.")
    ] = False,
) -> None:
    """Print a one-time code with which the first admin signs up on the dashboard; good for an
    hour."""
    settings = load()
    if settings.database_url is None:
        raise Misconfigured(
            "No database to keep a code in: set KURE_DATABASE_URL as for `kure api`. "
            "`kure demo` prints a code of its own"
        )
    code = asyncio.run(make_code(settings.database_url.get_secret_value(), utc_now(), again=again))
    typer.echo(code)
    typer.echo(f"Open {settings.public_url or 'the dashboard'} within the hour.", err=True)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; a file that is not there yet.")],
) -> None:
    """Write all that Kure stores into one file, of one moment, while it goes on working.

    What is encrypted stays so. The installation's key is not in it."""
    asyncio.run(run_backup(load(), file, lambda line: typer.echo(line, err=True)))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `kure backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Though the database holds something: that is lost.")
    ] = False,
) -> None:
    """Put a backup into the database, all or nothing. Stop Kure before."""
    asyncio.run(run_restore(load(), file, lambda line: typer.echo(line, err=True), replace=replace))


@app.command()
def health(
    output: Annotated[
        Output, typer.Option("--output", "-o", help="For people, or JSON.")
    ] = Output.TEXT,
) -> None:
    """Say how each part of a running Kure is and since when, as its API sees it.

    It asks KURE_API_URL with the token in the data folder. Exit code 0: all well; 1: something is
    not; 2: nobody answered."""
    found = asyncio.run(ask_health(load()))
    if output is Output.JSON:
        typer.echo(json.dumps(found, indent=2))
    else:
        for line in as_lines(found):
            typer.echo(line)
    if found["state"] != "ok":
        raise typer.Exit(FOUND)


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="Where to: shop.kure.gz, say.")],
    namespace: Annotated[
        list[str], typer.Option("--namespace", "-n", help="Of this one only; may be repeated.")
    ] = [],  # noqa: B006 # typer's way
    seconds: Annotated[
        float, typer.Option("--for", help="Seconds; Ctrl-C ends it earlier.", min=1)
    ] = 60,
    most_mib: Annotated[int, typer.Option(help="How large the file may become.", min=1)] = 32,
    context: Annotated[
        str | None, typer.Option(help="A context of the kubeconfig, else the current one.")
    ] = None,
) -> None:
    """Record a cluster into one file, redacted: objects, what happens to them, events, logs.

    It is only read, and no Secret is. Say what fails to somebody else, or play it: `kure play`."""
    settings = load()
    order = Order(seconds, namespace, most_mib * MEGABYTE)
    asyncio.run(_record(settings, file, order, context))


async def _record(settings: Settings, file: Path, order: Order, context: str | None) -> None:
    target = await choose(settings, context)
    typer.echo(f"Recording {target.context} at {target.server} for {order.seconds:g} s", err=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    redactor = Redactor(key=_redaction_key(settings))
    async with connect(settings.model_copy(update={"context": target.context})) as cluster:
        recorder = Recorder(cluster, redactor, order, lambda line: typer.echo(line, err=True))
        made = await recorder.run(file, stop)
    for missing in (*(f"Not read: {text}" for text in made.unread), *made.cut):
        typer.echo(missing, err=True)
    typer.echo(
        f"{file}: {made.bytes / MEGABYTE:.2f} MiB, {made.seconds:.0f} s, {made.objects} "
        f"objects, {made.changes} changes, logs of {made.logs} containers"
    )


@app.command()
def play(
    file: Annotated[Path, typer.Argument(help="A recording: see `kure record`.")],
    port: Annotated[int, typer.Option(help="Where its API server listens.", min=1)] = 18443,
    folder: Annotated[
        Path | None, typer.Option(help="Its kubeconfig and state; else data_dir/played.")
    ] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Begin again after the end.")] = False,
) -> None:
    """Play a recording as a cluster that kubectl and Kure can read, until Ctrl-C."""
    stage = Stage(file, folder or load().data_dir / "played", port, loop)
    serve(stage, typer.echo)


@app.command()
def diagnose(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAMESPACE/POD | NAMESPACE/KIND/NAME]",
            help="One object; with -n POD or KIND/NAME is enough.",
        ),
    ] = None,
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="All that fails in it.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that fails anywhere.")] = False,
    file: Annotated[
        str | None,
        typer.Option(
            "--file", "-f", help="A dump: kubectl get all,events,… -o yaml; - reads stdin."
        ),
    ] = None,
    output: Annotated[Output, typer.Option("--output", "-o", help="For people, or JSON.")] = (
        Output.TEXT
    ),
    context: Annotated[
        str | None, typer.Option(help="A context of the kubeconfig, else the current one.")
    ] = None,
    try_fixes: Annotated[
        bool,
        typer.Option("--try-fixes", help="Try fixes of pods on the API server by a dry run."),
    ] = False,
) -> None:
    """Say what fails in a cluster, or in a dump of one, why, and what to do. It is only read.

    No server of Kure is needed. Exit code 0: nothing fails; 1: something does; 2: it could not be
    looked at."""
    settings = load()
    ask = Ask(what, namespace, everything, file, context, try_fixes)
    redactor = Redactor(key=_redaction_key(settings, quiet=True))
    report = asyncio.run(run_diagnosis(settings, ask, redactor))
    if output is Output.JSON:
        typer.echo(report.model_dump_json(indent=2))
    else:
        Printer(Terminal()).report(report)
    if report.findings:
        raise typer.Exit(FOUND)


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


def _redaction_key(settings: Settings, *, quiet: bool = False) -> bytes:
    path = settings.data_dir / "key"
    if path.exists():
        return Keyring.load(path).redaction_key(settings.cluster)
    if not quiet:
        typer.echo(
            f"kure: no key in {path}, so placeholders of this run match no other run's", err=True
        )
    return os.urandom(KEY_BYTES)
