"""The worker process: `python -m workers.main [QUEUE …]`; without a queue, all it can serve."""

import asyncio
import logging
import os
import signal
import sys
import threading

from kure import logs, settings
from kure.errors import KureError
from kure.settings import Settings
from workers.wiring import serve
from workflows.names import KURE, MODELS, NOTIFY, cluster_queue, scan_queue

log = logging.getLogger("kure.worker")

# What is under way is cancelled after five seconds; the demo kills after ten, Kubernetes after 30.
MOST_SECONDS_TO_END = 8.0


async def run(known: Settings, queues: tuple[str, ...]) -> None:
    """Serve the queues until SIGTERM or SIGINT."""
    stop = asyncio.Event()

    def end() -> None:
        stop.set()
        late = threading.Timer(MOST_SECONDS_TO_END, _leave)
        late.daemon = True
        late.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    await serve(known, queues, stop)


def _leave() -> None:
    """End the process, whatever is under way; its workflows go on from their histories in the next
    worker.

    A local activity that fails, as all do while PostgreSQL is away, is tried again even while its
    worker stops, which so never ends (temporalio 1.35).
    """
    log.warning("what is under way did not end in %.0f s and is left", MOST_SECONDS_TO_END)
    logging.shutdown()
    os._exit(0)


def main() -> int:
    """2 where a setting cannot work."""
    try:
        known = settings.load()
        logs.configure(known.log_level, known.log_format)
        own = (cluster_queue(known.cluster), scan_queue(known.cluster))
        queues = tuple(sys.argv[1:]) or (KURE, NOTIFY, MODELS, *own)
        asyncio.run(run(known, queues))
    except* KureError as errors:
        for error in errors.exceptions:
            sys.stderr.write(f"kure worker: {error}\n")
        return_code = 2
    else:
        return_code = 0
    return return_code


if __name__ == "__main__":
    sys.exit(main())
