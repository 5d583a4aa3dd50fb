"""Names and passwords of accounts: which will do."""

import re
from collections.abc import Iterable, Iterator

from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING, Scopes, checked
from kure.errors import InvalidInput

SHORTEST, LONGEST = 12, 200
# Only what nobody has to guess at: common ones are longer than twelve seldom enough.
COMMON = ("password", "passw0rd", "123456789", "qwertyuiop", "letmein", "kubernetes", "changeme")
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._@+-]{0,63}")


def check_name(name: str) -> None:
    """InvalidInput where an account cannot be called that."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "An account cannot be called that.",
            (("name", "1 to 64 letters, digits and . _ @ + -, beginning with a letter or digit"),),
        )


def check_password(password: str, name: str) -> None:
    """InvalidInput where it is too easy to guess, or longer than anybody types."""
    wrong = next(_faults(password, name), None)
    if wrong:
        raise InvalidInput("Take another password.", (("password", wrong),))


def _faults(password: str, name: str) -> Iterator[str]:
    lower = password.lower()
    if not SHORTEST <= len(password) <= LONGEST:
        yield f"{SHORTEST} to {LONGEST} characters"
    if len(set(password)) < 5:
        yield "at least five different characters"
    rest = lower.replace(name.lower(), "")
    for word in COMMON:
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        yield "more than the account's name and words that everybody tries first"


def check_grant(role: Role, scopes: Iterable[str]) -> list[str]:
    """The scopes, each once. InvalidInput where they cannot go with the role: who may make accounts
    may see everything."""
    found = checked(scopes)
    if role is Role.ADMIN and not Scopes.of(found).everything:
        raise InvalidInput(
            "An admin sees everything.",
            (("scopes", f"{EVERYTHING} for an admin, or another role"),),
        )
    return found
