"""The command `kure scan`: what is insecure in manifests or in a cluster."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from kure.demo.view import Terminal
from kure.domain.security.model import Severity
from kure.scanning.asking import Ask, run
from kure.scanning.outputs.formats import WRITERS, Format
from kure.scanning.outputs.text import Printer
from kure.settings import load

FOUND = 1


def scan(
    file: Annotated[
        list[str],
        typer.Option(
            "--file", "-f", help="Manifests: a file, a folder, or - for stdin; may be repeated."
        ),
    ] = [],  # noqa: B006 # typer's way
    namespace: Annotated[
        str | None, typer.Option("--namespace", "-n", help="Of this one only.")
    ] = None,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to tell it.")] = (
        Format.TEXT
    ),
    fail_on: Annotated[
        Severity | None,
        typer.Option("--fail-on", help="Exit code 1 where something told is as bad or worse."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="An earlier scan to compare with, as -o json wrote it.")
    ] = None,
    only_new: Annotated[
        bool, typer.Option("--only-new", help="Tell only what the baseline does not have.")
    ] = False,
    check: Annotated[
        list[str], typer.Option("--check", metavar="ID", help="This one only; may be repeated.")
    ] = [],  # noqa: B006
    skip: Annotated[
        list[str], typer.Option("--skip", metavar="ID", help="Not this one; may be repeated.")
    ] = [],  # noqa: B006
    pss_version: Annotated[
        str | None,
        typer.Option(
            metavar="VERSION",
            help="Of the Pod Security Standards: 1.19 to 1.37, or latest; else the cluster's own.",
        ),
    ] = None,
    context: Annotated[
        str | None, typer.Option(help="A context of the kubeconfig, else the current one.")
    ] = None,
) -> None:
    """Say what is insecure or fragile in manifests, or in the cluster of the kubeconfig, which is
    only read; no Secret is.

    No server of Kure is needed. Exit code 0: nothing told is as bad as --fail-on, or there was no
    --fail-on; 1: something is; 2: it could not be looked at. What is not evaluated is said and is
    no pass."""
    ask = Ask(
        files=tuple(file),
        namespace=namespace,
        context=context,
        checks=tuple(check),
        skipped=tuple(skip),
        pss_version=pss_version,
        baseline=baseline,
        only_new=only_new,
    )
    report = asyncio.run(run(load(), ask))
    if output is Format.TEXT:
        Printer(Terminal()).report(report)
    else:
        typer.echo(WRITERS[output](report), nl=False)
    if fail_on and any(each.severity.rank <= fail_on.rank for each in report.findings):
        raise typer.Exit(FOUND)
