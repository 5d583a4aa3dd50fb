"""A machine whose clock is wrong, as far as one process sees it: Kure reads it in
kure.adapters.clock alone."""

import os
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from kure.adapters import clock

FILE = "clock"


class Wrong(datetime):
    """Reads how wrong it is anew each time: a clock may be set while a process runs."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "Wrong":
        shifted = datetime.now(UTC) + _shift(Path(os.environ["KURE_KILL_DIR"]))
        return cls.fromtimestamp(shifted.timestamp(), tz)


def go_wrong() -> None:
    """From here on this process reads the clock that `set_wrong` sets."""
    vars(clock)["datetime"] = Wrong


def set_wrong(kill_dir: Path, shift: timedelta) -> None:
    """All processes that read it are wrong by so much from now on."""
    half = kill_dir / f"{FILE}.half"
    half.write_text(str(shift.total_seconds()))
    half.rename(kill_dir / FILE)


def _shift(kill_dir: Path) -> timedelta:
    try:
        return timedelta(seconds=float((kill_dir / FILE).read_text()))
    except FileNotFoundError:
        return timedelta(0)
