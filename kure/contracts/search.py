"""Jumping to anything by its name or id."""

from typing import Literal

from kure.contracts.reports import Message


class Hit(Message):
    """Something that was found: `kind` and `id` say which page shows it. `title` is its name,
    `text` what there is to say of it in a line."""

    kind: Literal["incident", "mirror", "run"]
    id: str
    title: str
    text: str
    state: str
