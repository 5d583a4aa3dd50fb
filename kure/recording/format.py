"""The file that a recording is: gzip of JSON, one entry a line, the first one the header.

Times in entries are seconds since the recording began; below zero is before it.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kure.domain.manifests import Manifest
from kure.errors import InvalidInput

VERSION = 1


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Header(_Entry):
    """`namespaces` is empty where all were recorded."""

    entry: Literal["kure-recording"] = "kure-recording"
    version: int = VERSION
    namespaces: Sequence[str]


class Document(_Entry):
    """What the API server said of itself at a path: its version, which kinds it knows, the schema
    of pods."""

    entry: Literal["document"] = "document"
    path: str
    body: Manifest


class Seen(_Entry):
    """An object as it was from then on."""

    entry: Literal["seen"] = "seen"
    at: float
    path: str
    object: Manifest


class Gone(_Entry):
    """An object that was deleted."""

    entry: Literal["gone"] = "gone"
    at: float
    path: str
    uid: str


class Log(_Entry):
    """What one run of a container wrote: its lines, each with its time."""

    entry: Literal["log"] = "log"
    container_id: str
    lines: Sequence[tuple[float, str]]


class Unread(_Entry):
    """A list that could not be read, and what the API server said."""

    entry: Literal["unread"] = "unread"
    path: str
    status: int
    why: str


class End(_Entry):
    """The last entry: what the times of all others are counted from, and for how many seconds it
    went on. `cut` says what was left out to stay in bounds."""

    entry: Literal["end"] = "end"
    began: datetime
    at: float
    cut: Sequence[str]


Entry = Header | Document | Seen | Gone | Log | Unread | End
_READER: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="entry")])


@dataclass
class Recording:
    """A whole recording in memory: `story` is what happened, in order."""

    header: Header
    end: End
    documents: Mapping[str, Manifest] = field(default_factory=dict)
    story: Sequence[Seen | Gone] = ()
    logs: Mapping[str, Sequence[tuple[float, str]]] = field(default_factory=dict)
    unread: Mapping[str, Unread] = field(default_factory=dict)


class Writer:
    """Writes entries to a file, which is there once it is closed. `size` is how large it has
    become, in bytes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._half = file.with_name(f"{file.name}.part")
        try:
            self._raw = self._half.open("wb")
        except OSError as error:
            raise InvalidInput(f"Cannot write {self._half}: {error.strerror}") from error
        self._size = 0
        # no time and no name in it: the same recording is the same file
        self._zip = gzip.GzipFile("", "wb", 9, self._raw, mtime=0)

    @property
    def size(self) -> int:
        return self._size if self._raw.closed else self._raw.tell()

    def write(self, entry: Entry) -> None:
        self._zip.write(entry.model_dump_json().encode() + b"\n")

    def close(self) -> None:
        """Put the file in its place."""
        self._zip.close()
        self._size = self._raw.tell()
        self._raw.close()
        self._half.replace(self._file)

    def discard(self) -> None:
        """Leave nothing."""
        self._raw.close()
        self._half.unlink(missing_ok=True)


def read(file: Path) -> Recording:
    """The recording in a file. InvalidInput where it is none, or was cut off."""
    try:
        header, *rest, end = entries(file)
    except (OSError, EOFError, ValueError, ValidationError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is none"
        raise InvalidInput(
            f"Cannot read the recording {file}: {why}; `kure record` makes one"
        ) from error
    if not isinstance(header, Header) or not isinstance(end, End):
        raise InvalidInput(f"Cannot read the recording {file}: it was cut off; record it again")
    if header.version != VERSION:
        raise InvalidInput(
            f"Cannot read the recording {file}: it is of version {header.version}, and this "
            f"release reads {VERSION}; record it again"
        )
    return Recording(
        header=header,
        end=end,
        documents={one.path: one.body for one in rest if isinstance(one, Document)},
        story=sorted((one for one in rest if isinstance(one, Seen | Gone)), key=lambda one: one.at),
        logs={one.container_id: one.lines for one in rest if isinstance(one, Log)},
        unread={one.path: one for one in rest if isinstance(one, Unread)},
    )


def entries(file: Path) -> Iterator[Entry]:
    """As they stand in the file. OSError, EOFError or ValueError where it is no recording."""
    with gzip.open(file) as lines:
        for line in lines:
            found: Any = json.loads(line)
            yield _READER.validate_python(found)
