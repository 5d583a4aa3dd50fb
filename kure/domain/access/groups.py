"""What an account of an identity provider may: its groups, and what each of them grants here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kure.domain.access.roles import ORDER, Role
from kure.domain.access.scopes import EVERYTHING

# How often the groups are read again, and how much longer what was read last is believed where the
# provider cannot be asked.
READ_EVERY = timedelta(hours=1)
BELIEVED = READ_EVERY + timedelta(hours=1)

LONGEST_NAME = 64
_NOT_OF_A_NAME = re.compile(r"[^a-zA-Z0-9._@+-]+")


@dataclass(frozen=True)
class Grant:
    """What a group grants."""

    role: Role
    scopes: tuple[str, ...] = (EVERYTHING,)


def groups_of(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The groups that a claim names: a list of texts, or one text."""
    found = claims.get(name)
    listed = found if isinstance(found, list) else [found]
    return tuple(group for group in listed if isinstance(group, str))


def granted(groups: Iterable[str], grants: Mapping[str, Grant]) -> Grant | None:
    """What the groups grant together: the highest role, and the scopes of all of them. None where
    they grant nothing."""
    found = [grants[group] for group in dict.fromkeys(groups) if group in grants]
    if not found:
        return None
    role = max((grant.role for grant in found), key=ORDER.index)
    scopes = tuple(dict.fromkeys(scope for grant in found for scope in grant.scopes))
    return Grant(role, (EVERYTHING,) if EVERYTHING in scopes else scopes)


def account_name(claims: Mapping[str, Any], name: str) -> str:
    """A name for an account, as its provider calls it, in the letters that names have here."""
    text = claims.get(name)
    plain = _NOT_OF_A_NAME.sub("-", text if isinstance(text, str) else "")
    return plain.lstrip("._@+-").rstrip("-")[:LONGEST_NAME] or "user"
