"""One form of log line for every process: time, level, part, text. Never a secret, never a body."""

import logging

# Libraries that tell every request, some of them with its query.
CHATTY = ("httpx", "httpcore", "uvicorn.access", "sse_starlette", "alembic", "temporalio.activity")


def configure(level: str) -> None:
    """Log to stderr; libraries only from WARNING on."""
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)-7s %(name)s %(message)s", force=True
    )
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
