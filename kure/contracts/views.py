"""Filters of the list that somebody has saved for themselves."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from kure.contracts.reports import Message, Strict


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be shown")
    return text.strip()


class ViewBody(Strict):
    """A view to be saved. `query` is the list's filter as its address has it (`status=open&q=web`);
    what is in it is checked when it is used. One of the same name takes the place of the one
    before."""

    name: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_plain)]
    query: Annotated[str, Field(max_length=2000), AfterValidator(_plain)]


class View(Message):
    """A saved view of one's own."""

    id: str
    name: str
    query: str
    created_at: datetime
