"""How often a model is right, beside the rules: `make eval`, or `python -m tests.evals`.

Plays the live cases that fail on the cluster of KUBECONFIG, has all of Kure ask the provider that
is set, and marks its answers by what each case is known to be.
"""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kure import __version__
from kure.adapters.clock import utc_now
from kure.errors import KureError
from tests.evals.choosing import turns_of
from tests.evals.figures import Result
from tests.evals.provider import own_environment, provider_of
from tests.evals.running import Wanted, evaluated
from tests.evals.table import document, show

RESULTS = Path(__file__).parent / "results"
DOCUMENT = Path(__file__).parents[2] / "docs" / "evaluation.md"


def main(
    cases: Annotated[
        list[str] | None, typer.Option(help="Part of a case's name; may be repeated.")
    ] = None,
    families: Annotated[str, typer.Option(help="Letters of families: ACE. Else all.")] = "",
    repeats: Annotated[int, typer.Option(min=1, max=20, help="How often each is played.")] = 3,
    most_usd: Annotated[float, typer.Option(min=0, help="Never spend more US dollars.")] = 5.0,
    provider: Annotated[
        Path | None, typer.Option(help="YAML: kind, model, base_url, place, price. No key.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write docs/evaluation.md.")] = False,
) -> None:
    """Play, ask, judge, show. Ends with 1 where nothing could be judged, with 2 where nothing could
    be begun. The key is read from KURE_EVAL_KEY."""
    if not os.environ.get("KUBECONFIG"):
        _refuse("set KUBECONFIG to a cluster on which pods may be made to fail")
    try:
        asked = provider_of(provider, os.environ)
        own_environment()
        wanted = Wanted(
            provider=asked,
            turns=turns_of(cases or [], families, repeats),
            repeats=repeats,
            most_usd=Decimal(str(most_usd)),
            kubeconfig=Path(os.environ["KUBECONFIG"]),
        )
        result = asyncio.run(evaluated(wanted))
    except KureError as error:
        _refuse(str(error))
    _keep(result)
    show(result)
    if write:
        DOCUMENT.write_text(document(result, utc_now(), __version__))
    raise typer.Exit(0 if any(run.is_judged for run in result.runs) else 1)


def _keep(result: Result) -> None:
    RESULTS.mkdir(exist_ok=True)
    raw = RESULTS / f"{utc_now():%Y%m%dT%H%M%SZ}.json"
    raw.write_text(json.dumps(asdict(result), indent=1, default=str) + "\n")
    sys.stderr.write(f"Every run, with what was said: {raw}\n")


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(f"eval: {why}\n")
    raise typer.Exit(2)


if __name__ == "__main__":
    typer.run(main)
