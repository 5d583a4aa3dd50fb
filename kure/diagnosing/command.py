"""What `kure diagnose` does: choose where to look, look, and hand back a report."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import connect
from kure.adapters.dump.cluster import Dump
from kure.adapters.dump.text import STDIN, text_of
from kure.demo.cluster import choose
from kure.diagnosing.diagnosing import Diagnosing, Order, asked
from kure.diagnosing.report import Report, Source
from kure.diagnosing.subject import HOW, subject
from kure.domain.redact import Redactor
from kure.errors import InvalidInput
from kure.settings import Settings

# A file that was written this long after the newest time in it is a copy.
FRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Ask:
    """The words of the command. `file` is a dump, `-` for standard input."""

    words: str | None = None
    namespace: str | None = None
    everything: bool = False
    file: str | None = None
    context: str | None = None
    try_fixes: bool = False

    @property
    def order(self) -> Order:
        """InvalidInput where the words contradict each other, or say nothing."""
        if self.everything and (self.words or self.namespace):
            raise InvalidInput("--all is everything: leave it out, or what else is named")
        if self.file and (self.context or self.try_fixes):
            raise InvalidInput("--file is a dump: --context and --try-fixes are for a cluster")
        if self.words:
            return Order(subject(self.words, self.namespace))
        if self.namespace == "":
            raise InvalidInput("--namespace needs a name; all of them are --all")
        if self.file:
            return Order(namespace=self.namespace or "", everything="all of the dump")
        if self.namespace or self.everything:
            return Order(namespace=self.namespace or "")
        raise InvalidInput(f"Say what to look at: {HOW}; -n NAMESPACE; --all; or -f DUMP")


async def run(settings: Settings, ask: Ask, redactor: Redactor) -> Report:
    """Raises KureError where it could not look."""
    order = ask.order
    if ask.file is not None:
        diagnosing, now = _dumped(settings, ask.file, redactor)
        return await diagnosing.run(order, now)
    async with _connected(settings, ask, redactor) as diagnosing:
        return await diagnosing.run(order, utc_now())


@asynccontextmanager
async def _connected(settings: Settings, ask: Ask, redactor: Redactor) -> AsyncIterator[Diagnosing]:
    target = await choose(settings, ask.context)
    graces = asked(settings.graces) if ask.words else settings.graces
    async with connect(target.settings(settings)) as cluster:
        yield Diagnosing(
            cluster=cluster,
            source=Source(kind="cluster", name=target.context, server=target.server),
            graces=graces,
            redactor=redactor,
            dry_runs=cluster if ask.try_fixes else None,
        )


def _dumped(settings: Settings, file: str, redactor: Redactor) -> tuple[Diagnosing, datetime]:
    dump = Dump(text_of(file), "Standard input" if file == STDIN else file)
    for obj in dump.objects:
        if obj.get("kind") == "Secret":
            redactor = redactor.with_secrets_of(obj)
    source = Source(kind="dump", name=file)
    # Its clock stands at the newest time in it, which may be long before it was made.
    diagnosing = Diagnosing(dump, source, asked(settings.graces), redactor, dump.held)
    return diagnosing, _when(dump, file)


def _when(dump: Dump, file: str) -> datetime:
    newest = dump.newest
    if newest is None:
        return utc_now()
    if file != STDIN:
        written = datetime.fromtimestamp(Path(file).stat().st_mtime, newest.tzinfo)
        if timedelta(0) <= written - newest <= FRESH:
            return written
    return newest
