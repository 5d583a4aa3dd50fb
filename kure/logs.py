"""One form of log line for every process: time, level, part, text; or the same as JSON, with the
ids that it is about. Never a secret, never a body."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

# Libraries that tell every request, some of them with its query or its body.
CHATTY = (
    *("httpx2", "httpcore2", "uvicorn.access", "sse_starlette", "alembic", "temporalio.activity"),
    *("opentelemetry", "urllib3", "openai", "anthropic"),
)
PLAIN = "%(asctime)s %(levelname)-7s %(name)s %(message)s"

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=MappingProxyType({}))


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """What is logged meanwhile is about these: request_id, incident_id, run_id, …; empty ones are
    left out."""
    token = _about.set({**_about.get(), **{name: id_ for name, id_ in ids.items() if id_}})
    try:
        yield
    finally:
        _about.reset(token)


class _Ids(logging.Filter):
    """Puts the ids on the record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.about = _about.get()
        return True


class _Json(JsonFormatter):
    """One object a line: ts, level, part, text, the ids and, of an error, its traceback. Nothing
    else: what libraries attach to a record may quote anything."""

    def __init__(self) -> None:
        super().__init__(["levelname", "name", "message", "about"], timestamp="ts")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        line: dict[str, Any] = {
            "ts": log_data["ts"],
            "level": log_data["levelname"],
            "part": log_data["name"],
            "text": log_data["message"],
        }
        if log_data.get("exc_info"):
            line["traceback"] = log_data["exc_info"]
        return {**line, **log_data["about"]}


def configure(level: str, form: str = "text") -> None:
    """Log to stderr, as lines of `text` or `json`; libraries only from WARNING on."""
    handler = logging.StreamHandler()
    handler.addFilter(_Ids())
    handler.setFormatter(_Json() if form == "json" else logging.Formatter(PLAIN))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
