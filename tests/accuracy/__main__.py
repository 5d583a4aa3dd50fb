"""How often Kure is right: `make accuracy`, or `python -m tests.accuracy C "held out"` for a part.

Plays every failing live case on the cluster of KUBECONFIG, marks what Kure says of it and tries the
patches; then plays what is well and counts what is told of it; then has fixes tested on mirrors,
and marks the verdicts.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from kure import __version__
from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import connect
from kure.adapters.cluster.credentials import Access, read_access
from kure.errors import InvalidInput
from kure.settings import Settings
from tests.accuracy.choosing import Chosen, chosen
from tests.accuracy.figures import Result
from tests.accuracy.marking import Mark
from tests.accuracy.patching import Patching
from tests.accuracy.playing import SECONDS, Exam
from tests.accuracy.proofs import Proof, Proofs
from tests.accuracy.proving import proofs_of
from tests.accuracy.table import document, mirrors, show, with_mirrors
from tests.cluster.accounts import Account, apply_rights, sign_in
from tests.cluster.gateway_api import install
from tests.cluster.kube import Admin
from tests.cluster.live.benign import Played
from tests.cluster.live.graces import LONG
from tests.cluster.live.shorthand import Case
from tests.cluster.live.stage import stage

RESULTS = Path(__file__).parent / "results"
DOCUMENT = Path(__file__).parents[2] / "docs" / "accuracy.md"


@dataclass(frozen=True)
class Seats:
    """Who signs in: whoever plays, the agent and the worker."""

    admin: Settings
    access: Access
    agent: Settings
    worker: Settings


def main(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Letters of families, `known`, `held out`, `benign`, `mirrors`, or parts of "
            "cases' names; else all."
        ),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write docs/accuracy.md.")] = False,
    record: Annotated[
        Path | None, typer.Option(help="Keep what was read of each case in this folder.")
    ] = None,
) -> None:
    """Play, mark, show. Ends with 1 where a target is missed, with 2 without a cluster."""
    if not os.environ.get("KUBECONFIG"):
        sys.stderr.write(
            "accuracy: set KUBECONFIG to a cluster on which pods may be made to fail\n"
        )
        raise typer.Exit(2)
    try:
        cases = chosen(names or [])
    except InvalidInput as error:
        sys.stderr.write(f"accuracy: {error}\n")
        raise typer.Exit(2) from None
    result: Result = asyncio.run(_examined(cases, record))
    now = utc_now()
    RESULTS.mkdir(exist_ok=True)
    raw = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    raw.write_text(json.dumps(asdict(result), indent=1) + "\n")
    show(result)
    sys.stderr.write(f"Raw marks: {raw}\n")
    if write:
        _write(result, now)
    raise typer.Exit(0 if result.met else 1)


def _write(result: Result, now: datetime) -> None:
    """What was measured of mirrors alone leaves the other figures as they are."""
    if result.marks or result.benign:
        text = document(result, now, __version__)
    else:
        text = with_mirrors(DOCUMENT.read_text(), mirrors(result.proofs, now, __version__))
    DOCUMENT.write_text(text)


async def _examined(cases: Chosen, record: Path | None) -> Result:
    benign = cases.benign
    async with _seats() as seats:
        marks = await _marks(seats, cases.known, cases.held_out, record)
        told, unplayed = await _false_incidents(seats, benign) if benign else ([], [])
        proofs = await _proofs(seats, cases.mirrors) if cases.mirrors else []
    return Result(marks, len(benign) - len(unplayed), told, unplayed, Proofs(proofs))


async def _proofs(seats: Seats, cases: Sequence[Case]) -> list[Proof]:
    sys.stderr.write(f"Playing {len(cases)} cases of mirrors\n")
    return await proofs_of(cases, seats.admin, seats.access)


@asynccontextmanager
async def _seats() -> AsyncIterator[Seats]:
    folder = Path(mkdtemp(prefix="kure-accuracy-"))
    admin_settings = Settings(kubeconfig=Path(os.environ["KUBECONFIG"]))
    access = await read_access(admin_settings)
    admin = Admin(access)
    try:
        await apply_rights(admin)
        await install(admin)
        agent = await sign_in(admin, access, Account.AGENT, folder)
        worker = await sign_in(admin, access, Account.WORKER, folder)
        yield Seats(
            admin=admin_settings,
            access=access,
            agent=Settings(kubeconfig=agent, data_dir=folder),
            worker=Settings(kubeconfig=worker, data_dir=folder),
        )
    finally:
        await admin.aclose()


async def _marks(
    seats: Seats, known: Sequence[Case], held_out: Sequence[Case], record: Path | None
) -> list[Mark]:
    cases = [(case, False) for case in known] + [(case, True) for case in held_out]
    if not cases:
        return []
    # What takes long begins first.
    cases.sort(key=lambda pair: -pair[0].data["expect"]["within"])
    async with (
        stage(seats.agent, seats.admin, seats.access, SECONDS) as on,
        connect(seats.worker) as worker,
    ):
        exam = Exam(on, worker, Patching(on.hands), record)
        playing = [asyncio.create_task(exam.mark(case, held_out=out)) for case, out in cases]
        marks = []
        for done in asyncio.as_completed(playing):
            marks.append(mark := await done)
            sys.stderr.write(f"{len(marks)}/{len(cases)} {_glyphs(mark)} {mark.case}\n")
        # A pull that nobody answers keeps its pod for minutes; nothing that follows minds it.
        gone = (on.hands.when_gone(case) for case, _ in cases)
        await asyncio.gather(*gone, return_exceptions=True)
    return marks


def _glyphs(mark: Mark) -> str:
    """Detected, owner, rule, named; patch proposed, accepted, Ready."""
    told, answer, trial = mark.told, mark.answer, mark.trial
    right = (told.detected, told.owner, answer.rule, mark.right)
    is_well = trial.ready or (trial.accepted and not trial.tried)
    patch = (trial.proposed, trial.accepted, is_well)
    return "".join("+-"[not each] for each in right) + " " + "".join("+."[not one] for one in patch)


async def _false_incidents(seats: Seats, cases: Sequence[Case]) -> tuple[list[str], list[str]]:
    """Each benign case of which a failure was told, with its classes; and each that could not be
    played to its end."""
    sys.stderr.write(f"Playing {len(cases)} benign cases\n")
    found, unplayed = [], []
    async with stage(seats.agent, seats.admin, seats.access, LONG) as on:
        played = Played(on, cases)
        try:
            for case in cases:
                try:
                    await played.over(case)
                except (AssertionError, TimeoutError) as error:
                    unplayed.append(f"{case.id}: {type(error).__name__} {error}".strip())
                told = sorted({name for one in on.failed(case) for name in one.classes})
                if told:
                    found.append(f"{case.id}: {', '.join(told)}")
        finally:
            await played.tear_down()
    return found, unplayed


if __name__ == "__main__":
    typer.run(main)
