"""How a command says what it found."""

from enum import StrEnum


class Output(StrEnum):
    """For people, or for programs."""

    TEXT = "text"
    JSON = "json"
