"""The result for people: in the terminal, and as docs/evaluation.md."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.accuracy.table import markdown
from tests.evals.figures import COLUMNS, Result

HEAD = """# How often a model is right

{when:%d %B %Y}, Kure {version}, {provider}. Written by `make eval ARGS=--write`: each case of
`tests/cases/live` that fails was played {repeats} times on a real Kubernetes node, each time with
other names; all of Kure watched it and asked the model as it asks of every incident.
{calls} calls cost {usd} USD in all.

- *apart*: runs of which nothing can be said, because the provider, the cluster or the incident was
  not there; no other figure counts them. *judged*: the others.
- *rules*: what the rules alone say is right: the class, with the object and value that decide.
  *model*: what the model says is. *either*: one of them. *steady*: cases of which the model was
  right every time.
- *class*: the model speaks of the right class, known by words. *wrong*: it claims something else.
  *no answer*: what it said could not be used.
- *turns*, *tokens* and *USD* are the mean of an investigation; *s* its time from the question to
  the end.

The object and the value must stand in the model's own words; of the rules, lines that they quote
count as well. Words can mislead: what was missed is listed with what was said.

"""


def show(result: Result) -> None:
    """All figures and misses, in the terminal."""
    console = Console()
    console = console if console.is_terminal else Console(width=190)
    table = Table(*COLUMNS, title=f"{result.provider}, {result.repeats} repeats")
    for row in result.rows():
        table.add_row(*map(escape, row))
    console.print(table)
    for line in (*result.misses(), *(f"Apart: {line}" for line in result.apart()), *_told(result)):
        console.print(escape(line), soft_wrap=True)


def document(result: Result, now: datetime, version: str) -> str:
    """docs/evaluation.md."""
    head = HEAD.format(
        when=now,
        version=version,
        provider=result.provider,
        repeats=result.repeats,
        calls=result.calls,
        usd=f"{result.usd:.2f}",
    )
    parts = [head, markdown(COLUMNS, result.rows())]
    if result.unplayed:
        parts.append(f"\n{_unplayed(result)}\n")
    parts.append("\n## What the model missed\n\n" + _listed(result.misses()))
    parts.append("\n## What was away\n\n" + _listed(result.apart()))
    return "".join(parts)


def _told(result: Result) -> list[str]:
    told = [f"{result.calls} calls, {result.usd:.4f} USD in all."]
    return [_unplayed(result), *told] if result.unplayed else told


def _unplayed(result: Result) -> str:
    return f"{result.unplayed} runs were not played: the money that was allowed is spent."


def _listed(lines: Sequence[str]) -> str:
    return "".join(f"- {line}\n" for line in lines) or "Nothing.\n"
