"""What a recorded cluster keeps over a restart: when its story began, what was created in it."""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ValidationError

from kure.domain.manifests import Manifest


class Kept(BaseModel):
    """`created` are objects by the path of their list."""

    began: datetime
    recording: str
    created: list[tuple[str, Manifest]] = []


def load(file: Path, recording: str, now: datetime) -> Kept:
    """What is kept; from the beginning where nothing is, or where another recording was played."""
    try:
        kept = Kept.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return Kept(began=now, recording=recording)
    return kept if kept.recording == recording else Kept(began=now, recording=recording)


def save(file: Path, kept: Kept) -> None:
    """Put it there whole: a process may die at any time."""
    half = file.with_name(f"{file.name}.new")
    half.write_text(kept.model_dump_json())
    half.replace(file)
