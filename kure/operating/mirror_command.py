"""The command `kure mirror`: proves a fix on a mirror, and says what it showed."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from kure.errors import InvalidInput
from kure.operating.mirror import Wanted, deploy, follow, plan, words
from kure.operating.output import Output
from kure.settings import Settings, load

PASSED, FAILED, NO_VERDICT = 0, 1, 2
EXITS = {"passed": PASSED, "failed": FAILED}


def mirror(
    incident: Annotated[str, typer.Argument(help="An incident's id, or a failed pod's uid.")],
    patch: Annotated[
        Path | None, typer.Option(help="An edited manifest to test, in place of the fix.")
    ] = None,
    ttl: Annotated[int | None, typer.Option(help="Its life in seconds, 30 to 3600.")] = None,
    rounds: Annotated[
        int, typer.Option(help="Where it fails, test what that leads to: so many in all.")
    ] = 1,
    no_network: Annotated[
        bool, typer.Option("--no-network", help="It may speak to nobody.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Until there is a verdict.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm what has to be confirmed.")] = False,
    output: Annotated[
        Output, typer.Option("--output", "-o", help="For people, or JSON.")
    ] = Output.TEXT,
) -> None:
    """Prove a fix on a throw-away copy of a failing pod. The pod itself stays as it is.

    It asks KURE_API_URL with the token in the data folder. With --wait the exit code is 0: passed;
    1: failed; 2: no verdict. It is 2 as well where nothing could be tested."""
    wanted = Wanted(incident, _read(patch), ttl, rounds, no_network)
    asyncio.run(_run(load(), wanted, output, wait=wait, yes=yes))


async def _run(
    settings: Settings, wanted: Wanted, output: Output, *, wait: bool, yes: bool
) -> None:
    planned = await plan(settings, wanted)
    for line in planned.lines:
        _tell(line)
    if planned.confirmations and not yes:
        _confirm(planned.confirmations)
    mirror_id = await deploy(settings, wanted, planned, confirmed=bool(planned.confirmations))
    if not wait:
        typer.echo(json.dumps({"mirror_id": mirror_id}) if output is Output.JSON else mirror_id)
        return
    shown = await follow(settings, mirror_id, _tell)
    typer.echo(json.dumps(shown, indent=2) if output is Output.JSON else words(shown))
    raise typer.Exit(EXITS.get(shown["verdict"], NO_VERDICT))


def _tell(line: str) -> None:
    """Beside what programs read."""
    typer.echo(line, err=True)


def _confirm(confirmations: list[str]) -> None:
    if not sys.stdin.isatty():
        raise InvalidInput(
            f"This has to be confirmed: {' '.join(confirmations)} There is no terminal to ask: "
            "give --yes"
        )
    if not typer.confirm("Test it all the same?", err=True):
        raise InvalidInput("Nothing was tested.")


def _read(patch: Path | None) -> str | None:
    if patch is None:
        return None
    try:
        return patch.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"Cannot read {patch}: {error}") from error
