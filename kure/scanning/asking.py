"""What `kure scan` was asked for, and the report of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import connect
from kure.demo.cluster import choose
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.settings import NEWEST_POLICY, OLDEST_POLICY
from kure.domain.security.settings import Settings as CheckSettings
from kure.errors import InvalidInput
from kure.scanning.baseline import compare, read_baseline
from kure.scanning.cluster import Reader
from kure.scanning.files import read_files
from kure.scanning.judging import judge
from kure.scanning.looked_at import LookedAt
from kure.scanning.report import Report, Source
from kure.settings import Settings

LATEST = "latest"
_VERSION = re.compile(r"v?1\.(\d{1,3})", re.ASCII)


@dataclass(frozen=True)
class Ask:
    """The words of the command; no `files`: a cluster."""

    files: tuple[str, ...] = ()
    namespace: str | None = None
    context: str | None = None
    checks: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    pss_version: str | None = None
    baseline: Path | None = None
    only_new: bool = False

    def refuse_contradictions(self) -> None:
        """Raises InvalidInput."""
        if self.namespace == "":
            raise InvalidInput("--namespace needs a name; without it all of them are scanned")
        if "" in self.files:
            raise InvalidInput("--file needs a file or a folder, or - for standard input")
        if self.files and self.context:
            raise InvalidInput("--context is for a cluster: leave it out, or -f")
        if self.only_new and self.baseline is None:
            raise InvalidInput("--only-new needs something to compare with: give --baseline FILE")

    def settings(self, minor: int | None) -> CheckSettings:
        """How the checks are to run; `minor` is the cluster's own version. Raises InvalidInput
        where they are not known, or none is left."""
        wanted, off = _known(self.checks), _known(self.skipped)
        if wanted:
            off |= frozenset(CATALOGUE) - wanted
        if not frozenset(CATALOGUE) - off:
            raise InvalidInput("No check is left: --skip names all that --check does")
        pinned = _pinned(self.pss_version)
        policy = pinned or min(max(minor or NEWEST_POLICY, OLDEST_POLICY), NEWEST_POLICY)
        return CheckSettings(policy_version=policy, cluster_version=minor, on=wanted, off=off)


def _known(ids: Iterable[str]) -> frozenset[str]:
    found = frozenset(each.upper() for each in ids)
    unknown = sorted(found - frozenset(CATALOGUE))
    if unknown:
        raise InvalidInput(
            f"There is no check {', '.join(unknown)}; their ids (KURE-POD-001, …) stand in "
            "docs/checks.md and in what a scan prints"
        )
    return found


def _pinned(version: str | None) -> int | None:
    """None where the cluster's own is to hold."""
    if version is None:
        return None
    if version == LATEST:
        return NEWEST_POLICY
    match = _VERSION.fullmatch(version)
    minor = int(match[1]) if match else 0
    if not OLDEST_POLICY <= minor <= NEWEST_POLICY:
        raise InvalidInput(
            f"There is no version {version!r} of the Pod Security Standards: give one from "
            f"1.{OLDEST_POLICY} to 1.{NEWEST_POLICY}, or {LATEST}"
        )
    return minor


async def run(settings: Settings, ask: Ask) -> Report:
    """Raises KureError where it could not look. Only reads."""
    ask.refuse_contradictions()
    ask.settings(None)
    baseline = read_baseline(ask.baseline) if ask.baseline else None
    looked = await _look(settings, ask)
    report = judge(looked, ask.settings(looked.minor), ask.namespace or "", utc_now())
    return compare(report, baseline, only_new=ask.only_new) if baseline else report


async def _look(settings: Settings, ask: Ask) -> LookedAt:
    namespace = ask.namespace or ""
    if ask.files:
        return read_files(ask.files, namespace)
    target = await choose(settings, ask.context)
    async with connect(target.settings(settings)) as cluster:
        source = Source(kind="cluster", names=[target.context], server=target.server)
        return await Reader(cluster, namespace).read(source)
