"""What receivers have in common: where a message goes, what is sent there, what comes back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kure.domain.notices.notice import Notice
from kure.domain.notices.steps import Kind

Handle = Mapping[str, str]


@dataclass(frozen=True)
class Target:
    """Where a channel's messages go. `handle` is what the receiver called the message before."""

    address: str
    token: str = field(default="", repr=False)
    room: str = ""
    handle: Handle = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One POST of JSON."""

    url: str
    body: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, url: str, body: Mapping[str, Any], **headers: str) -> "Request":
        raw = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        return cls(url, raw, {"Content-Type": "application/json"} | headers)


class Unwilling(Exception):
    """The receiver answered, but did not take the message. `forget`: what it was called before is
    not known there any more."""

    def __init__(self, why: str, *, forget: bool = False) -> None:
        super().__init__(why)
        self.forget = forget


def nothing_kept(body: bytes, handle: Handle) -> dict[str, str]:
    """For receivers whose answer says nothing that is needed later."""
    return dict(handle)


@dataclass(frozen=True)
class Receiver:
    """A kind of receiver: what it is sent, how, and what of its answer is kept.

    `knows_repeats`: the same message twice is one there, so it may be sent again where nobody knows
    whether it arrived. `pages`: somebody is called until it is closed. `default` is the address
    where none is given, '' where one must be. `by_apprise`: it is one of apprise's, who turns the
    text into what the service wants.
    """

    sends: frozenset[Kind]
    request: Callable[[Notice, Target], Request]
    knows_repeats: bool = False
    pages: bool = False
    kept: Callable[[bytes, Handle], dict[str, str]] = nothing_kept
    default: str = ""
    by_apprise: bool = False
    needs_token: bool = False
    needs_room: bool = False
