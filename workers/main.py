"""The worker process: `python -m workers.main [QUEUE …]`; without a queue, all it can serve."""

import asyncio
import signal
import sys

from kure import logs, settings
from kure.errors import KureError
from kure.settings import Settings
from workers.wiring import serve
from workflows.names import KURE, NOTIFY, cluster_queue


async def run(known: Settings, queues: tuple[str, ...]) -> None:
    """Serve the queues until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(known, queues, stop)


def main() -> int:
    """2 where a setting cannot work."""
    try:
        known = settings.load()
        logs.configure(known.log_level, known.log_format)
        queues = tuple(sys.argv[1:]) or (KURE, NOTIFY, cluster_queue(known.cluster))
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
